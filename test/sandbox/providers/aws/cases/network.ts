import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Case } from "./case";

const nowhere = "0123456789abcdef0";

export const network: readonly Case[] = [
    {
        type: tokens.NETWORK_INTERFACE,
        sample: ({ subnetA = "", group = "" }) => ({ subnetId: subnetA, securityGroups: [group] }),
        refused: [
            [
                "a subnet that does not exist",
                () => ({ subnetId: `subnet-${nowhere}` }),
                () => `subnetId: InvalidSubnetID.NotFound: The subnet ID 'subnet-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.VPC,
        sample: () => ({ cidrBlock: "10.40.0.0/16", enableDnsHostnames: true, tags: { Name: "net" } }),
        refused: [
            [
                "an invalid CIDR",
                () => ({ cidrBlock: "10.40.0.0" }),
                () => 'cidrBlock: "10.40.0.0" is not a valid CIDR block: invalid CIDR address: 10.40.0.0',
            ],
            [
                "host bits",
                () => ({ cidrBlock: "10.40.0.1/16" }),
                () => 'cidrBlock: "10.40.0.1/16" is not a valid IPv4 CIDR block; did you mean "10.40.0.0/16"?',
            ],
            [
                "a network that is too large",
                () => ({ cidrBlock: "10.0.0.0/8" }),
                () =>
                    "cidrBlock: expected cidrBlock to contain a network Value with between 16 and 28 significant bits, got: 8",
            ],
            [
                "no network at all",
                () => ({ cidrBlock: null }),
                () =>
                    "cidrBlock: Invalid combination of arguments: one of `cidrBlock,ipv4IpamPoolId` must be specified",
            ],
            [
                "an unknown tenancy",
                () => ({ instanceTenancy: "host" }),
                () => 'instanceTenancy: expected instanceTenancy to be one of ["default" "dedicated"], got host',
            ],
            [
                "a wrong type",
                () => ({ enableDnsSupport: "yes" }),
                () => "enableDnsSupport: expected boolean type, got string type",
            ],
            [
                "a region that does not exist",
                () => ({ region: "eu-central-9" }),
                () => "region: invalid AWS Region: eu-central-9",
            ],
        ],
    },
    {
        type: tokens.SUBNET,
        sample: ({ vpc = "" }) => ({ vpcId: vpc, cidrBlock: "10.20.9.0/24", availabilityZone: "eu-central-1c" }),
        refused: [
            [
                "a VPC that does not exist",
                () => ({ vpcId: `vpc-${nowhere}` }),
                () => `vpcId: InvalidVpcID.NotFound: The vpc ID 'vpc-${nowhere}' does not exist`,
            ],
            [
                "a CIDR outside its VPC",
                () => ({ cidrBlock: "10.99.0.0/24" }),
                ({ vpc }) =>
                    `cidrBlock: InvalidSubnet.Range: The CIDR '10.99.0.0/24' is invalid: it lies outside 10.20.0.0/16 of ${vpc}`,
            ],
            [
                "a CIDR that overlaps another subnet's",
                () => ({ cidrBlock: "10.20.0.128/25" }),
                () => "InvalidSubnet.Conflict: The CIDR '10.20.0.128/25' conflicts with another subnet",
            ],
            [
                "a zone of another region",
                () => ({ availabilityZone: "eu-west-1a" }),
                () =>
                    "availabilityZone: InvalidParameterValue: Value (eu-west-1a) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: eu-central-1a, eu-central-1b, eu-central-1c",
            ],
        ],
    },
    {
        type: tokens.INTERNET_GATEWAY,
        sample: () => ({}),
        refused: [
            [
                "a second gateway in a VPC",
                ({ vpc = "" }) => ({ vpcId: vpc }),
                ({ vpc }) => `InvalidParameterValue: Network ${vpc} already has an internet gateway attached`,
            ],
        ],
    },
    {
        type: tokens.EIP,
        sample: () => ({ domain: "vpc" }),
        refused: [
            [
                "an address of EC2-Classic",
                () => ({ domain: "standard" }),
                () => 'domain: expected domain to be one of ["vpc"], got standard',
            ],
        ],
    },
    {
        type: tokens.NAT_GATEWAY,
        sample: ({ subnetA = "", address = "" }) => ({ subnetId: subnetA, allocationId: address }),
        refused: [
            [
                "a public one without an address",
                () => ({ allocationId: null }),
                () => "allocationId: MissingParameter: The request must contain the parameter allocationId",
            ],
            [
                "an address that does not exist",
                () => ({ allocationId: `eipalloc-${nowhere}` }),
                () =>
                    `allocationId: InvalidAllocationID.NotFound: The allocation ID 'eipalloc-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.ROUTE_TABLE,
        sample: ({ vpc = "", gateway = "" }) => ({
            vpcId: vpc,
            routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway }],
        }),
        refused: [
            [
                "a gateway that does not exist",
                () => ({ routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: `igw-${nowhere}` }] }),
                () => `routes[0].gatewayId: InvalidGatewayID.NotFound: The gateway ID 'igw-${nowhere}' does not exist`,
            ],
            [
                "an unknown key of a route",
                () => ({ routes: [{ cidr: "0.0.0.0/0" }] }),
                () =>
                    "routes[0].cidr: Invalid or unknown key; allowed are carrierGatewayId, cidrBlock, coreNetworkArn, destinationPrefixListId, egressOnlyGatewayId, gatewayId, ipv6CidrBlock, localGatewayId, natGatewayId, networkInterfaceId, odbNetworkArn, transitGatewayId, vpcEndpointId, vpcPeeringConnectionId",
            ],
        ],
    },
    {
        type: tokens.ROUTE,
        sample: ({ table = "", gateway = "" }) => ({
            routeTableId: table,
            destinationCidrBlock: "0.0.0.0/0",
            gatewayId: gateway,
        }),
        refused: [
            [
                "a gateway of another VPC",
                ({ otherGateway = "" }) => ({ gatewayId: otherGateway }),
                ({ table, otherGateway }) =>
                    `gatewayId: InvalidParameterValue: route table ${table} and network gateway ${otherGateway} belong to different networks`,
            ],
            [
                "the VPC's own network",
                () => ({ destinationCidrBlock: "10.20.0.0/16" }),
                () => "RouteAlreadyExists: The route identified by 10.20.0.0/16 already exists.",
            ],
            [
                "a route without a target",
                () => ({ gatewayId: null }),
                () =>
                    "carrierGatewayId: Invalid combination of arguments: only one of `carrierGatewayId,coreNetworkArn,egressOnlyGatewayId,gatewayId,localGatewayId,natGatewayId,networkInterfaceId,odbNetworkArn,transitGatewayId,vpcEndpointId,vpcPeeringConnectionId` must be specified",
            ],
        ],
    },
    {
        type: tokens.ROUTE_TABLE_ASSOCIATION,
        sample: ({ table = "", subnetA = "" }) => ({ routeTableId: table, subnetId: subnetA }),
        refused: [
            [
                "a subnet of another VPC",
                ({ otherSubnet = "" }) => ({ subnetId: otherSubnet }),
                ({ table, otherSubnet }) =>
                    `subnetId: InvalidParameterValue: Route table ${table} and subnet ${otherSubnet} belong to different networks`,
            ],
            [
                "neither subnet nor gateway",
                () => ({ subnetId: null }),
                () => "subnetId: Invalid combination of arguments: only one of `subnetId,gatewayId` must be specified",
            ],
        ],
    },
];
