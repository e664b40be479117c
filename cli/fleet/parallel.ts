import { UserError } from "../../toolkit/userError";
import { numberOf } from "./options";
import type { ShardStack } from "./shards";

/**
 * The provider of a database takes at most 20 connections
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/provider.go, `max_connections`), and the
 * program's hooks three more.
 */
const connectionsOfProvider = 23;

/** How many shards may run at once, so that all of them together take no more database connections than allowed. @throws UserError */
export function parallelOf(
    shards: readonly ShardStack[],
    given: { readonly parallel: string; readonly connections?: string | undefined },
): number {
    const parallel = numberOf("parallel", given.parallel, 1);
    if (given.connections === undefined) {
        return parallel;
    }
    const most = Math.max(1, ...shards.map(({ databases }) => databases)) * connectionsOfProvider;
    const allowed = Math.floor(numberOf("connections", given.connections, 1) / most);
    if (allowed < 1) {
        throw new UserError(
            `--connections is ${given.connections}, and one run can take ${most}; allowed is at least ${most}`,
        );
    }
    return Math.min(parallel, allowed);
}
