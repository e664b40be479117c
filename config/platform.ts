import type { z } from "zod";
import { contains, parseRange } from "../components/network/ipv4";
import { largestPrefix, smallestPrefix, zonePlaces } from "../components/network/subnets";
import { cluster, clusterProblems } from "./cluster";
import { database, databaseProblems } from "./database";
import { choice, count, flag, list, number, section, text } from "./fields";
import type { Problem } from "./problems";
import { notARange, range } from "./rules";

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
    return [...clusterProblems(cluster), ...databaseProblems(database)];
}
