import { UserError } from "../../toolkit/userError";
import { numberOf } from "./options";
import type { ShardStack } from "./shards";

/**
 * The provider of a database takes at most 20 connections
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/provider.go, `max_connections`), and the
 * program's hooks three more.
 */
const connectionsOfProvider = 23;

/** How much may happen at once. */
export interface Parallel {
    readonly shards: number;
    /** Operations of each shard's engine; undefined: as many as the engine chooses. */
    readonly operations: number | undefined;
}

/** The command line's choice. */
export interface ParallelChoice {
    readonly parallel: string;
    readonly connections?: string | undefined;
    readonly operations?: string | undefined;
}

/**
 * How many shards may run at once, and how many operations each, so that all of them together have no more operations in
 * flight and take no more database connections than allowed. An engine works on as many resources as it has workers, one
 * for each degree of its `--parallel`: https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/step_executor.go
 *
 * @throws UserError
 */
export function parallelOf(shards: readonly ShardStack[], given: ParallelChoice): Parallel {
    const wanted = Math.min(numberOf("parallel", given.parallel, 1), withinConnections(shards, given.connections));
    if (given.operations === undefined) {
        return { shards: wanted, operations: undefined };
    }
    return divided(numberOf("operations", given.operations, 1), Math.min(wanted, Math.max(1, shards.length)));
}

/** Divides operations among runs: fewer runs where there are not enough for each. */
export function divided(operations: number, runs: number): { readonly shards: number; readonly operations: number } {
    const shards = Math.min(operations, runs);
    return { shards, operations: Math.floor(operations / shards) };
}

function withinConnections(shards: readonly ShardStack[], connections: string | undefined): number {
    if (connections === undefined) {
        return Infinity;
    }
    const most = Math.max(1, ...shards.map(({ databases }) => databases)) * connectionsOfProvider;
    const allowed = Math.floor(numberOf("connections", connections, 1) / most);
    if (allowed < 1) {
        throw new UserError(
            `--connections is ${connections}, and one run can take ${most}; allowed is at least ${most}`,
        );
    }
    return allowed;
}
