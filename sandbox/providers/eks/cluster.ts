import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { all, jsonStringify, output } from "@pulumi/pulumi/output";
import { ComponentResource, ProviderResource } from "@pulumi/pulumi/resource";
import type { ClusterArgs } from "@pulumi/eks";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResourceOptions, CustomResource } from "@pulumi/pulumi/resource";

import { accessEntries, awsAuth } from "./access";
import { standardAddon, VpcCniAddon } from "./addons";
import { ask, Child } from "./child";
import { checkCluster } from "./clusterChecks";
import { controlPlane } from "./controlPlane";
import { kubeconfig } from "./kubeconfig";
import { nodeGroups } from "./securityGroups";
import { ServiceRole } from "./serviceRole";
import type { Access } from "./clusterChecks";

/**
 * The thumbprint that AWS documents for the issuers of EKS. The real component reads it off the issuer's certificate;
 * AWS trusts these issuers by its own list of authorities and ignores it.
 */
const thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

type Role = Child<"aws:iam/role:Role">;

/** Nodes need these policies. */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly"];

/** Outputs that a reference to the component brings with it. */
const outputNames = ["core", "eksCluster"];

/**
 * `eks:index:Cluster`, with the children that the real component makes, under its names and with its defaults. Not from it:
 * it waits for nothing, and asks neither the aws command line nor the issuer's certificate.
 */
export class Cluster extends ComponentResource {
    readonly state: Inputs = {};

    constructor(name: string, args: ClusterArgs, opts: ComponentResourceOptions) {
        if (opts.urn !== undefined) {
            // One that exists already: its outputs come from the engine.
            super("eks:index:Cluster", name, Object.fromEntries(outputNames.map((each) => [each, undefined])), opts);
            return;
        }
        super("eks:index:Cluster", name, {}, opts);
        this.state = this.build(name, args, checkCluster(args));
        this.registerOutputs(this.state);
    }

