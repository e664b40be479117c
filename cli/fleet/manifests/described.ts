import type { Engine } from "../engine";
import { divided, type Parallel } from "../parallel";
import type { FleetPlan } from "../plan";
import type { ShardStack } from "../shards";

/** What manifests are made of. */
export interface Described {
    readonly plan: FleetPlan;
    readonly engine: Engine;
    readonly shards: readonly ShardStack[];
}

/** How many runs there are at once, and how many operations each may have in flight; undefined: as many as Pulumi chooses. */
export function parallelIn({ parallel, operations }: Pick<Engine, "parallel" | "operations">): Parallel {
    return operations === undefined ? { shards: parallel, operations } : divided(operations, parallel);
}
