import type { EksClusterArgs } from "../cluster/eksCluster";
import type { ExistingClusterArgs } from "../cluster/existingCluster";
import type { ExistingDatabaseArgs } from "../database/existingDatabase";
import type { DatabaseKind, Engine } from "../engines";
import type { ExistingNetworkArgs } from "../network/existingNetwork";
import type { NetworkArgs } from "../network/network";
import type { ThreeTiersArgs } from "../security/threeTiers";
import type { DatabaseAccountArgs } from "./anotherAccount";
import type { ReplicaArgs } from "./anotherRegion";
import type { PlatformDatabaseArgs } from "./placement";

/** A network that the program creates, or one that exists. */
type NetworkPartArgs = Pick<ThreeTiersArgs, "webFrom"> &
    (
        | (Omit<NetworkArgs, "flowLogs"> & {
              /**
               * Ranges of other networks to which the database's subnets get a route elsewhere.
               * @default - none
               */
              readonly routedRanges?: readonly string[] | undefined;
          })
        | {
              readonly existing: Omit<ExistingNetworkArgs, "vpcId"> & {
                  /**
                   * Id of the VPC.
                   * @default - the existing cluster's
                   */
                  readonly vpcId?: string | undefined;
              };
          }
    );

/** A Kubernetes cluster that exists. */
export interface ExistingClusterPartArgs extends Pick<EksClusterArgs, "appTier"> {
    readonly existing: Omit<ExistingClusterArgs, "appTier"> & {
        /**
         * Ids of the security groups whose members reach the database.
         * @default - the cluster's own
         */
        readonly clientSecurityGroupIds?: readonly string[] | undefined;
        /**
         * Namespaces whose pods run on Fargate.
         * @default - none
         */
        readonly fargateNamespaces?: readonly string[] | undefined;
        /**
         * Whether the cluster's own group gets rules for the deployers and the bastion.
         * @default false
         */
        readonly admitDeployers?: boolean | undefined;
    };
}

export interface PlatformArgs {
    readonly network: NetworkPartArgs;
    readonly cluster:
        Omit<EksClusterArgs, "vpcId" | "privateSubnetIds" | "appSecurityGroupId" | "logs"> | ExistingClusterPartArgs;
    readonly database: PlatformDatabaseArgs | ExistingPlatformDatabaseArgs;
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

/** A database that exists. */
export interface ExistingPlatformDatabaseArgs {
    readonly kind: DatabaseKind;
    readonly engine: Engine;
    /** Name of the database in the server. */
    readonly databaseName: string;
    /** Whether the proxy's role gets a policy for each login. */
    readonly proxy: boolean;
    readonly existing: Omit<ExistingDatabaseArgs, "kind" | "engine"> & {
        /**
         * ARN of a role in the database's account that the program assumes.
         * @default - the database is in the program's own account
         */
        readonly role?: string | undefined;
    };
}