    private build(name: string, args: ClusterArgs, access: Access): Inputs {
        const autoMode = args.autoMode?.enabled === true;
        const partition = ask<{ partition: string }>("aws:index/getPartition:getPartition", {}, this).apply(({ partition: id }) => id);
        const plane = controlPlane(name, args, partition, this);
        const { cluster, subnetIds, clusterGroup, clusterRole } = plane;
        const clusterName = cluster.output<string>("name");
        if (args.kubeProxyAddonOptions?.enabled ?? !autoMode) {
            standardAddon(`${name}-kube-proxy`, "kube-proxy", cluster, args.kubeProxyAddonOptions ?? {}, args.tags, this);
        }
        const provider = new KubernetesProvider(
            "kubernetes",
            `${name}-eks-k8s`,
            { kubeconfig: jsonStringify(kubeconfig(cluster, true, args.providerCredentialOpts)), enableConfigMapMutable: jsonOf(args.enableConfigMapMutable) },
            { parent: this, version: kubernetesVersion },
        );
        const { roles, ownRole } = this.instanceRoles(name, args, partition);
        const authorized: CustomResource[] = [];
        let eksNodeAccess: CustomResource | undefined;
        if (access.configMap) {
            const arns = roles.apply((known) => all(known.map((role) => role.output<string>("arn"))));
            eksNodeAccess = awsAuth(name, arns, args, provider, this);
            authorized.push(eksNodeAccess);
        }
        if (access.entries) {
            const nodes: NonNullable<ClusterArgs["accessEntries"]> = ownRole === undefined ? {} : { defaultNodeGroupInstanceRole: { principalArn: ownRole.apply((role) => role.output<string>("arn")), type: "EC2_LINUX" } };
            authorized.push(...accessEntries(name, cluster, { ...nodes, ...args.accessEntries }, this));
        }
        const vpcCni =
            (args.useDefaultVpcCni ?? autoMode)
                ? undefined
                : new VpcCniAddon(
                      `${name}-vpc-cni`,
                      { ...args.vpcCniOptions, clusterName, clusterVersion: cluster.output<string>("version"), tags: args.tags },
                      { parent: this, dependsOn: authorized },
                  );
        const dns = args.corednsAddonOptions;
        if (dns?.enabled === true || dns?.configurationValues !== undefined || (autoMode && (dns?.enabled ?? true))) {
            standardAddon(`${name}-coredns`, "coredns", cluster, dns ?? {}, args.tags, this);
        }
        const issuer = cluster.output<Identities>("identities").apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
        const oidcProvider = args.createOidcProvider
            ? new Child(
                  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
                  `${name}-oidcProvider`,
                  { clientIdLists: ["sts.amazonaws.com"], url: issuer, thumbprintLists: [thumbprint] },
                  { parent: this },
              )
            : undefined;
        const nodes =
            clusterGroup === undefined || plane.skipGroups
                ? undefined
                : nodeGroups(name, { vpcId: args.vpcId ?? "", clusterGroupId: clusterGroup.id, clusterName, tags: args.tags, groupTags: args.nodeSecurityGroupTags }, this);
        const config = kubeconfig(cluster, false, args.providerCredentialOpts);
        const ownGroupId = cluster.output<{ clusterSecurityGroupId: string }>("vpcConfig").apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId);
        const core = {
            vpcId: output(args.vpcId),
            subnetIds,
            publicSubnetIds: args.publicSubnetIds,
            privateSubnetIds: args.privateSubnetIds,
            clusterSecurityGroup: clusterGroup,
            cluster,
            endpoint: cluster.output<string>("endpoint"),
            nodeGroupOptions: args.nodeGroupOptions ?? { nodeSubnetIds: args.nodeSubnetIds, nodeAssociatePublicIpAddress: args.nodeAssociatePublicIpAddress, version: args.version },
            kubeconfig: config,
            provider,
            vpcCni,
            instanceRoles: roles,
            eksNodeAccess,
            tags: args.tags,
            nodeSecurityGroupTags: args.nodeSecurityGroupTags,
            storageClasses: {},
            oidcProvider,
            encryptionConfig: plane.encryptionConfig,
            clusterIamRole: clusterRole,
            accessEntries: access.entries ? Object.values(args.accessEntries ?? {}) : [],
            autoModeNodeRoleName: plane.autoModeNodeRoleName,
        };
        return {
            core,
            kubeconfig: config,
            kubeconfigJson: jsonStringify(config),
            clusterSecurityGroup: clusterGroup,
            instanceRoles: roles,
            nodeSecurityGroup: nodes?.group,
            eksClusterIngressRule: nodes?.apiRule,
            eksCluster: cluster,
            clusterSecurityGroupId: clusterGroup?.id ?? ownGroupId,
            nodeSecurityGroupId: nodes?.group.id ?? ownGroupId,
            clusterIngressRuleId: nodes?.apiRule.output<string>("securityGroupRuleId") ?? "",
            defaultNodeGroupAsgName: "",
            fargateProfileId: "",
            fargateProfileStatus: "",
            oidcProviderArn: oidcProvider?.output<string>("arn") ?? "",
            oidcProviderUrl: issuer,
            oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
            autoModeNodeRoleName: plane.autoModeNodeRoleName,
        };
    }

    /** Roles of nodes: given ones, or one of the component's own (with its instance profile) where that is asked for. */
    private instanceRoles(name: string, args: ClusterArgs, partition: Output<string>): { roles: Output<Role[]>; ownRole?: Output<Role> } {
        if (args.instanceRoles !== undefined) {
            return { roles: output(args.instanceRoles) as unknown as Output<Role[]> };
        }
        if (args.instanceRole !== undefined) {
            const ownRole = output(args.instanceRole) as unknown as Output<Role>;
            return { roles: ownRole.apply((role) => [role]), ownRole };
        }
        if (args.createInstanceRole !== true) {
            return { roles: output([] as Role[]) };
        }
        const ownRole = new ServiceRole(`${name}-instanceRole`, { service: "ec2.amazonaws.com", policies: nodePolicies, partition, tags: args.tags }, this).whole;
        const role = ownRole.apply(({ id }) => id);
        new Child("aws:iam/instanceProfile:InstanceProfile", `${name}-instanceProfile`, { role }, { parent: this });
        return { roles: ownRole.apply((one) => [one]), ownRole };
    }
}

class KubernetesProvider extends ProviderResource {}

type Identities = readonly { readonly oidcs?: readonly { readonly issuer: string }[] }[];

/** Providers take everything but text as JSON. */
function jsonOf(value: ClusterArgs["enableConfigMapMutable"]): Output<string> | undefined {
    return value === undefined ? undefined : jsonStringify(value);
}
