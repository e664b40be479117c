import type { EksClusterArgs } from "../cluster/eksCluster";
import type { NetworkArgs } from "../network/network";
import type { ThreeTiersArgs } from "../security/threeTiers";
import type { DatabaseAccountArgs } from "./anotherAccount";
import type { ReplicaArgs } from "./anotherRegion";
import type { PlatformDatabaseArgs } from "./placement";

export interface PlatformArgs {
    readonly network: Omit<NetworkArgs, "flowLogs"> &
        Pick<ThreeTiersArgs, "webFrom"> & {
            /**
             * Ranges of other networks to which the database's subnets get a route elsewhere.
             * @default - none
             */
            readonly routedRanges?: readonly string[] | undefined;
        };
    readonly cluster: Omit<EksClusterArgs, "vpcId" | "privateSubnetIds" | "appSecurityGroupId" | "logs">;
    readonly database: PlatformDatabaseArgs;
    /**
     * A copy of the database in another region.
     * @default - none
     */
    readonly replica?: ReplicaArgs | undefined;
    /**
     * Another account for the database, with a separate network there.
     * @default - the program's own account and network
     */
    readonly databaseAccount?: DatabaseAccountArgs | undefined;
    /**
     * Whether to create a host through which people and pipelines reach the database.
     * @default false
     */
    readonly bastion?: boolean;
    /** Retention of logs, in days. */
    readonly logDays: number;
}
