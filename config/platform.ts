import type { z } from "zod";
import { cluster, clusterProblems } from "./cluster";
import { database } from "./database";
import { addressProblems } from "./databaseAddresses";
import { databaseAccount, databaseAccountProblems } from "./databaseAccount";
import { databaseProblems } from "./databaseProblems";
import { existingDatabase, existingDatabaseProblems, noExistingDatabase } from "./existingDatabase";
import { either, flag, oneOf, section } from "./fields";
import { existingNetworkProblems, type NetworkNeeds } from "./existingNetwork";
import { network } from "./network";
import { server, serverProblems } from "./existingServer";
import { replica, replicaProblems } from "./replica";
import type { Problem } from "./problems";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const logDays = oneOf(retentions, {
    fix: "write how many days to keep logs, like 90",
    wrong: "not a retention period of CloudWatch Logs",
})
    .default(90)
    .meta({ description: "How long logs are kept", unit: "days" });

/** Network, Kubernetes and database. */
export const clusterPlatform = section({
    network: network.prefault({}).describe("The VPC: created, or `existing`"),
    cluster: cluster.describe("The Kubernetes cluster: created, or `existing`"),
    database: either(database, existingDatabase, "existing").describe(
        "The database: Aurora or one RDS instance, PostgreSQL or MySQL; created, or `existing`",
    ),
    replica: replica.optional().meta({
        description: "A copy of the database in another region, in a separate network",
        more: "databases.md",
    }),
    databaseAccount: databaseAccount.optional().meta({
        description: "Another AWS account for the database, with a separate network there",
        absent: "the account of the cluster",
        more: "databases.md",
    }),
    bastion: flag(
        "write true to create a host through which people and pipelines reach the database with Systems Manager",
    )
        .default(false)
        .meta({
            description: "Whether to create a host through which people and pipelines reach the database",
            more: "reaching-the-database.md",
        }),
    logDays,
});

/** A database for an existing application server. */
export const serverPlatform = section({
    server: server.describe("An existing application server, instead of `network` and `cluster`"),
    database: either(database, noExistingDatabase, "existing").describe("The server's database"),
    logDays,
});

/** The part that a team creates once; `server` decides which of the two it is. */
export const platform = either(clusterPlatform, serverPlatform, "server");

export type ClusterPlatformSettings = z.infer<typeof clusterPlatform>;
export type ServerPlatformSettings = z.infer<typeof serverPlatform>;
export type PlatformSettings = ClusterPlatformSettings | ServerPlatformSettings;

/** Finds contradictions between individually valid values of a platform. */
export function platformProblems(platform: PlatformSettings): Problem[] {
    if ("server" in platform) {
        return [...serverProblems(platform.server), ...databaseProblems(platform.database)];
    }
    const { network, cluster, database } = platform;
    return [
        ...clusterProblems(cluster),
        ...("existing" in database ? existingDatabaseProblems(database, platform) : databaseProblems(database)),
        ...("existing" in network ? existingNetworkProblems(network.existing, needsOf(platform)) : []),
        ...("existing" in network ? [] : ownNetworkProblems(network, platform)),
    ];
}

function needsOf({ cluster, database, bastion, replica, databaseAccount }: ClusterPlatformSettings): NetworkNeeds {
    const clusterExists = "existing" in cluster;
    const created = !("existing" in database);
    return {
        clusterExists,
        nodes: !clusterExists ? "platform.cluster" : bastion ? "platform.bastion" : undefined,
        database: created,
        // An existing database is the reason to refuse them otherwise.
        peered: created ? { replica, databaseAccount } : { replica: undefined, databaseAccount: undefined },
    };
}

function ownNetworkProblems(
    network: Exclude<ClusterPlatformSettings["network"], { existing: unknown }>,
    { cluster, database, replica, databaseAccount }: ClusterPlatformSettings,
): Problem[] {
    const [range, key] = databaseAccount
        ? [databaseAccount.cidr, "platform.databaseAccount.cidr"]
        : [network.cidr, "platform.network.cidr"];
    return [
        ...("existing" in cluster ? [apartFromCluster] : []),
        ...("existing" in database
            ? []
            : [
                  ...addressProblems(range, key, database),
                  ...(replica === undefined ? [] : replicaProblems(replica, network.cidr, database)),
              ]),
        ...(databaseAccount === undefined ? [] : databaseAccountProblems(databaseAccount, network.cidr, replica)),
    ];
}

const apartFromCluster: Problem = {
    path: "platform.network",
    given: undefined,
    wrong: "the existing cluster is in a network that exists, and the stack would create another one",
    allowed: "only existing",
    fix: "write existing: {}, with the keys that the stack's other parts need",
};
