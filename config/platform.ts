import type { z } from "zod";
import { contains, parseRange } from "../components/network/ipv4";
import { largestPrefix, smallestPrefix, zonePlaces } from "../components/network/subnets";
import { cluster, clusterProblems } from "./cluster";
import { databaseBytes } from "../components/tenancy/names";
import { choice, count, flag, list, number, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedDatabaseName, notARange, range, wrongDatabaseName } from "./rules";

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

const network = section({
    cidr: text({
        allowed: `a range from /${largestPrefix} to /${smallestPrefix} within ${privateRanges.join(", ")}`,
        fix: "write a range that no network you peer with uses, like 10.20.0.0/16",
        wrong: wrongNetwork,
    }).default("10.20.0.0/16"),
    zones: count(2, zonePlaces, "write how many availability zones to use, like 3; subnets keep their place when it grows").default(3),
    nat: choice(["zone", "one", "none"], "write zone (a NAT gateway in each zone), one (cheaper, one zone's loss cuts all off) or none").default("zone"),
    endpoints: flag("write true to reach AWS' services within the network, as without NAT they must").optional(),
    webFrom: list(
        range("write the range from which users come, like 203.0.113.0/24"),
        "a list of ranges of IPv4 addresses in CIDR notation",
    ).default([]),
});

const capacity = (what: string) =>
    number({
        allowed: "0 to 256 Aurora capacity units in steps of 0.5",
        fix: `write ${what}`,
        wrong: (given) => (given >= 0 && given <= 256 && Number.isInteger(given * 2) ? undefined : "not a capacity of Aurora Serverless v2"),
    });

const database = section({
    engineVersion: text({
        allowed: "a version of Aurora PostgreSQL 15 to 18 in quotes, with its minor version or without",
        fix: 'write one like "16.6" to pin it, or "16" to let AWS apply minor versions',
        wrong: (given) => (/^(15|16|17|18)(\.\d{1,2})?$/.test(given) ? undefined : "not a version of Aurora PostgreSQL 15 to 18"),
    }),
    name: text({
        allowed: allowedDatabaseName(databaseBytes),
        fix: "write the name of the database that Aurora makes, like app",
        wrong: (given) =>
            wrongDatabaseName(given, databaseBytes) ?? (/^[a-z][a-z0-9_]*$/.test(given) ? undefined : "RDS takes only letters, digits and _, a letter first"),
    }).default("app"),
    minCapacity: capacity("the capacity at rest, like 0.5").default(0.5),
    maxCapacity: capacity("the capacity under load, like 4").default(4),
    readers: count(0, 15, "write how many readers stand by, like 1").default(1),
    protect: flag("write false only where losing the data is no loss").default(true),
}).transform(({ name, ...rest }) => ({ ...rest, databaseName: name }));

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** What a team makes once: network, Kubernetes and database. */
export const platform = section({
    network: network.prefault({}),
    cluster,
    database,
    logDays: number({
        allowed: retentions.join(", "),
        fix: "write how many days logs are kept, like 90",
        wrong: (given) => (retentions.includes(given) ? undefined : "not a number of days that CloudWatch knows"),
    }).default(90),
});

export type PlatformSettings = z.infer<typeof platform>;

function wrongNetwork(given: string): string | undefined {
    const own = parseRange(given);
    if (own === undefined) {
        return notARange;
    }
    if (own.prefix < largestPrefix || own.prefix > smallestPrefix) {
        return own.prefix < largestPrefix ? "larger than a VPC can be" : "too small for its subnets";
    }
    const isPrivate = privateRanges.some((cidr) => {
        const outer = parseRange(cidr);
        return outer !== undefined && contains(outer, own);
    });
    return isPrivate ? undefined : "not private";
}

/** What is wrong between values of a platform that are well by themselves. */
export function platformProblems({ cluster, database }: PlatformSettings): Problem[] {
    const problems = clusterProblems(cluster);
    if (database.minCapacity > database.maxCapacity || database.maxCapacity < 1) {
        const { minCapacity, maxCapacity } = database;
        problems.push({
            path: "platform.database.maxCapacity",
            given: maxCapacity,
            wrong: maxCapacity < 1 ? "less than Aurora takes" : `less than minCapacity, ${minCapacity}`,
            allowed: `${Math.max(1, minCapacity)} to 256`,
            fix: "raise maxCapacity or lower minCapacity",
        });
    }
    return problems;
}
