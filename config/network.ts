import { parseRange } from "../components/network/ipv4";
import { contains } from "../toolkit/cidr";
import { largestPrefix, smallestPrefix, zonePlaces } from "../components/network/subnets";
import { existing } from "./existingNetwork";
import { choice, count, either, flag, list, section, text } from "./fields";
import { notARange, range } from "./validators";

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** The range of a whole network. */
export function networkRange(fix: string) {
    return text({
        allowed: `a range from /${largestPrefix} to /${smallestPrefix} within ${privateRanges.join(", ")}`,
        fix,
        wrong: wrongNetwork,
    });
}

const webFrom = list(
    range("write the range that users connect from, like 203.0.113.0/24"),
    "a list of ranges of IPv4 addresses in CIDR notation",
)
    .default([])
    .describe("Ranges that may reach the web tier on port 443");

/** A network that the stack creates. */
const made = section({
    cidr: networkRange("write a range that no peered network uses, like 10.20.0.0/16")
        .default("10.20.0.0/16")
        .describe("The VPC's private range; it cannot change later"),
    zones: count(
        2,
        zonePlaces,
        "write how many availability zones to use, like 3; subnets keep their place when it grows",
    )
        .default(3)
        .describe(
            "Availability zones; one can be added or removed later: nodes of the other zones, the control plane and a proxy stay as they are",
        ),
    nat: choice(
        ["zone", "one", "none"],
        "write zone (a NAT gateway in each zone), one (cheaper, a single point of failure) or none",
    )
        .default("zone")
        .describe("NAT gateways: one in each `zone`, `one` for all (cheaper), or `none`"),
    endpoints: flag("write true to reach AWS services within the network; without NAT, this is required")
        .optional()
        .meta({
            description: "Whether to create interface endpoints to AWS services, which AWS charges for by the hour",
            absent: "`true` without NAT, otherwise `false`",
        }),
    webFrom,
    routedRanges: list(
        range("write the range of a network whose route you add to the output databaseRouteTableId, like 10.8.0.0/16"),
        "a list of ranges of IPv4 addresses in CIDR notation",
    )
        .default([])
        .meta({
            description: "Ranges of other networks to which you add a route in the table `databaseRouteTableId`",
            more: "reaching-the-database.md#from-another-network",
        }),
});

/** An existing network; the security groups in it are the stack's. */
const found = section({
    existing: existing.describe("A VPC that exists: looked up, never changed; instead of the keys that create one"),
    webFrom,
});

/** The network: created, or existing. */
export const network = either(made, found, "existing");

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
