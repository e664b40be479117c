import { isDeepStrictEqual } from "node:util";

import type { Deployment, ResourceState } from "../backend/deployment";

/** An existing object, whether or not the engine's state contains it. */
export interface Existing {
    readonly type: string;
    readonly id: string;
    readonly inputs: Readonly<Record<string, unknown>>;
}

/** Whether deleting a resource requires the program, which contains its hooks. */
export function hasDeleteHooks({ resources = [] }: Deployment): boolean {
    return resources.some(({ resourceHooks = {} }) =>
        Object.entries(resourceHooks).some(([when, hooks]) => when.endsWith("Delete") && hooks.length > 0),
    );
}

/**
 * The state from which an interrupted run can resume. Objects that were being created when the engine was killed may
 * exist without its knowledge: those found are added to the state, for a refresh to read; all others are recreated.
 */
export function recover(deployment: Deployment, existing: readonly Existing[]): Deployment {
    const known = new Set((deployment.resources ?? []).map(({ type, id }) => `${type} ${id}`));
    const adopted: ResourceState[] = [];
    for (const { resource, type } of deployment.pending_operations ?? []) {
        const id = type === "creating" ? idOf(resource, existing, known) : undefined;
        if (id !== undefined) {
            known.add(`${resource.type} ${id}`);
            adopted.push({ ...resource, id });
        }
    }
    return { ...deployment, resources: [...(deployment.resources ?? []), ...adopted], pending_operations: [] };
}

function idOf(resource: ResourceState, existing: readonly Existing[], known: ReadonlySet<string>): string | undefined {
    const { type, inputs = {} } = resource;
    switch (type) {
        // Postgres objects are identified by their names; the refresh finds out whether they exist.
        case "postgresql:index/role:Role":
        case "postgresql:index/database:Database":
            return String(inputs["name"]);
        case "postgresql:index/schema:Schema":
            return `${String(inputs["database"])}.${String(inputs["name"])}`;
        default:
            return existing.find(
                (each) => each.type === type && !known.has(`${type} ${each.id}`) && isSame(each.inputs, inputs),
            )?.id;
    }
}

/** A name identifies one object. The engine keeps internal entries (`__defaults`) among a resource's inputs. */
function isSame(made: Readonly<Record<string, unknown>>, asked: Readonly<Record<string, unknown>>): boolean {
    const named = asked["name"] !== undefined && made["name"] === asked["name"];
    return named || isDeepStrictEqual(withoutMarks(made), withoutMarks(asked));
}

function withoutMarks(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith("__")));
}
