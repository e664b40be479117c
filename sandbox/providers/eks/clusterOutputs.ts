import { jsonStringify, output } from "@pulumi/pulumi/output";
import type { ClusterArgs } from "@pulumi/eks";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { CustomResource, ProviderResource } from "@pulumi/pulumi/resource";

import type { VpcCniAddon } from "./addons";
import type { Child } from "./child";
import type { ControlPlane } from "./controlPlane";
import type { nodeGroups } from "./securityGroups";

export type EksCluster = Child<"aws:eks/cluster:Cluster">;
export type Role = Child<"aws:iam/role:Role">;

/** All resources of a cluster. */
export interface ClusterParts extends ControlPlane {
    readonly provider: ProviderResource;
    readonly instanceRoles: Output<Role[]>;
    readonly eksNodeAccess: CustomResource | undefined;
    readonly entries: NonNullable<ClusterArgs["accessEntries"]>;
    readonly vpcCni: VpcCniAddon | undefined;
    readonly issuer: Output<string>;
    readonly oidcProvider: Child<"aws:iam/openIdConnectProvider:OpenIdConnectProvider"> | undefined;
    readonly nodes: ReturnType<typeof nodeGroups> | undefined;
    readonly config: Output<object>;
}

/** The component's outputs, named as in @pulumi/eks/cluster.d.ts; resources among them are passed as references. */
export function clusterOutputs(args: ClusterArgs, parts: ClusterParts): Inputs {
    const { cluster, clusterGroup, instanceRoles, nodes, config, issuer, oidcProvider, autoModeNodeRoleName } = parts;
    const ownGroupId = cluster
        .output<{ clusterSecurityGroupId: string }>("vpcConfig")
        .apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId);
    return {
        core: coreOf(args, parts),
        kubeconfig: config,
        kubeconfigJson: jsonStringify(config),
        clusterSecurityGroup: clusterGroup,
        instanceRoles,
        nodeSecurityGroup: nodes?.group,
        eksClusterIngressRule: nodes?.apiRule,
        eksCluster: cluster,
        // Without security groups of the component, those that EKS creates.
        clusterSecurityGroupId: clusterGroup?.id ?? ownGroupId,
        nodeSecurityGroupId: nodes?.group.id ?? ownGroupId,
        clusterIngressRuleId: nodes?.apiRule.output<string>("securityGroupRuleId") ?? "",
        defaultNodeGroupAsgName: "",
        fargateProfileId: "",
        fargateProfileStatus: "",
        oidcProviderArn: oidcProvider?.output<string>("arn") ?? "",
        oidcProviderUrl: issuer,
        oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
        autoModeNodeRoleName,
    };
}

/** What node groups and add-ons need from their cluster. */
function coreOf(args: ClusterArgs, parts: ClusterParts): Inputs {
    const { nodeSubnetIds, nodeAssociatePublicIpAddress, version } = args;
    return {
        vpcId: output(args.vpcId),
        subnetIds: parts.subnetIds,
        publicSubnetIds: args.publicSubnetIds,
        privateSubnetIds: args.privateSubnetIds,
        clusterSecurityGroup: parts.clusterGroup,
        cluster: parts.cluster,
        endpoint: parts.cluster.output<string>("endpoint"),
        nodeGroupOptions: args.nodeGroupOptions ?? { nodeSubnetIds, nodeAssociatePublicIpAddress, version },
        kubeconfig: parts.config,
        provider: parts.provider,
        vpcCni: parts.vpcCni,
        instanceRoles: parts.instanceRoles,
        eksNodeAccess: parts.eksNodeAccess,
        tags: args.tags,
        nodeSecurityGroupTags: args.nodeSecurityGroupTags,
        storageClasses: {},
        oidcProvider: parts.oidcProvider,
        encryptionConfig: parts.encryptionConfig,
        clusterIamRole: parts.clusterRole,
        accessEntries: Object.values(parts.entries),
        autoModeNodeRoleName: parts.autoModeNodeRoleName,
    };
}
