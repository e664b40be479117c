import type { Rows } from "./row";

const tags = ["ec2:CreateTags", "ec2:DeleteTags"] as const;

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html: describing has no resources, and with
 * tags in the request, creating also needs `ec2:CreateTags`.
 */
export const ec2: Rows = {
    "aws:ec2/vpc:Vpc": {
        source: "ec2/vpc_.go",
        self: "ec2 vpc/{id}",
        tags,
        create: [["ec2:CreateVpc"]],
        then: [["ec2:ModifyVpcAttribute", "self", { given: "enableDnsHostnames" }]],
        read: [
            ["ec2:DescribeVpcs ec2:DescribeNetworkAcls ec2:DescribeRouteTables ec2:DescribeSecurityGroups", "*"],
            ["ec2:DescribeVpcAttribute"],
        ],
        update: [["ec2:ModifyVpcAttribute"]],
        delete: [["ec2:DeleteVpc"], ["ec2:DescribeVpcs", "*"]],
    },
    "aws:ec2/subnet:Subnet": {
        source: "ec2/vpc_subnet.go",
        self: "ec2 subnet/{id}",
        tags,
        create: [["ec2:CreateSubnet", ["self", "ec2 vpc/{vpcId}"]]],
        then: [["ec2:ModifySubnetAttribute", "self", { given: "mapPublicIpOnLaunch" }]],
        read: [["ec2:DescribeSubnets", "*"]],
        update: [["ec2:ModifySubnetAttribute"]],
        // `deleteLingeringENIs` looks for interfaces that services leave behind.
        delete: [["ec2:DeleteSubnet"], ["ec2:DescribeNetworkInterfaces ec2:DescribeSubnets", "*"]],
    },
    "aws:ec2/internetGateway:InternetGateway": {
        source: "ec2/vpc_internet_gateway.go",
        self: "ec2 internet-gateway/{id}",
        tags,
        create: [["ec2:CreateInternetGateway"]],
        then: [["ec2:AttachInternetGateway", ["self", "ec2 vpc/{vpcId}"]]],
        read: [["ec2:DescribeInternetGateways", "*"]],
        update: [
            ["ec2:AttachInternetGateway ec2:DetachInternetGateway", ["self", "ec2 vpc/{vpcId}"], { changed: "vpcId" }],
        ],
        delete: [
            ["ec2:DetachInternetGateway", ["self", "ec2 vpc/{vpcId}"]],
            ["ec2:DeleteInternetGateway"],
            ["ec2:DescribeInternetGateways", "*"],
        ],
    },
    "aws:ec2/eip:Eip": {
        source: "ec2/ec2_eip.go",
        self: "ec2 elastic-ip/{id}",
        tags,
        create: [["ec2:AllocateAddress"]],
        read: [["ec2:DescribeAddresses ec2:DescribeAddressesAttribute", "*"]],
        update: [],
        delete: [
            ["ec2:DescribeAddresses", "*"],
            // The state of an address that a NAT gateway used can still name the association.
            ["ec2:DisassociateAddress", "self", { given: "associationId" }],
            ["ec2:ReleaseAddress"],
        ],
    },
    "aws:ec2/natGateway:NatGateway": {
        source: "ec2/vpc_nat_gateway.go",
        self: "ec2 natgateway/{id}",
        tags,
        create: [["ec2:CreateNatGateway", ["self", "ec2 subnet/{subnetId}", "ec2 elastic-ip/{allocationId}"]]],
        read: [["ec2:DescribeNatGateways", "*"]],
        update: [],
        delete: [["ec2:DeleteNatGateway"], ["ec2:DescribeNatGateways", "*"]],
    },
    "aws:ec2/routeTable:RouteTable": {
        source: "ec2/vpc_route_table.go",
        self: "ec2 route-table/{id}",
        tags,
        create: [["ec2:CreateRouteTable", ["self", "ec2 vpc/{vpcId}"]]],
        then: [["ec2:CreateRoute", "self", { given: "routes" }]],
        read: [["ec2:DescribeRouteTables", "*"]],
        update: [["ec2:CreateRoute ec2:ReplaceRoute ec2:DeleteRoute", "self", { given: "routes", changed: "routes" }]],
        delete: [["ec2:DeleteRouteTable"], ["ec2:DescribeRouteTables", "*"]],
    },
    "aws:ec2/route:Route": {
        source: "ec2/vpc_route.go",
        self: "ec2 route-table/{routeTableId}",
        create: [["ec2:CreateRoute"]],
        read: [["ec2:DescribeRouteTables", "*"]],
        update: [["ec2:ReplaceRoute"]],
        delete: [["ec2:DeleteRoute"], ["ec2:DescribeRouteTables", "*"]],
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        source: "ec2/vpc_route_table_association.go",
        self: "ec2 route-table/{routeTableId}",
        create: [["ec2:AssociateRouteTable", ["self", "ec2 subnet/{subnetId}", "ec2 internet-gateway/{gatewayId}"]]],
        read: [["ec2:DescribeRouteTables", "*"]],
        update: [["ec2:ReplaceRouteTableAssociation", ["self", "ec2 subnet/{subnetId}"]]],
        delete: [
            ["ec2:DisassociateRouteTable", ["self", "ec2 subnet/{subnetId}"]],
            ["ec2:DescribeRouteTables", "*"],
        ],
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        source: "ec2/vpc_endpoint.go",
        self: "ec2 vpc-endpoint/{id}",
        tags,
        create: [
            [
                "ec2:CreateVpcEndpoint",
                [
                    "self",
                    "ec2 vpc/{vpcId}",
                    "ec2 subnet/{subnetIds}",
                    "ec2 security-group/{securityGroupIds}",
                    "ec2 route-table/{routeTableIds}",
                ],
            ],
            // A dependent action of ec2:CreateVpcEndpoint.
            [
                "route53:AssociateVPCWithHostedZone",
                "arn:{partition}:route53:::hostedzone/*",
                { given: "privateDnsEnabled" },
            ],
        ],
        read: [
            ["ec2:DescribeVpcEndpoints ec2:DescribePrefixLists", "*"],
            ["ec2:DescribeNetworkInterfaces", "*", { given: "subnetIds" }],
        ],
        update: [
            [
                "ec2:ModifyVpcEndpoint",
                [
                    "self",
                    "ec2 subnet/{subnetIds}",
                    "ec2 security-group/{securityGroupIds}",
                    "ec2 route-table/{routeTableIds}",
                ],
            ],
        ],
        delete: [["ec2:DeleteVpcEndpoints"], ["ec2:DescribeVpcEndpoints", "*"]],
    },
    "aws:ec2/flowLog:FlowLog": {
        source: "ec2/vpc_flow_log.go",
        self: "ec2 vpc-flow-log/{id}",
        tags,
        create: [
            ["ec2:CreateFlowLogs", ["self", "ec2 vpc/{vpcId}", "ec2 subnet/{subnetId}"]],
            // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
            ["iam:PassRole", "{iamRoleArn}", { service: "vpc-flow-logs" }],
        ],
        read: [["ec2:DescribeFlowLogs", "*"]],
        update: [],
        delete: [["ec2:DeleteFlowLogs"], ["ec2:DescribeFlowLogs", "*"]],
    },
};
