import * as tokens from "../../../../../sandbox/providers/aws/tokens";
import type { Case } from "./case";

const nowhere = "0123456789abcdef0";

export const ec2: readonly Case[] = [
    {
        type: tokens.VPC,
        sample: () => ({ cidrBlock: "10.40.0.0/16", enableDnsHostnames: true, tags: { Name: "net" } }),
        refused: [
            ["a CIDR that is none", () => ({ cidrBlock: "10.40.0.0" }), () => 'cidrBlock: "10.40.0.0" is not a valid CIDR block: invalid CIDR address: 10.40.0.0'],
            ["host bits", () => ({ cidrBlock: "10.40.0.1/16" }), () => 'cidrBlock: "10.40.0.1/16" is not a valid IPv4 CIDR block; did you mean "10.40.0.0/16"?'],
            ["a network that is too large", () => ({ cidrBlock: "10.0.0.0/8" }), () => "cidrBlock: expected cidrBlock to contain a network Value with between 16 and 28 significant bits, got: 8"],
            ["no network at all", () => ({ cidrBlock: null }), () => "cidrBlock: Invalid combination of arguments: one of `cidrBlock,ipv4IpamPoolId` must be specified"],
            ["an unknown tenancy", () => ({ instanceTenancy: "host" }), () => 'instanceTenancy: expected instanceTenancy to be one of ["default" "dedicated"], got host'],
            ["a wrong type", () => ({ enableDnsSupport: "yes" }), () => "enableDnsSupport: expected boolean type, got string type"],
            ["a region that does not exist", () => ({ region: "eu-central-9" }), () => "region: invalid AWS Region: eu-central-9"],
        ],
    },
    {
        type: tokens.SUBNET,
        sample: ({ vpc = "" }) => ({ vpcId: vpc, cidrBlock: "10.20.9.0/24", availabilityZone: "eu-central-1c" }),
        refused: [
            ["a VPC that does not exist", () => ({ vpcId: `vpc-${nowhere}` }), () => `vpcId: InvalidVpcID.NotFound: The vpc ID 'vpc-${nowhere}' does not exist`],
            [
                "a CIDR outside its VPC",
                () => ({ cidrBlock: "10.99.0.0/24" }),
                ({ vpc }) => `cidrBlock: InvalidSubnet.Range: The CIDR '10.99.0.0/24' is invalid: it lies outside 10.20.0.0/16 of ${vpc}`,
            ],
            ["a CIDR that meets another subnet's", () => ({ cidrBlock: "10.20.0.128/25" }), () => "InvalidSubnet.Conflict: The CIDR '10.20.0.128/25' conflicts with another subnet"],
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
        refused: [["a second gateway in a VPC", ({ vpc = "" }) => ({ vpcId: vpc }), ({ vpc }) => `InvalidParameterValue: Network ${vpc} already has an internet gateway attached`]],
    },
    {
        type: tokens.EIP,
        sample: () => ({ domain: "vpc" }),
        refused: [["an address of EC2-Classic", () => ({ domain: "standard" }), () => 'domain: expected domain to be one of ["vpc"], got standard']],
    },
    {
        type: tokens.NAT_GATEWAY,
        sample: ({ subnetA = "", address = "" }) => ({ subnetId: subnetA, allocationId: address }),
        refused: [
            ["a public one without an address", () => ({ allocationId: null }), () => "allocationId: MissingParameter: The request must contain the parameter allocationId"],
            ["an address that does not exist", () => ({ allocationId: `eipalloc-${nowhere}` }), () => `allocationId: InvalidAllocationID.NotFound: The allocation ID 'eipalloc-${nowhere}' does not exist`],
        ],
    },
    {
        type: tokens.ROUTE_TABLE,
        sample: ({ vpc = "", gateway = "" }) => ({ vpcId: vpc, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway }] }),
        refused: [
            ["a gateway that does not exist", () => ({ routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: `igw-${nowhere}` }] }), () => `routes[0].gatewayId: InvalidGatewayID.NotFound: The gateway ID 'igw-${nowhere}' does not exist`],
            ["an unknown key of a route", () => ({ routes: [{ cidr: "0.0.0.0/0" }] }), () => "routes[0].cidr: Invalid or unknown key; allowed are carrierGatewayId, cidrBlock, coreNetworkArn, destinationPrefixListId, egressOnlyGatewayId, gatewayId, ipv6CidrBlock, localGatewayId, natGatewayId, networkInterfaceId, odbNetworkArn, transitGatewayId, vpcEndpointId, vpcPeeringConnectionId"],
        ],
    },
    {
        type: tokens.ROUTE,
        sample: ({ table = "", gateway = "" }) => ({ routeTableId: table, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway }),
        refused: [
            ["a gateway of another VPC", ({ otherGateway = "" }) => ({ gatewayId: otherGateway }), ({ table, otherGateway }) => `gatewayId: InvalidParameterValue: route table ${table} and network gateway ${otherGateway} belong to different networks`],
            ["the VPC's own network", () => ({ destinationCidrBlock: "10.20.0.0/16" }), () => "RouteAlreadyExists: The route identified by 10.20.0.0/16 already exists."],
            ["a route without a target", () => ({ gatewayId: null }), () => "carrierGatewayId: Invalid combination of arguments: only one of `carrierGatewayId,coreNetworkArn,egressOnlyGatewayId,gatewayId,localGatewayId,natGatewayId,networkInterfaceId,odbNetworkArn,transitGatewayId,vpcEndpointId,vpcPeeringConnectionId` must be specified"],
        ],
    },
    {
        type: tokens.ROUTE_TABLE_ASSOCIATION,
        sample: ({ table = "", subnetA = "" }) => ({ routeTableId: table, subnetId: subnetA }),
        refused: [
            ["a subnet of another VPC", ({ otherSubnet = "" }) => ({ subnetId: otherSubnet }), ({ table, otherSubnet }) => `subnetId: InvalidParameterValue: Route table ${table} and subnet ${otherSubnet} belong to different networks`],
            ["neither subnet nor gateway", () => ({ subnetId: null }), () => "subnetId: Invalid combination of arguments: only one of `subnetId,gatewayId` must be specified"],
        ],
    },
    {
        type: tokens.SECURITY_GROUP,
        sample: ({ vpc = "" }) => ({ vpcId: vpc, description: "the database tier", ingress: [{ fromPort: 5432, toPort: 5432, protocol: "tcp", cidrBlocks: ["10.20.0.0/16"] }] }),
        refused: [
            ["no VPC, where there is no default one", () => ({ vpcId: null }), () => "VPCIdNotSpecified: No default VPC for this user"],
            ["a name that is taken", () => ({ name: "app" }), ({ vpc }) => `InvalidGroup.Duplicate: The security group 'app' already exists for VPC '${vpc}'`],
            ["a port out of range", () => ({ ingress: [{ fromPort: 0, toPort: 70000, protocol: "tcp" }] }), () => "ingress[0].toPort: InvalidParameterValue: TCP/UDP port (70000) out of range"],
            ["ports in the wrong order", () => ({ ingress: [{ fromPort: 9, toPort: 8, protocol: "tcp" }] }), () => "ingress[0].toPort: InvalidParameterValue: Invalid TCP/UDP port range (9:8)"],
            ["a rule for a group that does not exist", () => ({ ingress: [{ fromPort: 1, toPort: 1, protocol: "tcp", securityGroups: [`sg-${nowhere}`] }] }), () => `ingress[0].securityGroups[0]: InvalidGroup.NotFound: The security group 'sg-${nowhere}' does not exist`],
            ["an odd character in a description", () => ({ description: "it's" }), () => 'description: "description" may hold letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, at most 255: "it\'s"'],
        ],
    },
    {
        type: tokens.DEFAULT_SECURITY_GROUP,
        sample: ({ vpc = "" }) => ({ vpcId: vpc }),
        refused: [["a VPC that does not exist", () => ({ vpcId: `vpc-${nowhere}` }), () => `vpcId: InvalidVpcID.NotFound: The vpc ID 'vpc-${nowhere}' does not exist`]],
    },
    {
        type: tokens.SECURITY_GROUP_RULE,
        sample: ({ group = "" }) => ({ securityGroupId: group, type: "ingress", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["203.0.113.0/24"] }),
        refused: [
            ["a direction that is none", () => ({ type: "in" }), () => 'type: expected type to be one of ["ingress" "egress"], got in'],
            ["no peer", () => ({ cidrBlocks: null }), () => "cidrBlocks: Invalid combination of arguments: one of `cidrBlocks,ipv6CidrBlocks,prefixListIds,self,sourceSecurityGroupId` must be specified"],
            ["a group that does not exist", () => ({ securityGroupId: `sg-${nowhere}` }), () => `securityGroupId: InvalidGroup.NotFound: The security group 'sg-${nowhere}' does not exist`],
            ["two sorts of peer", ({ group = "" }) => ({ sourceSecurityGroupId: group }), () => 'sourceSecurityGroupId: Conflicting configuration arguments: "sourceSecurityGroupId": conflicts with cidrBlocks'],
        ],
    },
    {
        type: tokens.INGRESS_RULE,
        sample: ({ group = "" }) => ({ securityGroupId: group, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "203.0.113.0/24", description: "web" }),
        refused: [
            ["no ports for TCP", () => ({ fromPort: null }), () => "fromPort: InvalidParameterValue: Invalid value for portRange. Must specify both from and to ports with TCP/UDP."],
            ["an unknown protocol", () => ({ ipProtocol: "http" }), () => "ipProtocol: InvalidParameterValue: Invalid value 'http' for protocol. VPC security group rules must specify protocols explicitly."],
            ["two peers", ({ group = "" }) => ({ referencedSecurityGroupId: group }), () => "cidrIpv4: Invalid combination of arguments: only one of `cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId` can be specified, but `cidrIpv4,referencedSecurityGroupId` were specified"],
            ["a group that does not exist", () => ({ securityGroupId: `sg-${nowhere}` }), () => `securityGroupId: InvalidGroup.NotFound: The security group 'sg-${nowhere}' does not exist`],
        ],
    },
    {
        type: tokens.EGRESS_RULE,
        sample: ({ group = "" }) => ({ securityGroupId: group, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
        refused: [["no peer", () => ({ cidrIpv4: null }), () => "cidrIpv4: Invalid combination of arguments: only one of `cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId` must be specified"]],
    },
    {
        type: tokens.VPC_ENDPOINT,
        sample: ({ vpc = "", subnetA = "", group = "" }) => ({
            ...{ vpcId: vpc, serviceName: "com.amazonaws.eu-central-1.sts", vpcEndpointType: "Interface" },
            ...{ subnetIds: [subnetA], securityGroupIds: [group], privateDnsEnabled: true },
        }),
        refused: [
            ["a service of another region", () => ({ serviceName: "com.amazonaws.eu-west-1.sts" }), () => "serviceName: InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.sts' does not exist"],
            ["an interface endpoint with route tables", ({ table = "" }) => ({ routeTableIds: [table] }), () => "routeTableIds: InvalidParameter: routeTableIds can't be given for an endpoint of type Interface"],
            ["a subnet of another VPC", ({ otherSubnet = "" }) => ({ subnetIds: [otherSubnet] }), ({ vpc, otherSubnet }) => `subnetIds: InvalidSubnetId: The subnet '${otherSubnet}' does not belong to VPC ${vpc}`],
            ["a group of another VPC", ({ otherGroup = "" }) => ({ securityGroupIds: [otherGroup] }), ({ vpc, otherGroup }) => `securityGroupIds: InvalidParameter: The security group '${otherGroup}' does not belong to VPC ${vpc}`],
            [
                "private names in a VPC without host names",
                ({ otherVpc = "", otherSubnet = "", otherGroup = "" }) => ({ vpcId: otherVpc, subnetIds: [otherSubnet], securityGroupIds: [otherGroup] }),
                ({ otherVpc }) => `privateDnsEnabled: InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${otherVpc}`,
            ],
            ["a policy without a principal", () => ({ policy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}' }), () => "policy: MalformedPolicyDocument: Missing required field Principal"],
        ],
    },
    {
        type: tokens.FLOW_LOG,
        sample: ({ vpc = "", roleArn = "" }) => ({ vpcId: vpc, trafficType: "ALL", iamRoleArn: roleArn, logDestination: "arn:aws:logs:eu-central-1:111122223333:log-group:/keyless/flow" }),
        refused: [
            ["no role to write with", () => ({ iamRoleArn: null }), () => "iamRoleArn: InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."],
            ["a group that does not exist", () => ({ logDestination: "arn:aws:logs:eu-central-1:111122223333:log-group:no" }), () => "ResourceNotFoundException: The specified log group does not exist: arn:aws:logs:eu-central-1:111122223333:log-group:no"],
            ["another interval", () => ({ maxAggregationInterval: 30 }), () => "maxAggregationInterval: expected maxAggregationInterval to be one of [60 600], got 30"],
        ],
    },
    {
        type: tokens.LAUNCH_TEMPLATE,
        sample: ({ group = "" }) => ({ vpcSecurityGroupIds: [group], metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 } }),
        refused: [
            ["a name that is taken", () => ({ name: "nodes" }), () => "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use: nodes"],
            ["an option of the metadata service that is none", () => ({ metadataOptions: { httpTokens: "yes" } }), () => 'metadataOptions.httpTokens: expected metadataOptions.httpTokens to be one of ["optional" "required"], got yes'],
            ["user data that is not base64", () => ({ userData: "#!/bin/sh" }), () => "userData: invalid value for userData (InvalidUserData.Malformed: Invalid BASE64 encoding of user data): #!/bin/sh"],
            ["an image id that is none", () => ({ imageId: "ami-1" }), () => 'imageId: InvalidAMIID.Malformed: Invalid id: "ami-1" (expecting "ami-...")'],
        ],
    },
];
