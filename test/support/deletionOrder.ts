import type { CloudObject } from "../../sandbox/cloud/store";
import { ProviderError } from "../../sandbox/providers/protocol/types";
import type { Deployment } from "./standIn";
import type { Deployed } from "./standInAccount";

/**
 * Deletes resources in the engine's batches: all at once that no remaining one needs. Within a batch, what
 * others were created on goes first, the least favourable of the orders that the engine may choose.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/resource/deploy/step_generator.go (`ScheduleDeletes`)
 *
 * @returns AWS' refusals
 */
export async function destroy(condemned: readonly Deployed[]): Promise<string[]> {
    const needs = needsOf(condemned);
    const refused: string[] = [];
    let left = [...condemned];
    while (left.length > 0) {
        const needed = new Set(left.flatMap((resource) => [...(needs.get(resource) ?? [])]));
        const batch = left.filter((resource) => !needed.has(resource));
        for (const resource of batch) {
            refused.push(...(await remove(resource)));
        }
        left = left.filter((resource) => needed.has(resource));
    }
    return refused;
}

async function remove({ type, name, retained, made }: Deployed): Promise<string[]> {
    if (made === undefined || retained) {
        return [];
    }
    try {
        await made.stage.remove(type, made);
        return [];
    } catch (error) {
        if (error instanceof ProviderError) {
            return [`${type} ${name}: ${error.message}`];
        }
        throw error;
    }
}

/**
 * What each resource needs. A component stands for its children that were registered before:
 * https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/resource/graph/dependency_graph.go (`DependenciesOf`)
 */
function needsOf(resources: readonly Deployed[]): ReadonlyMap<Deployed, ReadonlySet<Deployed>> {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const below = (urn: string): Deployed[] =>
        resources.filter(({ parent }) => parent === urn).flatMap((child) => [child, ...below(child.urn)]);
    const order = new Map(resources.map((resource, index) => [resource, index]));
    return new Map(
        resources.map((resource) => {
            const earlier = (other: Deployed) => (order.get(other) ?? 0) < (order.get(resource) ?? 0);
            const direct = resource.needs.flatMap((urn) => byUrn.get(urn) ?? []);
            const children = direct
                .filter(({ custom, urn }) => !custom && urn !== resource.parent)
                .flatMap(({ urn }) => below(urn))
                .filter(earlier);
            return [resource, new Set([...direct, ...children].filter((other) => other !== resource))];
        }),
    );
}

/** What is in the cloud beyond what was there before, by type. */
export function leftovers({ store, before }: Deployment): CloudObject[] {
    const known = new Set(before.map(keyOf));
    return store
        .everything()
        .filter((object) => !known.has(keyOf(object)))
        .sort((one, other) => (one.type < other.type ? -1 : 1));
}

function keyOf({ type, account, region, id }: CloudObject): string {
    return [type, account, region, id].join(" ");
}
