import { contains, lengthOf } from "./cidr";
import { clip } from "../iam";
import { field, isUnknown } from "./unknownValues";
import type { Candidates, Reference } from "./resourceReferences";
import type { Resource } from "./resource";

/** A route's target, and whether it stays inside the network, leads out, or leads on to another network. */
interface RouteTarget {
    readonly to: string;
    readonly leads: "inside" | "out" | "on" | "unknown";
}

const internet: RouteTarget = { to: "an internet gateway", leads: "out" };
export const nat: RouteTarget = { to: "a NAT gateway", leads: "out" };
const vpn: RouteTarget = { to: "a VPN gateway", leads: "on" };
const inside: RouteTarget = { to: "the network itself", leads: "inside" };

/**
 * The targets that have a dedicated argument
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html).
 */
const targets: Readonly<Record<string, RouteTarget>> = {
    egressOnlyGatewayId: { to: "an egress-only gateway", leads: "out" },
    egressOnlyInternetGatewayId: { to: "an egress-only gateway", leads: "out" },
    natGatewayId: nat,
    carrierGatewayId: { to: "a carrier gateway", leads: "out" },
    networkInterfaceId: { to: "a network interface", leads: "on" },
    instanceId: { to: "an instance", leads: "on" },
    transitGatewayId: { to: "a transit gateway", leads: "on" },
    vpcPeeringConnectionId: { to: "a peering", leads: "on" },
    coreNetworkArn: { to: "a core network", leads: "on" },
    localGatewayId: { to: "a local gateway", leads: "on" },
};

/**
 * `gatewayId` names gateways of several kinds. The id shows which; until it is known, so does the type of the
 * referenced resource.
 */
const gateways: readonly (readonly [id: RegExp, types: readonly string[], target: RouteTarget])[] = [
    [
        /^igw-/,
        [
            "aws:ec2/internetGateway:InternetGateway",
            "aws-native:ec2:InternetGateway",
            "aws-native:ec2:VpcGatewayAttachment",
        ],
        internet,
    ],
    [
        /^vgw-/,
        [
            "aws:ec2/vpnGateway:VpnGateway",
            "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment",
            "aws-native:ec2:VpnGateway",
        ],
        vpn,
    ],
    [/^(local$|vpce-)/, ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws-native:ec2:VpcEndpoint"], inside],
];

/** The target of a route that leads, or may lead, out of the network. */
export interface WayOut {
    readonly to: string;
    readonly certain: boolean;
}

/**
 * Where a route leads out of the network, if it does; `argument` is the holder's argument that contains the route.
 * Internet gateways lead out for every destination. A route to another network leads out only if its destination
 * includes internet addresses: a range larger than any private one.
 */
export function wayOut(
    holder: Resource,
    route: unknown,
    argument: "gatewayId" | "routes",
    natGateways: Candidates,
): WayOut | undefined {
    const found = targetOf(holder, route, argument, natGateways);
    const leads = found?.leads === "on" ? onward(route) : found?.leads;
    return found === undefined || leads === undefined || leads === "inside"
        ? undefined
        : { to: found.to, certain: leads === "out" };
}

function targetOf(
    holder: Resource,
    route: unknown,
    argument: "gatewayId" | "routes",
    natGateways: Candidates,
): RouteTarget | undefined {
    if (isUnknown(route)) {
        return { to: "something that is not known yet", leads: "unknown" };
    }
    const gateway = field(route, "gatewayId");
    if (isGiven(gateway)) {
        return gatewayOf(holder, gateway, argument);
    }
    const [name, target] = Object.entries(targets).find(([name]) => isGiven(field(route, name))) ?? [];
    if (
        target === nat &&
        name !== undefined &&
        argument === "gatewayId" &&
        isPrivateNat(natGateways.named(holder, name))
    ) {
        return { to: "a private NAT gateway", leads: "on" };
    }
    return target;
}

function gatewayOf(holder: Resource, id: unknown, argument: string): RouteTarget {
    if (typeof id === "string" && !isUnknown(id)) {
        return (
            gateways.find(([pattern]) => pattern.test(id))?.[2] ?? {
                to: `the gateway ${clip(id, 64)}`,
                leads: "unknown",
            }
        );
    }
    const sources = new Set((holder.sources[argument] ?? []).map(({ type }) => type));
    const fits = gateways.filter(([, types]) => types.some((type) => sources.has(type))).map(([, , target]) => target);
    const [target] = fits;
    return target !== undefined && fits.length === 1
        ? target
        : { to: "a gateway that is not known yet", leads: "unknown" };
}

/**
 * A private NAT gateway reaches only other networks:
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
 */
function isPrivateNat(references: readonly Reference[]): boolean {
    return references.some(({ resource, certain }) => certain && resource?.props["connectivityType"] === "private");
}

/** The largest private ranges: 10.0.0.0/8 in IPv4 (RFC 1918), fc00::/7 in IPv6 (RFC 4193). */
function onward(route: unknown): RouteTarget["leads"] {
    const destinations = ["destinationCidrBlock", "cidrBlock", "destinationIpv6CidrBlock", "ipv6CidrBlock"]
        .map((name) => field(route, name))
        .filter(isGiven);
    const takesInInternet = destinations.some((one) => {
        const length = typeof one === "string" ? lengthOf(one) : undefined;
        return (
            typeof one === "string" &&
            length !== undefined &&
            (one.includes(":") ? length < 16 && !contains("fc00::/7", one) : length < 8)
        );
    });
    return takesInInternet ? "out" : destinations.some(isUnknown) ? "unknown" : "inside";
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== "";
}
