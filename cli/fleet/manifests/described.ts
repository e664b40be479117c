import type { Cell, FleetPlan } from "../plan";
import type { ShardStack } from "../shards";
import type { Engine } from "../engine";

/** What manifests are made of. */
export interface Described {
    readonly plan: FleetPlan;
    readonly engine: Engine;
    readonly shards: readonly ShardStack[];
}

/** The stacks that a cell's shards read, first the one that the other reads too. */
export function platformsOf({ platformStack, databaseStack }: Cell): readonly string[] {
    return [...new Set([platformStack, databaseStack ?? platformStack])];
}
