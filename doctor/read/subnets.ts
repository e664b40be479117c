import {
    type EC2Client,
    type NetworkAcl,
    paginateDescribeNetworkAcls,
    paginateDescribeRouteTables,
    paginateDescribeSubnets,
    paginateDescribeVpcPeeringConnections,
    paginateGetManagedPrefixListEntries,
    type RouteTable,
    type Route as FoundRoute,
} from "@aws-sdk/client-ec2";

import type { AclEntry, Route, SecurityGroup, Subnet } from "../facts";

/** Subnets with what lets their packets through. */
export async function readSubnets(client: EC2Client, ids: readonly string[]): Promise<readonly Subnet[]> {
    // Without ids, the requests are for all of the account's.
    if (ids.length === 0) {
        return [];
    }
    const plain: Pick<Subnet, "id" | "vpc" | "range">[] = [];
    for await (const { Subnets = [] } of paginateDescribeSubnets({ client }, { SubnetIds: [...ids] })) {
        plain.push(
            ...Subnets.map(({ SubnetId: id = "", VpcId: vpc = "", CidrBlock: range = "" }) => ({ id, vpc, range })),
        );
    }
    const Filters = [{ Name: "vpc-id", Values: [...new Set(plain.map(({ vpc }) => vpc))] }];
    const tables: RouteTable[] = [];
    for await (const { RouteTables = [] } of paginateDescribeRouteTables({ client }, { Filters })) {
        tables.push(...RouteTables);
    }
    const acls: NetworkAcl[] = [];
    for await (const { NetworkAcls = [] } of paginateDescribeNetworkAcls({ client }, { Filters })) {
        acls.push(...NetworkAcls);
    }
    const lists = await readLists(
        client,
        tables.flatMap(({ Routes = [] }) => Routes.flatMap(listOf)),
    );
    return plain.map((subnet) => ({
        ...subnet,
        table: tableOf(tables, lists, subnet),
        acl: aclOf(acls, subnet.id),
    }));
}

/** A subnet without a table of its own has the VPC's main one: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html */
function tableOf(
    tables: readonly RouteTable[],
    lists: ReadonlyMap<string, readonly string[]>,
    { id, vpc }: Pick<Subnet, "id" | "vpc">,
): Subnet["table"] {
    const own = tables.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === id));
    const main = tables.find(
        ({ VpcId, Associations = [] }) => VpcId === vpc && Associations.some(({ Main }) => Main === true),
    );
    const { RouteTableId = "", Routes = [] } = own ?? main ?? {};
    return { id: RouteTableId, routes: Routes.flatMap((route) => routesOf(route, lists)) };
}

const listOf = ({ DestinationPrefixListId }: FoundRoute): string | readonly [] => DestinationPrefixListId ?? [];

function routesOf(route: FoundRoute, lists: ReadonlyMap<string, readonly string[]>): readonly Route[] {
    const { DestinationCidrBlock: range, DestinationPrefixListId: list, State } = route;
    const ranges = range !== undefined ? [range] : list === undefined ? [] : (lists.get(list) ?? []);
    const target =
        route.VpcPeeringConnectionId ??
        route.TransitGatewayId ??
        route.NatGatewayId ??
        route.CoreNetworkArn ??
        route.NetworkInterfaceId ??
        route.InstanceId ??
        route.LocalGatewayId ??
        route.CarrierGatewayId ??
        route.GatewayId ??
        "";
    return ranges.map((to) => ({ to, target, active: State !== "blackhole" }));
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html */
function aclOf(acls: readonly NetworkAcl[], subnet: string): Subnet["acl"] {
    const found = acls.find(({ Associations = [] }) => Associations.some(({ SubnetId }) => SubnetId === subnet));
    const entries = (found?.Entries ?? []).flatMap((one): AclEntry[] => {
        const { From: from, To: to } = one.PortRange ?? {};
        return one.CidrBlock === undefined
            ? []
            : [
                  {
                      number: one.RuleNumber ?? 0,
                      egress: one.Egress === true,
                      allow: one.RuleAction === "allow",
                      protocol: one.Protocol ?? "-1",
                      range: one.CidrBlock,
                      ...(from !== undefined && to !== undefined && { ports: { from, to } }),
                  },
              ];
    });
    return { id: found?.NetworkAclId ?? "", entries: entries.sort((a, b) => a.number - b.number) };
}

/** The address ranges of prefix lists, AWS' own included. */
export async function readLists(
    client: EC2Client,
    ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>();
    for (const id of new Set(ids)) {
        const ranges: string[] = [];
        for await (const { Entries = [] } of paginateGetManagedPrefixListEntries({ client }, { PrefixListId: id })) {
            ranges.push(...Entries.flatMap(({ Cidr }) => Cidr ?? []));
        }
        found.set(id, ranges);
    }
    return found;
}

export function listsIn(groups: readonly SecurityGroup[]): readonly string[] {
    return groups.flatMap(({ rules }) => rules.flatMap(({ lists }) => lists));
}

/** Active peerings of a VPC: their ids, by the other VPC's. */
export async function readPeerings(client: EC2Client, vpc: string): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    const active = { Name: "status-code", Values: ["active"] };
    for (const side of ["requester", "accepter"]) {
        const Filters = [active, { Name: `${side}-vpc-info.vpc-id`, Values: [vpc] }];
        for await (const page of paginateDescribeVpcPeeringConnections({ client }, { Filters })) {
            for (const one of page.VpcPeeringConnections ?? []) {
                const other = (side === "requester" ? one.AccepterVpcInfo : one.RequesterVpcInfo)?.VpcId;
                found.set(other ?? "", one.VpcPeeringConnectionId ?? "");
            }
        }
    }
    return found;
}
