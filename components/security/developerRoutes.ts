import { contains, parseIpv4Cidr } from "../../toolkit/cidr";

/**
 * The ranges to which the database's subnets have a route: their own network, by the local route that every table has, and
 * those that a team adds. A peering of the program's leads to the app tier alone, whose addresses are the pods'.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
 */
export function routedCidrs(ownNetwork: string, added: readonly string[] = []): readonly string[] {
    return [ownNetwork, ...added];
}

/** Whether packets from an address would get no answer. No ranges mean that the routes are unknown. */
export function unrouted(cidr: string, routed: readonly string[]): boolean {
    const address = parseIpv4Cidr(cidr);
    const ranges = routed.map(parseIpv4Cidr).filter((range) => range !== undefined);
    return address !== undefined && ranges.length > 0 && !ranges.some((range) => contains(range, address));
}
