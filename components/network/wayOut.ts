import { contains, parseCidr } from "../../toolkit/cidr";

/** A route of an existing table; targets that it does not have are empty. */
export interface TableRoute {
    readonly cidrBlock?: string;
    readonly ipv6CidrBlock?: string;
    readonly gatewayId?: string;
    readonly natGatewayId?: string;
    readonly egressOnlyGatewayId?: string;
    readonly carrierGatewayId?: string;
    readonly instanceId?: string;
    readonly networkInterfaceId?: string;
    readonly transitGatewayId?: string;
    readonly vpcPeeringConnectionId?: string;
    readonly coreNetworkArn?: string;
    readonly localGatewayId?: string;
}

/** Gateways to the internet, whatever the destination. */
const out = [
    ["natGatewayId", "the NAT gateway"],
    ["egressOnlyGatewayId", "the egress-only gateway"],
    ["carrierGatewayId", "the carrier gateway"],
] as const;

/** Ways to other networks, which lead out only to those who route the internet's addresses to them. */
const on = [
    ["gatewayId", "the gateway"],
    ["instanceId", "the instance"],
    ["networkInterfaceId", "the network interface"],
    ["transitGatewayId", "the transit gateway"],
    ["vpcPeeringConnectionId", "the peering"],
    ["coreNetworkArn", "the core network"],
    ["localGatewayId", "the local gateway"],
] as const;

/**
 * Where a route leads out of the network; undefined if it does not. The policy pack's rule `database-subnets` decides the
 * same of routes that a program declares.
 */
export function wayOut(route: TableRoute): string | undefined {
    const target = (kinds: typeof out | typeof on) => {
        const [found] = kinds.flatMap(([key, what]) => {
            const id = route[key] ?? "";
            return id === "" ? [] : [`${what} ${id}`];
        });
        return found;
    };
    if (route.gatewayId?.startsWith("igw-") === true) {
        return `the internet gateway ${route.gatewayId}`;
    }
    return target(out) ?? (toInternet(route) ? target(on) : undefined);
}

/** Whether its destination includes addresses of the internet: a range larger than any private one (10.0.0.0/8, fc00::/7). */
function toInternet({ cidrBlock = "", ipv6CidrBlock = "" }: TableRoute): boolean {
    const range = parseCidr(cidrBlock === "" ? ipv6CidrBlock : cidrBlock);
    const privateV6 = parseCidr("fc00::/7");
    if (range === undefined || privateV6 === undefined) {
        return false;
    }
    return range.version === 4 ? range.prefix < 8 : range.prefix < 16 && !contains(privateV6, range);
}
