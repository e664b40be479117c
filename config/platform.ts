import { z } from "zod";
import { cluster, clusterProblems } from "./cluster";
import { database, databaseProblems } from "./database";
import { databaseAccount, databaseAccountProblems } from "./databaseAccount";
import { flag, number, section } from "./fields";
import { network } from "./network";
import { replica, replicaProblems, server, serverProblems } from "./places";
import type { Problem } from "./problems";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const logDays = number({
    allowed: retentions.join(", "),
    fix: "write how many days logs are kept, like 90",
    wrong: (given) => (retentions.includes(given) ? undefined : "not a number of days that CloudWatch knows"),
}).default(90);

const bastion = flag("write true to have a host through which people and pipelines reach the database, by Systems Manager").default(false);

/** Network, Kubernetes and database. */
export const clusterPlatform = section({ network: network.prefault({}), cluster, database, replica: replica.optional(), databaseAccount: databaseAccount.optional(), bastion, logDays });

/** A database for an application server that is there already. */
export const serverPlatform = section({ server, database, logDays });

/** What a team makes once; which of the two, `server` tells. */
export const platform = z.unknown().transform((given, context): PlatformSettings => {
    const isServer = typeof given === "object" && given !== null && "server" in given;
    const parsed = (isServer ? serverPlatform : clusterPlatform).safeParse(given);
    if (parsed.success) {
        return parsed.data;
    }
    context.issues.push(...(parsed.error.issues as unknown as typeof context.issues));
    return z.NEVER;
});

export type ClusterPlatformSettings = z.infer<typeof clusterPlatform>;
export type ServerPlatformSettings = z.infer<typeof serverPlatform>;
export type PlatformSettings = ClusterPlatformSettings | ServerPlatformSettings;

/** What is wrong between values of a platform that are well by themselves. */
export function platformProblems(platform: PlatformSettings): Problem[] {
    const own = databaseProblems(platform.database);
    if ("server" in platform) {
        return [...serverProblems(platform.server), ...own];
    }
    const { network, cluster, replica, databaseAccount } = platform;
    return [
        ...clusterProblems(cluster),
        ...own,
        ...(replica === undefined ? [] : replicaProblems(replica, network.cidr, platform.database)),
        ...(databaseAccount === undefined ? [] : databaseAccountProblems(databaseAccount, network.cidr, replica)),
    ];
}
