import { isWithin } from "../resources/operations";
import type { Operation } from "../resources/operations";
import type { Resource } from "../resources/resource";
import { hasUnknown, isValues } from "../resources/value";
import type { Value, Values } from "../resources/value";
import { replacedBy } from "./replacedBy.json";

/** For a resource type, the properties whose change replaces the resource. */
const forcing: Readonly<Record<string, readonly string[] | undefined>> = replacedBy;

/**
 * What the change from one version to another does to resources that are deployed as the first, for previews of two
 * versions neither of which is deployed. The engine was not asked, so a replacement is known only of types in
 * replacedBy.json; `ignoreChanges` and aliases are unknown.
 */
export function operationsBetween(before: readonly Resource[], after: readonly Resource[]): readonly Operation[] {
    const later = new Map(after.map((resource) => [resource.urn, resource]));
    const operations = new Map<string, Operation>();
    for (const resource of before) {
        const now = later.get(resource.urn);
        if (now === undefined) {
            operations.set(resource.urn, { operation: "deleted", resource, properties: [] });
            continue;
        }
        const properties = changedProperties(resource, now);
        const causes = properties.filter((property) =>
            forcing[resource.type]?.some((path) => isWithin(property, path)),
        );
        if (causes.length > 0) {
            operations.set(resource.urn, { operation: "replaced", resource, properties: causes });
        } else if (properties.length > 0) {
            operations.set(resource.urn, { operation: "updated", resource, properties });
        }
    }
    spread(operations, before, later);
    return [...operations.values()];
}

const OPERATIONS: readonly Operation["operation"][] = ["updated", "replaced", "deleted"];

/** For each resource, the operation with the most effect: a version's preview may report another one than the comparison. */
export function worst(operations: readonly Operation[]): readonly Operation[] {
    const byUrn = new Map<string, Operation>();
    const rank = ({ operation }: Operation): number => OPERATIONS.indexOf(operation);
    for (const one of operations) {
        const known = byUrn.get(one.resource.urn);
        if (known === undefined || rank(one) > rank(known)) {
            byUrn.set(one.resource.urn, one);
        }
    }
    return [...byUrn.values()];
}

/** A replaced resource has another id: what must have it from its beginning is replaced, too. */
function spread(
    operations: Map<string, Operation>,
    before: readonly Resource[],
    later: ReadonlyMap<string, Resource>,
): void {
    const isReplaced = (urn: string): boolean => operations.get(urn)?.operation === "replaced";
    for (let grew = true; grew;) {
        grew = false;
        for (const resource of before) {
            const now = later.get(resource.urn);
            if (now === undefined || isReplaced(resource.urn)) {
                continue;
            }
            const properties = (forcing[resource.type] ?? []).filter((property) =>
                now.suppliers[property]?.some(isReplaced),
            );
            if (properties.length > 0) {
                operations.set(resource.urn, { operation: "replaced", resource, properties });
                grew = true;
            }
        }
    }
}

function changedProperties(before: Resource, after: Resource): readonly string[] {
    return changedNames(before.inputs, after.inputs)
        .flatMap((name) => {
            const [old, now] = [before.inputs[name], after.inputs[name]];
            return isValues(old) && isValues(now) ? changedNames(old, now).map((below) => `${name}.${below}`) : [name];
        })
        .sort();
}

function changedNames(before: Values, after: Values): readonly string[] {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].filter((name) => !same(before[name], after[name]));
}

/** Unknown on either side counts as the same: a first preview knows few values. */
function same(one: Value | undefined, other: Value | undefined): boolean {
    return hasUnknown(one) || hasUnknown(other) || JSON.stringify(one) === JSON.stringify(other);
}
