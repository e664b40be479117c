import { isDeepStrictEqual } from "node:util";

import type { Graph } from "../resources/graph";
import type { Resource } from "../resources/resource";
import { label } from "../resources/resource";

/** The change of one resource. */
export interface ResourceChange {
    readonly urn: string;
    readonly what: "new" | "changed" | "gone";
    /** `new aws:RolePolicy shop`. */
    readonly text: string;
}

/** The resources that differ between two versions of a stack, by urn. */
export function resourceChanges(before: Graph, after: Graph): ReadonlyMap<string, ResourceChange> {
    const changes = new Map<string, ResourceChange>();
    const add = (resource: Resource, what: ResourceChange["what"]): void => {
        changes.set(resource.urn, { urn: resource.urn, what, text: `${what} ${label(resource)}` });
    };
    for (const resource of after.resources) {
        const old = before.get(resource.urn);
        if (old === undefined) {
            add(resource, "new");
        } else if (!isDeepStrictEqual(old.inputs, resource.inputs)) {
            add(resource, "changed");
        }
    }
    before.resources
        .filter((resource) => after.get(resource.urn) === undefined)
        .forEach((resource) => add(resource, "gone"));
    return changes;
}
