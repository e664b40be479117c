import type { Call, Rows } from "./row";

const tags = ["eks:TagResource", "eks:UntagResource"] as const;
const cluster = "{clusterName>aws:eks/cluster:Cluster>arn}";
const launches = [
    "ec2:RunInstances",
    [
        "ec2 launch-template/{launchTemplate.id}",
        "ec2 subnet/{subnetIds}",
        "ec2 security-group/{launchTemplate.id>aws:ec2/launchTemplate:LaunchTemplate>vpcSecurityGroupIds}",
        "~ec2 instance/*",
        "~ec2 network-interface/*",
        "~ec2 volume/*",
        "~arn:{partition}:ec2:{region}::image/*",
    ],
    { given: "launchTemplate", changed: "launchTemplate" },
] as const satisfies Call;

const nodegroupRole =
    "arn:{partition}:iam::{account}:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup";

/**
 * What EKS itself does with the caller's permissions is in the handlers of CloudFormation's resource schemas
 * (https://github.com/aws-cloudformation, `AWS::EKS::…`, `handlers.create.permissions`).
 */
export const eks: Rows = {
    "aws:eks/cluster:Cluster": {
        source: "eks/cluster.go",
        self: "eks cluster/{name}",
        tags,
        create: [
            ["eks:CreateCluster", "*"],
            ["iam:PassRole", "{roleArn}", { service: "eks" }],
            ["iam:GetRole iam:ListAttachedRolePolicies", "{roleArn}"],
            ["ec2:DescribeSubnets ec2:DescribeVpcs", "*"],
            // https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles-eks.html
            [
                "iam:CreateServiceLinkedRole",
                "arn:{partition}:iam::{account}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS",
                { service: "eks" },
            ],
            // The condition kms:GrantIsForAWSResource is not supported here: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
            ["kms:CreateGrant kms:DescribeKey", "{encryptionConfig.provider.keyArn}"],
        ],
        read: [["eks:DescribeCluster"]],
        update: [
            ["eks:UpdateClusterVersion", "self", { changed: "version" }],
            [
                "eks:UpdateClusterConfig",
                "self",
                { changed: "vpcConfig enabledClusterLogTypes accessConfig upgradePolicy zonalShiftConfig" },
            ],
            ["ec2:DescribeSubnets ec2:DescribeVpcs", "*", { changed: "vpcConfig" }],
            ["eks:DescribeUpdate"],
        ],
        delete: [["eks:DeleteCluster eks:DescribeCluster"]],
    },
    "aws:eks/nodeGroup:NodeGroup": {
        source: "eks/node_group.go",
        self: ["{arn}", "eks nodegroup/{clusterName}/{nodeGroupName}/*"],
        tags,
        create: [
            ["eks:CreateNodegroup", cluster],
            // EKS passes the role on to the instances.
            ["iam:PassRole", "{nodeRoleArn}", { service: "eks ec2" }],
            ["iam:GetRole iam:ListAttachedRolePolicies", "{nodeRoleArn}"],
            // https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles-eks-nodegroups.html
            ["iam:CreateServiceLinkedRole", nodegroupRole, { service: "eks-nodegroup" }],
            // Otherwise `Failed to validate if SLR: AWSServiceRoleForAmazonEKSNodegroup already exists`:
            // https://github.com/terraform-aws-modules/terraform-aws-eks/issues/823
            ["iam:GetRole", `~${nodegroupRole}`],
            // Launching from the template is tried in the caller's name: `You are not authorized to launch instances with this
            // launch template`, https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html
            launches,
            [
                "ec2:CreateTags",
                ["~ec2 instance/*", "~ec2 volume/*"],
                { given: "launchTemplate", with: { "ec2:CreateAction": "RunInstances" } },
            ],
            [
                "ec2:DescribeLaunchTemplateVersions ec2:DescribeSubnets ec2:DescribeVpcs ec2:DescribeSecurityGroups ec2:DescribeRouteTables",
                "*",
            ],
        ],
        read: [["eks:DescribeNodegroup"]],
        update: [
            [
                "eks:UpdateNodegroupConfig",
                "self",
                { changed: "scalingConfig labels taints updateConfig nodeRepairConfig" },
            ],
            ["eks:UpdateNodegroupVersion", "self", { changed: "version releaseVersion launchTemplate" }],
            launches,
            ["ec2:DescribeLaunchTemplateVersions", "*", { changed: "launchTemplate" }],
            ["eks:DescribeUpdate", [cluster, "self"]],
        ],
        delete: [["eks:DeleteNodegroup eks:DescribeNodegroup"]],
    },
    "aws:eks/addon:Addon": {
        source: "eks/addon.go",
        self: ["{arn}", "eks addon/{clusterName}/{addonName}/*"],
        tags,
        create: [
            ["eks:CreateAddon", cluster],
            ["iam:PassRole iam:GetRole", "{serviceAccountRoleArn}", { service: "eks" }],
        ],
        read: [["eks:DescribeAddon"]],
        update: [
            ["eks:UpdateAddon"],
            [
                "iam:PassRole iam:GetRole",
                "{serviceAccountRoleArn}",
                { service: "eks", changed: "serviceAccountRoleArn" },
            ],
            ["eks:DescribeUpdate", [cluster, "self"]],
        ],
        delete: [["eks:DeleteAddon eks:DescribeAddon"]],
    },
    "aws:eks/accessEntry:AccessEntry": {
        source: "eks/access_entry.go",
        self: ["{accessEntryArn}", "eks access-entry/{clusterName}/*"],
        tags,
        create: [["eks:CreateAccessEntry", cluster]],
        read: [["eks:DescribeAccessEntry"]],
        update: [["eks:UpdateAccessEntry"]],
        delete: [["eks:DeleteAccessEntry"]],
    },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
        source: "eks/access_policy_association.go",
        self: "eks access-entry/{clusterName}/*",
        create: [["eks:AssociateAccessPolicy", "~eks access-entry/{clusterName}/*"]],
        read: [["eks:ListAssociatedAccessPolicies"]],
        update: [],
        delete: [["eks:DisassociateAccessPolicy", "~eks access-entry/{clusterName}/*"]],
    },
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
        source: "eks/pod_identity_association.go",
        self: ["{associationArn}", "eks podidentityassociation/{clusterName}/*"],
        tags,
        create: [
            ["eks:CreatePodIdentityAssociation", cluster],
            // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
            ["iam:PassRole iam:GetRole", "{roleArn}", { service: "pods.eks" }],
        ],
        read: [["eks:DescribePodIdentityAssociation"]],
        update: [
            ["eks:UpdatePodIdentityAssociation"],
            ["iam:PassRole iam:GetRole", "{roleArn}", { service: "pods.eks", changed: "roleArn" }],
        ],
        delete: [["eks:DeletePodIdentityAssociation"]],
    },
};
