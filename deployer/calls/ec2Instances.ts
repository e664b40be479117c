import type { Rows } from "./row";

const tags = ["ec2:CreateTags", "ec2:DeleteTags"] as const;
const peering = "ec2 vpc-peering-connection/{vpcPeeringConnectionId}";
const profileRole = "{iamInstanceProfile>aws:iam/instanceProfile:InstanceProfile>role>aws:iam/role:Role>arn}";

/** Instances, launch templates and peerings. */
export const ec2Instances: Rows = {
    "aws:ec2/instance:Instance": {
        source: "ec2/ec2_instance.go",
        self: "ec2 instance/{id}",
        tags,
        create: [
            [
                "ec2:RunInstances",
                [
                    "self",
                    "~arn:{partition}:ec2:{region}::image/{ami}",
                    "ec2 subnet/{subnetId}",
                    "ec2 security-group/{vpcSecurityGroupIds}",
                    "ec2 launch-template/{launchTemplate.id}",
                    "~ec2 network-interface/*",
                    "~ec2 volume/*",
                ],
            ],
            ["iam:PassRole", profileRole, { service: "ec2" }],
            // The root device's name.
            ["ec2:DescribeImages", "*"],
        ],
        read: [
            [
                "ec2:DescribeInstances ec2:DescribeInstanceTypes ec2:DescribeInstanceCreditSpecifications ec2:DescribeVolumes ec2:DescribeTags",
                "*",
            ],
            ["ec2:DescribeInstanceAttribute"],
        ],
        update: [
            [
                "ec2:StopInstances ec2:ModifyInstanceAttribute ec2:StartInstances",
                "self",
                { changed: "instanceType userData userDataBase64" },
            ],
            ["ec2:ModifyInstanceMetadataOptions", "self", { changed: "metadataOptions" }],
            [
                "ec2:ModifyNetworkInterfaceAttribute",
                ["~ec2 network-interface/*", "ec2 security-group/{vpcSecurityGroupIds}"],
                { changed: "vpcSecurityGroupIds" },
            ],
            ["ec2:DescribeIamInstanceProfileAssociations", "*", { changed: "iamInstanceProfile" }],
            [
                "ec2:AssociateIamInstanceProfile ec2:ReplaceIamInstanceProfileAssociation",
                "self",
                { changed: "iamInstanceProfile" },
            ],
            ["iam:PassRole", profileRole, { service: "ec2", changed: "iamInstanceProfile" }],
        ],
        delete: [["ec2:TerminateInstances"], ["ec2:DescribeInstances", "*"]],
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        source: "ec2/ec2_launch_template.go",
        self: "ec2 launch-template/{id}",
        tags,
        create: [["ec2:CreateLaunchTemplate"]],
        read: [["ec2:DescribeLaunchTemplates ec2:DescribeLaunchTemplateVersions", "*"]],
        update: [
            ["ec2:CreateLaunchTemplateVersion"],
            ["ec2:ModifyLaunchTemplate", "self", { given: "updateDefaultVersion" }],
        ],
        delete: [["ec2:DeleteLaunchTemplate"]],
    },
    "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": {
        source: "ec2/vpc_peering_connection.go",
        self: "ec2 vpc-peering-connection/{id}",
        tags,
        create: [["ec2:CreateVpcPeeringConnection", ["self", "ec2 vpc/{vpcId}"]]],
        then: [["ec2:AcceptVpcPeeringConnection", ["self", "ec2 vpc/{peerVpcId}"], { given: "autoAccept" }]],
        read: [["ec2:DescribeVpcPeeringConnections", "*"]],
        update: [["ec2:ModifyVpcPeeringConnectionOptions"]],
        delete: [["ec2:DeleteVpcPeeringConnection"], ["ec2:DescribeVpcPeeringConnections", "*"]],
    },
    // Each account has its own tags on a peering, so the accepter sees none until it has added them.
    "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": {
        source: "ec2/vpc_peering_connection_accepter.go",
        self: peering,
        tags,
        adopts: true,
        create: [
            ["ec2:DescribeVpcPeeringConnections", "*"],
            [
                "ec2:AcceptVpcPeeringConnection",
                [
                    `~${peering}`,
                    "ec2 vpc/{vpcPeeringConnectionId>aws:ec2/vpcPeeringConnection:VpcPeeringConnection>peerVpcId}",
                ],
            ],
        ],
        read: [["ec2:DescribeVpcPeeringConnections", "*"]],
        update: [["ec2:ModifyVpcPeeringConnectionOptions"]],
        delete: [],
    },
    "aws:ec2/networkInterface:NetworkInterface": {
        source: "ec2/vpc_network_interface.go",
        self: "ec2 network-interface/{id}",
        tags,
        create: [
            ["ec2:CreateNetworkInterface", ["self", "ec2 subnet/{subnetId}", "ec2 security-group/{securityGroups}"]],
        ],
        read: [["ec2:DescribeNetworkInterfaces", "*"]],
        update: [["ec2:ModifyNetworkInterfaceAttribute", ["self", "ec2 security-group/{securityGroups}"]]],
        delete: [["ec2:DeleteNetworkInterface"], ["ec2:DescribeNetworkInterfaces", "*"]],
    },
    "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": {
        source: "ec2/vpc_peering_connection_options.go",
        self: peering,
        create: [["ec2:ModifyVpcPeeringConnectionOptions"]],
        read: [["ec2:DescribeVpcPeeringConnections", "*"]],
        update: [["ec2:ModifyVpcPeeringConnectionOptions"]],
        delete: [],
    },
};
