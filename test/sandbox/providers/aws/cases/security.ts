import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Case } from "./case";

const nowhere = "0123456789abcdef0";

export const security: readonly Case[] = [
    {
        type: tokens.SECURITY_GROUP,
        sample: ({ vpc = "" }) => ({
            vpcId: vpc,
            description: "the database tier",
            ingress: [{ fromPort: 5432, toPort: 5432, protocol: "tcp", cidrBlocks: ["10.20.0.0/16"] }],
        }),
        refused: [
            [
                "no VPC and no default one",
                () => ({ vpcId: null }),
                () => "VPCIdNotSpecified: No default VPC for this user",
            ],
            [
                "a name that is taken",
                () => ({ name: "app" }),
                ({ vpc }) => `InvalidGroup.Duplicate: The security group 'app' already exists for VPC '${vpc}'`,
            ],
            [
                "a port out of range",
                () => ({ ingress: [{ fromPort: 0, toPort: 70000, protocol: "tcp" }] }),
                () => "ingress[0].toPort: InvalidParameterValue: TCP/UDP port (70000) out of range",
            ],
            [
                "ports in the wrong order",
                () => ({ ingress: [{ fromPort: 9, toPort: 8, protocol: "tcp" }] }),
                () => "ingress[0].toPort: InvalidParameterValue: Invalid TCP/UDP port range (9:8)",
            ],
            [
                "a rule for a group that does not exist",
                () => ({ ingress: [{ fromPort: 1, toPort: 1, protocol: "tcp", securityGroups: [`sg-${nowhere}`] }] }),
                () =>
                    `ingress[0].securityGroups[0]: InvalidGroup.NotFound: The security group 'sg-${nowhere}' does not exist`,
            ],
            [
                "an invalid character in a description",
                () => ({ description: "it's" }),
                () =>
                    'description: "description" must consist of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, at most 255 characters: "it\'s"',
            ],
        ],
    },
    {
        type: tokens.DEFAULT_SECURITY_GROUP,
        sample: ({ vpc = "" }) => ({ vpcId: vpc }),
        refused: [
            [
                "a VPC that does not exist",
                () => ({ vpcId: `vpc-${nowhere}` }),
                () => `vpcId: InvalidVpcID.NotFound: The vpc ID 'vpc-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.SECURITY_GROUP_RULE,
        sample: ({ group = "" }) => ({
            securityGroupId: group,
            type: "ingress",
            protocol: "tcp",
            fromPort: 443,
            toPort: 443,
            cidrBlocks: ["203.0.113.0/24"],
        }),
        refused: [
            [
                "an invalid direction",
                () => ({ type: "in" }),
                () => 'type: expected type to be one of ["ingress" "egress"], got in',
            ],
            [
                "no peer",
                () => ({ cidrBlocks: null }),
                () =>
                    "cidrBlocks: Invalid combination of arguments: one of `cidrBlocks,ipv6CidrBlocks,prefixListIds,self,sourceSecurityGroupId` must be specified",
            ],
            [
                "a group that does not exist",
                () => ({ securityGroupId: `sg-${nowhere}` }),
                () => `securityGroupId: InvalidGroup.NotFound: The security group 'sg-${nowhere}' does not exist`,
            ],
            [
                "two kinds of peer",
                ({ group = "" }) => ({ sourceSecurityGroupId: group }),
                () =>
                    'sourceSecurityGroupId: Conflicting configuration arguments: "sourceSecurityGroupId": conflicts with cidrBlocks',
            ],
        ],
    },
    {
        type: tokens.INGRESS_RULE,
        sample: ({ group = "" }) => ({
            securityGroupId: group,
            ipProtocol: "tcp",
            fromPort: 443,
            toPort: 443,
            cidrIpv4: "203.0.113.0/24",
            description: "web",
        }),
        refused: [
            [
                "no ports for TCP",
                () => ({ fromPort: null }),
                () =>
                    "fromPort: InvalidParameterValue: Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
            ],
            [
                "an unknown protocol",
                () => ({ ipProtocol: "http" }),
                () =>
                    "ipProtocol: InvalidParameterValue: Invalid value 'http' for protocol. VPC security group rules must specify protocols explicitly.",
            ],
            [
                "two peers",
                ({ group = "" }) => ({ referencedSecurityGroupId: group }),
                () =>
                    "cidrIpv4: Invalid combination of arguments: only one of `cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId` can be specified, but `cidrIpv4,referencedSecurityGroupId` were specified",
            ],
            [
                "a group that does not exist",
                () => ({ securityGroupId: `sg-${nowhere}` }),
                () => `securityGroupId: InvalidGroup.NotFound: The security group 'sg-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.EGRESS_RULE,
        sample: ({ group = "" }) => ({ securityGroupId: group, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
        refused: [
            [
                "no peer",
                () => ({ cidrIpv4: null }),
                () =>
                    "cidrIpv4: Invalid combination of arguments: only one of `cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId` must be specified",
            ],
        ],
    },
    {
        type: tokens.VPC_ENDPOINT,
        sample: ({ vpc = "", subnetA = "", group = "" }) => ({
            ...{ vpcId: vpc, serviceName: "com.amazonaws.eu-central-1.sts", vpcEndpointType: "Interface" },
            ...{ subnetIds: [subnetA], securityGroupIds: [group], privateDnsEnabled: true },
        }),
        refused: [
            [
                "a service of another region",
                () => ({ serviceName: "com.amazonaws.eu-west-1.sts" }),
                () =>
                    "serviceName: InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.eu-west-1.sts' does not exist",
            ],
            [
                "an interface endpoint with route tables",
                ({ table = "" }) => ({ routeTableIds: [table] }),
                () => "routeTableIds: InvalidParameter: routeTableIds can't be given for an endpoint of type Interface",
            ],
            [
                "a subnet of another VPC",
                ({ otherSubnet = "" }) => ({ subnetIds: [otherSubnet] }),
                ({ vpc, otherSubnet }) =>
                    `subnetIds: InvalidSubnetId: The subnet '${otherSubnet}' does not belong to VPC ${vpc}`,
            ],
            [
                "a group of another VPC",
                ({ otherGroup = "" }) => ({ securityGroupIds: [otherGroup] }),
                ({ vpc, otherGroup }) =>
                    `securityGroupIds: InvalidParameter: The security group '${otherGroup}' does not belong to VPC ${vpc}`,
            ],
            [
                "private names in a VPC without host names",
                ({ otherVpc = "", otherSubnet = "", otherGroup = "" }) => ({
                    vpcId: otherVpc,
                    subnetIds: [otherSubnet],
                    securityGroupIds: [otherGroup],
                }),
                ({ otherVpc }) =>
                    `privateDnsEnabled: InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${otherVpc}`,
            ],
            [
                "a policy without a principal",
                () => ({ policy: '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}' }),
                () => "policy: MalformedPolicyDocument: Missing required field Principal",
            ],
        ],
    },
    {
        type: tokens.FLOW_LOG,
        sample: ({ vpc = "", roleArn = "" }) => ({
            vpcId: vpc,
            trafficType: "ALL",
            iamRoleArn: roleArn,
            logDestination: "arn:aws:logs:eu-central-1:111122223333:log-group:/keyless/flow",
        }),
        refused: [
            [
                "no role to write with",
                () => ({ iamRoleArn: null }),
                () =>
                    "iamRoleArn: InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
            ],
            [
                "a group that does not exist",
                () => ({ logDestination: "arn:aws:logs:eu-central-1:111122223333:log-group:no" }),
                () =>
                    "ResourceNotFoundException: The specified log group does not exist: arn:aws:logs:eu-central-1:111122223333:log-group:no",
            ],
            [
                "another interval",
                () => ({ maxAggregationInterval: 30 }),
                () => "maxAggregationInterval: expected maxAggregationInterval to be one of [60 600], got 30",
            ],
        ],
    },
    {
        type: tokens.LAUNCH_TEMPLATE,
        sample: ({ group = "" }) => ({
            vpcSecurityGroupIds: [group],
            metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        }),
        refused: [
            [
                "a name that is taken",
                () => ({ name: "nodes" }),
                () => "InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use: nodes",
            ],
            [
                "an invalid option of the metadata service",
                () => ({ metadataOptions: { httpTokens: "yes" } }),
                () =>
                    'metadataOptions.httpTokens: expected metadataOptions.httpTokens to be one of ["optional" "required"], got yes',
            ],
            [
                "user data that is not base64",
                () => ({ userData: "#!/bin/sh" }),
                () =>
                    "userData: invalid value for userData (InvalidUserData.Malformed: Invalid BASE64 encoding of user data): #!/bin/sh",
            ],
            [
                "an invalid image id",
                () => ({ imageId: "ami-1" }),
                () => 'imageId: InvalidAMIID.Malformed: Invalid id: "ami-1" (expecting "ami-...")',
            ],
        ],
    },
];
