import { all, output } from "@pulumi/pulumi/output";
import type { ClusterArgs } from "@pulumi/eks";
import type { Input, Output } from "@pulumi/pulumi/output";
import type { ComponentResource } from "@pulumi/pulumi/resource";

import { Child } from "./child";
import { allTags, clusterGroup } from "./securityGroups";
import { ServiceRole } from "./serviceRole";

const autoModePolicies = [
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
];
const autoNodePolicies = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"];

export interface ControlPlane {
    readonly cluster: Child<"aws:eks/cluster:Cluster">;
    readonly subnetIds: Output<string[]>;
    readonly clusterGroup: Child<"aws:ec2/securityGroup:SecurityGroup"> | undefined;
    readonly clusterRole: Input<Child<"aws:iam/role:Role">>;
    readonly encryptionConfig: Output<object> | undefined;
    readonly autoModeNodeRoleName: Input<string>;
    readonly skipGroups: boolean;
}

/** The EKS cluster with its role and its security group. */
export function controlPlane(
    name: string,
    args: ClusterArgs,
    partition: Output<string>,
    parent: ComponentResource,
): ControlPlane {
    const autoMode = args.autoMode?.enabled === true;
    const subnetIds = all([args.subnetIds ?? [], args.publicSubnetIds ?? [], args.privateSubnetIds ?? []]).apply(
        (lists) => lists.flat(),
    );
    const ownRole =
        args.serviceRole !== undefined
            ? undefined
            : new ServiceRole(
                  `${name}-eksRole`,
                  {
                      service: "eks.amazonaws.com",
                      description: "Allows EKS to manage clusters on your behalf.",
                      policies: ["AmazonEKSClusterPolicy", ...(autoMode ? autoModePolicies : [])],
                      partition,
                      tags: args.tags,
                      actions: ["sts:AssumeRole", "sts:TagSession"],
                  },
                  parent,
              );
    const skipGroups = args.skipDefaultSecurityGroups ?? autoMode;
    const group =
        args.clusterSecurityGroup !== undefined
            ? (args.clusterSecurityGroup as unknown as Child<"aws:ec2/securityGroup:SecurityGroup">)
            : skipGroups
              ? undefined
              : clusterGroup(name, args.vpcId ?? "", args.tags, args.clusterSecurityGroupTags, parent);
    const encryptionConfig =
        args.encryptionConfigKeyArn === undefined
            ? undefined
            : output(args.encryptionConfigKeyArn).apply((keyArn) => ({ provider: { keyArn }, resources: ["secrets"] }));
    const nodeRole =
        autoMode && args.autoMode?.createNodeRole !== false
            ? new ServiceRole(
                  `${name}-nodeRole`,
                  { service: "ec2.amazonaws.com", policies: autoNodePolicies, partition, tags: args.tags },
                  parent,
              )
            : undefined;
    const cluster = new Child(
        "aws:eks/cluster:Cluster",
        `${name}-eksCluster`,
        {
            name: args.name,
            roleArn: ownRole?.role.output<string>("arn") ?? output(args.serviceRole).apply((role) => role?.arn),
            ...compute(args, nodeRole),
            // Auto Mode requires that the cluster is created without them.
            bootstrapSelfManagedAddons: autoMode ? false : (args.bootstrapSelfManagedAddons ?? true),
            vpcConfig: {
                securityGroupIds: group === undefined ? undefined : [output(group).apply(({ id }) => id)],
                subnetIds,
                endpointPrivateAccess: args.endpointPrivateAccess,
                endpointPublicAccess: args.endpointPublicAccess,
                publicAccessCidrs: args.publicAccessCidrs,
            },
            version: args.version,
            enabledClusterLogTypes: args.enabledClusterLogTypes,
            tags: allTags({ Name: `${name}-eksCluster` }, args.clusterTags, args.tags),
            encryptionConfig,
            // The real component makes the principal that creates a cluster its administrator.
            accessConfig:
                args.authenticationMode === undefined
                    ? undefined
                    : { authenticationMode: args.authenticationMode, bootstrapClusterCreatorAdminPermissions: true },
            upgradePolicy: args.upgradePolicy,
            deletionProtection: args.deletionProtection,
        },
        {
            parent,
            ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
            dependsOn: [ownRole, nodeRole].flatMap((each) => (each === undefined ? [] : [each.whole])),
        },
    );
    return {
        cluster,
        subnetIds,
        clusterGroup: group,
        clusterRole: ownRole?.role ?? (args.serviceRole as unknown as Input<Child<"aws:iam/role:Role">>),
        encryptionConfig,
        autoModeNodeRoleName: nodeRole?.role.output<string>("name") ?? "",
        skipGroups,
    };
}

/** Auto Mode's three parts, of which AWS requires all or none, and the cluster's service network if given. */
function compute(args: ClusterArgs, nodeRole: ServiceRole | undefined): object {
    const autoMode = args.autoMode?.enabled === true;
    if (!autoMode && args.kubernetesServiceIpAddressRange === undefined && args.ipFamily === undefined) {
        return {};
    }
    const network = all([args.kubernetesServiceIpAddressRange, args.ipFamily]).apply(([range, ipFamily = "ipv4"]) => ({
        serviceIpv4Cidr: ipFamily === "ipv4" ? range : undefined,
        ipFamily,
        elasticLoadBalancing: autoMode ? { enabled: true } : undefined,
    }));
    if (!autoMode) {
        return { kubernetesNetworkConfig: network };
    }
    const own = all([args.autoMode?.computeConfig, nodeRole?.role.output<string>("arn")]).apply(
        ([config, nodeRoleArn]) => ({
            enabled: true,
            nodeRoleArn,
            nodePools: ["general-purpose", "system"],
            ...config,
        }),
    );
    // All known or none: each waits for the others.
    const together = all([own, network]);
    return {
        computeConfig: together.apply(([config]) => config),
        storageConfig: together.apply(() => ({ blockStorage: { enabled: true } })),
        kubernetesNetworkConfig: together.apply(([, config]) => config),
    };
}
