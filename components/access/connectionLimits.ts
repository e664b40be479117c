import * as pulumi from "@pulumi/pulumi";
import { shareOf } from "../database/capacity";
import type { PlatformContract } from "../platform/contract";
import type { TenantEntry } from "./entries";

/** Postgres' value for a role without a limit. */
const unlimited = -1;

/**
 * The maximum number of concurrent sessions of each tenant's login: the one in its entry, else its share of the server's
 * connections. An adopted login keeps its existing limit, and in the model `existing` there is none.
 */
export function connectionLimits(
    tenants: readonly TenantEntry[],
    { maxConnections }: Pick<PlatformContract, "maxConnections">,
): (entry: TenantEntry) => pulumi.Input<number> | undefined {
    const staying = tenants.filter(({ retire }) => retire === undefined).length;
    // A service that used a password until now must not lose sessions by a limit that it never had.
    const without = ({ limits, adopt, model }: TenantEntry) =>
        limits?.connections === undefined && adopt?.includes("login") !== true && model !== "existing";
    const names = tenants.filter(without).map(({ name }) => name);
    const share = maxConnections.apply((known) => {
        if (known > 0 || names.length === 0) {
            return shareOf(known, staying);
        }
        const fix = "write limits.connections, or one of them can take all sessions of the server";
        void pulumi.log.warn(
            `access.tenants: ${names.join(", ")} have no limit of sessions, because it is not known how many the platform's database takes; ${fix}`,
        );
        return unlimited;
    });
    return (entry) => entry.limits?.connections ?? (without(entry) ? share : undefined);
}
