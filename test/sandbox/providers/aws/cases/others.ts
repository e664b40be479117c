import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import { allow, document } from "../world";
import type { Case } from "./case";

const nowhere = "0123456789abcdef0";
const iamRole = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

export const others: readonly Case[] = [
    {
        type: tokens.KEY,
        sample: () => ({
            description: "database",
            enableKeyRotation: true,
            rotationPeriodInDays: 180,
            deletionWindowInDays: 30,
        }),
        refused: [
            [
                "a waiting time that is too short",
                () => ({ deletionWindowInDays: 1 }),
                () => "deletionWindowInDays: expected deletionWindowInDays to be in the range (7 - 30), got 1",
            ],
            [
                "a policy that no principal could change again",
                () => ({
                    policy: document({
                        Effect: "Allow",
                        Principal: { Service: "logs.amazonaws.com" },
                        Action: "kms:*",
                        Resource: "*",
                    }),
                }),
                () =>
                    "policy: MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.",
            ],
            [
                "a period without rotation",
                () => ({ enableKeyRotation: null }),
                () =>
                    "rotationPeriodInDays: InvalidParameterCombination: rotationPeriodInDays requires enableKeyRotation",
            ],
        ],
    },
    {
        type: tokens.KEY_ALIAS,
        sample: ({ key = "" }) => ({ name: "alias/orders", targetKeyId: key }),
        refused: [
            [
                "a name without its prefix",
                () => ({ name: "orders" }),
                () =>
                    "name: invalid value for name (must begin with alias/, not alias/aws/, and consist only of letters, digits, /, _ and -): orders",
            ],
            [
                "a key that does not exist",
                () => ({ targetKeyId: "11111111-2222-3333-4444-555555555555" }),
                () => "NotFoundException: Key '11111111-2222-3333-4444-555555555555' does not exist",
            ],
        ],
    },
    {
        type: tokens.LOG_GROUP,
        sample: ({ key = "" }) => ({ name: "/keyless/app", retentionInDays: 30, kmsKeyId: key }),
        refused: [
            [
                "a retention that CloudWatch does not offer",
                () => ({ retentionInDays: 10 }),
                () =>
                    "retentionInDays: expected retentionInDays to be one of [0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653], got 10",
            ],
            [
                "a key that does not grant it access",
                ({ plainKey = "" }) => ({ kmsKeyId: plainKey }),
                () =>
                    "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:eu-central-1:111122223333:log-group:/keyless/app'",
            ],
            [
                "a name that is taken",
                () => ({ name: "/keyless/flow" }),
                () => "ResourceAlreadyExistsException: The specified log group already exists",
            ],
        ],
    },
    {
        type: tokens.EKS_CLUSTER,
        sample: ({ subnetA = "", subnetB = "", key = "" }) => ({
            roleArn: iamRole("eks"),
            version: "1.33",
            accessConfig: { authenticationMode: "API" },
            encryptionConfig: { provider: { keyArn: key }, resources: ["secrets"] },
            enabledClusterLogTypes: ["api", "audit"],
            vpcConfig: { subnetIds: [subnetA, subnetB], endpointPrivateAccess: true, endpointPublicAccess: false },
        }),
        refused: [
            [
                "subnets of one zone",
                ({ subnetA = "" }) => ({ vpcConfig: { subnetIds: [subnetA] } }),
                () =>
                    "vpcConfig.subnetIds: InvalidParameterException: Subnets specified must be in at least two different AZs",
            ],
            [
                "subnets of two VPCs",
                ({ subnetA = "", otherSubnetB = "" }) => ({ vpcConfig: { subnetIds: [subnetA, otherSubnetB] } }),
                () => "vpcConfig.subnetIds: InvalidParameterException: Subnets specified must all be in the same VPC",
            ],
            [
                "no endpoint at all",
                ({ subnetA = "", subnetB = "" }) => ({
                    vpcConfig: { subnetIds: [subnetA, subnetB], endpointPublicAccess: false },
                }),
                () => "vpcConfig: InvalidParameterException: Private and public endpoint access cannot be false.",
            ],
            [
                "a version out of support",
                () => ({ version: "1.20" }),
                () =>
                    "version: InvalidParameterException: unsupported Kubernetes version 1.20; supported are 1.32, 1.33, 1.34, 1.35, 1.36",
            ],
            [
                "a role that EKS cannot assume",
                () => ({ roleArn: iamRole("service") }),
                () =>
                    `InvalidParameterException: Role with arn: ${iamRole("service")}, could not be assumed because it does not exist or the trusted entity is not correct`,
            ],
            [
                "services in the VPC's network",
                () => ({ kubernetesNetworkConfig: { serviceIpv4Cidr: "10.20.128.0/20" } }),
                ({ vpc }) =>
                    `kubernetesNetworkConfig.serviceIpv4Cidr: InvalidParameterException: The serviceIpv4Cidr 10.20.128.0/20 overlaps with the CIDR 10.20.0.0/16 of VPC ${vpc}`,
            ],
            [
                "services in a public network",
                () => ({ kubernetesNetworkConfig: { serviceIpv4Cidr: "8.8.0.0/16" } }),
                () =>
                    "kubernetesNetworkConfig.serviceIpv4Cidr: InvalidParameterException: The serviceIpv4Cidr 8.8.0.0/16 must be a private range between /24 and /12",
            ],
            [
                "a name that is taken",
                () => ({ name: "k8s" }),
                () => "ResourceInUseException: Cluster already exists with name: k8s",
            ],
        ],
    },
    {
        type: tokens.NODE_GROUP,
        sample: ({ subnetA = "", subnetB = "", template = "", kubernetes = "" }) => ({
            ...{ clusterName: kubernetes, nodeRoleArn: iamRole("service"), subnetIds: [subnetA, subnetB] },
            ...{
                scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 4 },
                launchTemplate: { id: template, version: "1" },
                instanceTypes: ["t3.large"],
            },
        }),
        refused: [
            [
                "sizes in the wrong order",
                () => ({ scalingConfig: { minSize: 4, desiredSize: 2, maxSize: 4 } }),
                () =>
                    "scalingConfig: InvalidParameterException: Minimum capacity 4 can't be greater than desired size 2",
            ],
            [
                "a disk together with a launch template",
                () => ({ diskSize: 50 }),
                () => "diskSize: InvalidParameterException: Disk size must be specified within the launch template.",
            ],
            [
                "a version of the template that does not exist",
                ({ template = "" }) => ({ launchTemplate: { id: template, version: "7" } }),
                ({ template }) =>
                    `InvalidLaunchTemplateId.VersionNotFound: Could not find the specified version 7 for the launch template with ID ${template}.`,
            ],
            [
                "a role that nodes cannot assume",
                () => ({ nodeRoleArn: iamRole("eks") }),
                () =>
                    `InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${iamRole("eks")}`,
            ],
            [
                "nodes newer than their cluster",
                () => ({ version: "1.34" }),
                () =>
                    "InvalidParameterException: Nodegroup Kubernetes version 1.34 should be equal to or lower than the cluster's version 1.33",
            ],
            [
                "a cluster that does not exist",
                () => ({ clusterName: "no" }),
                () => "ResourceNotFoundException: No cluster found for name: no.",
            ],
            [
                "a subnet that does not exist",
                () => ({ subnetIds: [`subnet-${nowhere}`] }),
                () => `subnetIds[0]: InvalidParameterException: The subnet ID 'subnet-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.ADDON,
        sample: ({ kubernetes = "" }) => ({
            clusterName: kubernetes,
            addonName: "eks-pod-identity-agent",
            resolveConflictsOnCreate: "OVERWRITE",
        }),
        refused: [
            [
                "an add-on that does not exist",
                () => ({ addonName: "pod-identity" }),
                () => "addonName: InvalidParameterException: Addon specified is not supported: pod-identity",
            ],
            [
                "an invalid version",
                () => ({ addonVersion: "latest" }),
                () =>
                    "addonVersion: invalid value for addonVersion (InvalidParameterException: Addon version specified is not supported): latest",
            ],
        ],
    },
    {
        type: tokens.ACCESS_ENTRY,
        sample: ({ kubernetes = "", roleArn = "" }) => ({
            clusterName: kubernetes,
            principalArn: roleArn,
            kubernetesGroups: ["viewers"],
        }),
        refused: [
            [
                "a principal that does not exist",
                () => ({ principalArn: iamRole("no") }),
                () =>
                    `InvalidParameterException: The specified principalArn is invalid: invalid principal: ${iamRole("no")}`,
            ],
            [
                "a group reserved for Kubernetes",
                () => ({ kubernetesGroups: ["system:masters"] }),
                () =>
                    "kubernetesGroups[0]: InvalidParameterException: The kubernetes group name system:masters is invalid, it cannot start with system:",
            ],
        ],
    },
    {
        type: tokens.ACCESS_POLICY_ASSOCIATION,
        sample: ({ kubernetes = "", roleArn = "" }) => ({
            ...{ clusterName: kubernetes, principalArn: roleArn, accessScope: { type: "cluster" } },
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        }),
        refused: [
            [
                "a policy that does not exist",
                () => ({ policyArn: "arn:aws:eks::aws:cluster-access-policy/Admin" }),
                () =>
                    "policyArn: InvalidParameterException: The policyArn parameter format is not valid: arn:aws:eks::aws:cluster-access-policy/Admin",
            ],
            [
                "a scope without namespaces",
                () => ({ accessScope: { type: "namespace" } }),
                () =>
                    "accessScope.namespaces: InvalidParameterException: namespaces must be given for access scope type namespace",
            ],
            [
                "a principal without an entry",
                () => ({ principalArn: iamRole("pods") }),
                () =>
                    "ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
            ],
        ],
    },
    {
        type: tokens.POD_IDENTITY_ASSOCIATION,
        sample: ({ kubernetes = "" }) => ({
            clusterName: kubernetes,
            namespace: "shop",
            serviceAccount: "shop",
            roleArn: iamRole("pods"),
        }),
        refused: [
            [
                "a role whose trust does not let it tag the session",
                ({ roleArn = "" }) => ({ roleArn }),
                () =>
                    "InvalidParameterException: Trust policy of the role provided is invalid. Follow the official documentation to resolve the issue.",
            ],
            [
                "a role that does not exist",
                () => ({ roleArn: iamRole("no") }),
                () => `ResourceNotFoundException: Role provided in the request does not exist: ${iamRole("no")}`,
            ],
            [
                "an invalid namespace",
                () => ({ namespace: "Shop" }),
                () => "namespace: invalid value for namespace (a Kubernetes namespace): Shop",
            ],
            [
                "a policy while the session is tagged",
                () => ({ policy: allow("s3:GetObject") }),
                () => "policy: InvalidParameterException: disableSessionTags must be true when a policy is given",
            ],
        ],
    },
];
