import { contains } from "../cidr";
import { field, isUnknown, items } from "../plain";
import { referred } from "../references";
import type { Finding, Resource, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** Whether a database's subnets may have a route out through a NAT gateway. */
    readonly allowNat?: boolean;
}

const types = {
    group: "aws:rds/subnetGroup:SubnetGroup",
    subnet: "aws:ec2/subnet:Subnet",
    association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    table: "aws:ec2/routeTable:RouteTable",
    route: "aws:ec2/route:Route",
} as const;

/** Targets that lead out of the network, by argument; those that lead on (peering, transit) do so by a default route only. */
const outward = { gatewayId: "an internet gateway", egressOnlyGatewayId: "an egress-only gateway", natGatewayId: "a NAT gateway", carrierGatewayId: "a carrier gateway" };
const onward = { networkInterfaceId: "a network interface", transitGatewayId: "a transit gateway", vpcPeeringConnectionId: "a peering" };

/** A database stands where no route leads out. */
export const isolateSubnets: Rule<Parameters> = {
    name: "database-subnets",
    description: "A database's subnets have no route out of the network",
    severity: "high",
    remediation: "Give the database's subnets a route table of their own without a route to a gateway.",
    parameters: { allowNat: { type: "boolean", default: false, description: "whether a database's subnets may have a route out through a NAT gateway" } },
    types: new Set<string>(Object.values(types)),
    judgeStack: (resources, { allowNat }) => {
        const of = (type: string): Resource[] => resources.filter((one) => one.type === type);
        return of(types.group).flatMap((group) =>
            referred(group, "subnetIds", of(types.subnet)).flatMap((subnet) =>
                routesOf(subnet, of).flatMap(({ resource, entry }): Finding[] => {
                    const out = wayOut(entry);
                    if (out === undefined || (allowNat === true && out === outward.natGatewayId)) {
                        return [];
                    }
                    const fault = `${subnet.name}, a subnet of database group ${group.name}, has a route to ${out}`;
                    return [{ resource, fault, fix: `give ${subnet.name} a route table without that route` }];
                }),
            ),
        );
    },
};

/** The routes of the tables that a subnet is associated with: those that a table holds, and those that stand apart. */
function routesOf(subnet: Resource, of: (type: string) => Resource[]): { resource: Resource; entry: unknown }[] {
    const associations = of(types.association).filter((association) => referred(association, "subnetId", [subnet]).length > 0);
    const tables = associations.flatMap((association) => referred(association, "routeTableId", of(types.table)));
    return tables.flatMap((table) => [
        ...items(table.props["routes"]).map((entry) => ({ resource: table, entry })),
        ...of(types.route)
            .filter((route) => referred(route, "routeTableId", [table]).length > 0)
            .map((route) => ({ resource: route, entry: route.props })),
    ]);
}

/** Where a route leads out to; undefined for one that stays inside. */
function wayOut(entry: unknown): string | undefined {
    for (const [argument, name] of Object.entries(outward)) {
        const target = field(entry, argument);
        const inside = typeof target === "string" && (target === "local" || target.startsWith("vgw-") || target.startsWith("vpce-"));
        if (isGiven(target) && !inside && !isUnknown(entry)) {
            return name;
        }
    }
    const destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"].map((name) => field(entry, name));
    const everything = destinations.some((one) => typeof one === "string" && (contains(one, "0.0.0.0/0") || contains(one, "::/0")));
    const [, name] = Object.entries(onward).find(([argument]) => isGiven(field(entry, argument))) ?? [];
    return everything ? name : undefined;
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== "";
}
