import type { FleetPlan } from "../plan";
import type { ShardStack } from "../shards";
import type { Engine } from "../engine";

/** What manifests are made of. */
export interface Described {
    readonly plan: FleetPlan;
    readonly engine: Engine;
    readonly shards: readonly ShardStack[];
}
