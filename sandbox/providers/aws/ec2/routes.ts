import { createHash } from "node:crypto";

import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, ArgumentCheck } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { cidr, exactlyOne } from "../declaring/rules";
import {
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    PEERING,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    VPC,
    VPC_ENDPOINT,
} from "../../../cloud/aws/tokens";
import { must, text, texts } from "../../../cloud/aws/values";

const destinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"] as const;
/** What a route may lead to. */
export const routeTargets = [
    "carrierGatewayId",
    "coreNetworkArn",
    "egressOnlyGatewayId",
    "gatewayId",
    "localGatewayId",
    "natGatewayId",
    "networkInterfaceId",
    "odbNetworkArn",
    "transitGatewayId",
    "vpcEndpointId",
    "vpcPeeringConnectionId",
] as const;
const isInternetGateway = (value: string): boolean => value.startsWith("igw-");

export const routeTable: Declaration = {
    type: ROUTE_TABLE,
    id: "rtb",
    allowed: { "routes.cidrBlock": cidr() },
    references: {
        vpcId: blocksDeletion(VPC),
        "routes.gatewayId": to(INTERNET_GATEWAY, { when: isInternetGateway }),
        "routes.natGatewayId": to(NAT_GATEWAY),
        "routes.vpcPeeringConnectionId": to(PEERING),
    },
    replace: ["vpcId"],
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("ec2", `route-table/${id}`), ownerId: cloud.account }),
    missing: (id) => `InvalidRouteTableID.NotFound: The routeTable ID '${id}' does not exist`,
    inUse: (id) => `DependencyViolation: The routeTable '${id}' has dependencies and cannot be deleted.`,
};

export const route: Declaration = {
    type: ROUTE,
    id: ({ inputs }) =>
        `r-${text(inputs, "routeTableId")}${createHash("sha256").update(destinationOf(inputs)).digest().readUInt32BE()}`,
    parent: "routeTableId",
    allowed: { destinationCidrBlock: cidr() },
    rules: [exactlyOne(...destinations), exactlyOne(...routeTargets), oneNetwork],
    references: {
        routeTableId: to(ROUTE_TABLE),
        gatewayId: to(INTERNET_GATEWAY, { when: isInternetGateway }),
        natGatewayId: to(NAT_GATEWAY),
        vpcEndpointId: to(VPC_ENDPOINT),
        vpcPeeringConnectionId: to(PEERING),
    },
    conflicts: [newDestination],
    replace: [...destinations, "routeTableId"],
    outputs: () => ({ origin: "CreateRoute", state: "active" }),
    missing: (id) => `InvalidRoute.NotFound: no route with ID ${id}`,
    exists: ({ inputs }) => `RouteAlreadyExists: The route identified by ${destinationOf(inputs)} already exists.`,
};

export const routeTableAssociation: Declaration = {
    type: ROUTE_TABLE_ASSOCIATION,
    id: "rtbassoc",
    parent: "routeTableId",
    rules: [exactlyOne("subnetId", "gatewayId"), associatesOneNetwork],
    references: {
        routeTableId: blocksDeletion(ROUTE_TABLE),
        subnetId: to(SUBNET),
        gatewayId: to(INTERNET_GATEWAY, { when: isInternetGateway }),
    },
    conflicts: [
        ({ id, inputs, cloud }) =>
            cloud
                .all(ROUTE_TABLE_ASSOCIATION)
                .some(
                    (other) =>
                        other.id !== id &&
                        inputs["subnetId"] !== undefined &&
                        other.state["subnetId"] === inputs["subnetId"],
                )
                ? `Resource.AlreadyAssociated: the specified association for route table ${text(inputs, "routeTableId")} conflicts with an existing association`
                : undefined,
    ],
    replace: ["subnetId", "gatewayId"],
    missing: (id) => `InvalidAssociationID.NotFound: The association ID '${id}' does not exist`,
};

function destinationOf(inputs: Parameters<ArgumentCheck>[0]): string {
    return destinations.map((name) => text(inputs, name)).find((value) => value !== undefined) ?? "";
}

function vpcOf(cloud: Cloud, type: string, id: string | undefined): string | undefined {
    return id === undefined ? undefined : text(cloud.state(type, id), "vpcId");
}

function oneNetwork(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const table = text(inputs, "routeTableId");
    const own = vpcOf(cloud, ROUTE_TABLE, table);
    for (const [property, type] of [
        ["gatewayId", INTERNET_GATEWAY],
        ["natGatewayId", NAT_GATEWAY],
    ] as const) {
        const gateway = text(inputs, property);
        const other = vpcOf(cloud, type, gateway);
        if (own !== undefined && other !== undefined && own !== other) {
            return [
                property,
                `InvalidParameterValue: route table ${table} and network gateway ${gateway} belong to different networks`,
            ];
        }
    }
    return undefined;
}

function associatesOneNetwork(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const table = text(inputs, "routeTableId");
    const subnet = text(inputs, "subnetId");
    const [own, other] = [vpcOf(cloud, ROUTE_TABLE, table), vpcOf(cloud, SUBNET, subnet)];
    return own !== undefined && other !== undefined && own !== other
        ? ["subnetId", `InvalidParameterValue: Route table ${table} and subnet ${subnet} belong to different networks`]
        : undefined;
}

/** A table has one route per destination, including the one to the VPC itself. */
function newDestination({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const table = cloud.find(ROUTE_TABLE, must(inputs, "routeTableId"));
    const network = cloud.find(VPC, must(table?.state ?? {}, "vpcId"));
    const taken = [...texts(table?.state ?? {}, "routes.cidrBlock"), ...texts(network?.state ?? {}, "cidrBlock")];
    return taken.includes(destinationOf(inputs))
        ? `RouteAlreadyExists: The route identified by ${destinationOf(inputs)} already exists.`
        : undefined;
}
