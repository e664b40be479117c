import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson } from "../identity/document";
import { unique } from "../names";
import { NodeGroup, type NodeGroupArgs } from "./nodeGroup";
import { keeping } from "./keeping";
import {
    accessEntries,
    callerArn,
    callersEntry,
    oneEntryForCaller,
    refuseSecondEntry,
    withoutCreator,
    type Person,
} from "./people";
import { nodeAddons, type Addon, type AppTier } from "./appTier";
import { refuseSkippedVersions } from "./upgrades";

export interface EksClusterArgs {
    readonly vpcId: pulumi.Input<string>;
    /** One private subnet for each zone, at least two. Nodes use all of them, the control plane the first two. */
    readonly privateSubnetIds: pulumi.Input<string>[];
    /** Kubernetes' minor version, for example `1.33`. */
    readonly version: string;
    /** The security group of clients of the database. */
    readonly appSecurityGroupId: pulumi.Input<string>;
    /**
     * Where that group is attached: to all nodes with all their pods, or only to pods that a SecurityGroupPolicy selects.
     * @default "nodes"
     */
    readonly appTier?: AppTier;
    /**
     * CIDR ranges that may reach the API over the internet.
     * @default - the API is reachable only from the network
     */
    readonly publicAccessFrom?: readonly string[];
    /**
     * The principals that may use the API. Must include the principal that runs this program.
     * @default - the principal that runs this program, as an administrator
     */
    readonly people?: readonly Person[];
    /**
     * Versions of EKS' add-ons by name, for example `vpc-cni: v1.20.4-eksbuild.2`.
     * @default - EKS' default for the Kubernetes version
     */
    readonly addonVersions?: Readonly<Partial<Record<Addon, string>>>;
    readonly nodes: Pick<NodeGroupArgs, "instanceType" | "min" | "max" | "autoscaler">;
    readonly logs: LogArgs;
}

/** Retention and encryption of logs. */
export interface LogArgs {
    /** ARN of the key that encrypts them. */
    readonly kmsKeyArn: pulumi.Input<string>;
    readonly retentionInDays: number;
}

/**
 * An EKS cluster with an API that is reachable from within the network. It identifies people and machines by access entries,
 * and service accounts by its OpenID Connect provider.
 */
export class EksCluster extends pulumi.ComponentResource {
    /** For a Kubernetes provider. Contains no secret: it signs in with `aws eks get-token`. */
    readonly kubeconfig: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
    /** Host name of the API. */
    readonly apiHost: pulumi.Output<string>;
    /** The security group that EKS creates for the cluster, attached to the API's private endpoint, the nodes and pods. */
    readonly securityGroupId: pulumi.Output<string>;
    readonly oidcProviderArn: pulumi.Output<string>;
    /** The issuer of service account tokens without `https://`. */
    readonly oidcIssuer: pulumi.Output<string>;
    /** Security groups that pods need to reach the database; empty if they are attached to the nodes. */
    readonly podSecurityGroupIds: pulumi.Output<string[]>;

    constructor(
        private readonly name: string,
        private readonly args: EksClusterArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:cluster:EksCluster", name, {}, opts);
        const { publicAccessFrom = [], people = [], appTier = "nodes" } = args;
        const { partition } = accountLookups(this);
        const key = new aws.kms.Key(
            name,
            {
                description: `Kubernetes secrets of ${name}`,
                enableKeyRotation: true,
                deletionWindowInDays: 30,
                tags: { Name: name },
            },
            { parent: this },
        );
        const clusterName = key.keyId.apply((id) => unique(name, id));
        // EKS would otherwise create the log group itself, without a key and without a retention period.
        const logs = new aws.cloudwatch.LogGroup(
            name,
            {
                name: pulumi.interpolate`/aws/eks/${clusterName}/cluster`,
                kmsKeyId: args.logs.kmsKeyArn,
                retentionInDays: args.logs.retentionInDays,
            },
            { parent: this },
        );
        const { role, attachments } = this.role(partition, appTier);
        const caller = callerArn(this);
        const cluster = new eks.Cluster(
            name,
            {
                name: clusterName,
                vpcId: args.vpcId,
                // EKS refuses to change the zones later (`fixedZones` in the stand-in), so the control plane always uses two of them.
                privateSubnetIds: args.privateSubnetIds.slice(0, 2),
                version: args.version,
                serviceRole: role,
                authenticationMode: "API",
                accessEntries: people.length > 0 ? accessEntries(people, partition) : callersEntry(caller, partition),
                createOidcProvider: true,
                endpointPrivateAccess: true,
                endpointPublicAccess: publicAccessFrom.length > 0,
                publicAccessCidrs: publicAccessFrom.length > 0 ? [...publicAccessFrom] : undefined,
                enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
                encryptionConfigKeyArn: key.arn,
                skipDefaultNodeGroup: true,
                // EKS creates its own security group, in addition to the app tier's.
                skipDefaultSecurityGroups: true,
                // The component would use an add-on's newest version in each run; our resources take over what EKS installs.
                useDefaultVpcCni: true,
                kubeProxyAddonOptions: { enabled: false },
            },
            {
                parent: this,
                dependsOn: [logs, ...attachments],
                transforms: [
                    withoutCreator,
                    keeping("aws:eks/cluster:Cluster", "vpcConfig.subnetIds"),
                    refuseSkippedVersions(name),
                    oneEntryForCaller(name, caller, refuseSecondEntry(name, this)),
                ],
            },
        );
        const early = nodeAddons.map((addon) => this.addon(addon, clusterName, [cluster]));
        const nodes = new NodeGroup(
            `${name}-nodes`,
            {
                ...args.nodes,
                version: args.version,
                cluster: cluster.core,
                subnetIds: args.privateSubnetIds,
                securityGroupIds: [
                    cluster.clusterSecurityGroupId,
                    ...(appTier === "nodes" ? [args.appSecurityGroupId] : []),
                ],
            },
            { parent: this, dependsOn: early },
        );
        this.addon("coredns", clusterName, [nodes]);

        this.kubeconfig = cluster.kubeconfigJson;
        this.arn = cluster.eksCluster.apply(({ arn }) => arn);
        this.apiHost = cluster.eksCluster.apply(({ endpoint }) => endpoint).apply((url) => new URL(url).hostname);
        this.securityGroupId = cluster.clusterSecurityGroupId;
        this.oidcProviderArn = cluster.oidcProviderArn;
        this.oidcIssuer = cluster.oidcIssuer;
        // Includes the cluster's own group: a pod needs DNS, and the kubelet must reach it.
        this.podSecurityGroupIds = pulumi.output(
            appTier === "pods" ? [cluster.clusterSecurityGroupId, args.appSecurityGroupId] : [],
        );
        const controlPlaneSubnetIds = pulumi
            .all([cluster.eksCluster.apply(({ vpcConfig }) => vpcConfig), pulumi.all(args.privateSubnetIds)])
            .apply(([{ subnetIds }, remaining]) => fixedSubnets(subnetIds, remaining));
        this.registerOutputs({ oidcProviderArn: this.oidcProviderArn, controlPlaneSubnetIds });
    }

    /** The role that EKS assumes: https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html */
    private role(partition: pulumi.Output<string>, appTier: AppTier) {
        const trust = {
            Effect: "Allow",
            Principal: { Service: "eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
        } as const;
        const role = new aws.iam.Role(
            this.name,
            { description: `control plane of ${this.name}`, assumeRolePolicy: documentJson([trust], "trust") },
            { parent: this },
        );
        // The second policy lets pods have their own network interfaces:
        // https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
        const policies = ["AmazonEKSClusterPolicy", ...(appTier === "pods" ? ["AmazonEKSVPCResourceController"] : [])];
        const attachments = policies.map(
            (policy) =>
                new aws.iam.RolePolicyAttachment(
                    `${this.name}-${policy}`,
                    { role: role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
                    { parent: this },
                ),
        );
        return { role, attachments };
    }

    private addon(addon: Addon, clusterName: pulumi.Input<string>, dependsOn: pulumi.Resource[]): aws.eks.Addon {
        return new aws.eks.Addon(
            `${this.name}-${addon}`,
            {
                clusterName,
                addonName: addon,
                addonVersion:
                    this.args.addonVersions?.[addon] ??
                    // An add-on without a version is not updated with Kubernetes:
                    // https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
                    aws.eks.getAddonVersionOutput(
                        { addonName: addon, kubernetesVersion: this.args.version },
                        { parent: this },
                    ).version,
                configurationValues: addon === "vpc-cni" ? networkSettings(this.args.appTier) : undefined,
                resolveConflictsOnCreate: "OVERWRITE",
                resolveConflictsOnUpdate: "OVERWRITE",
            },
            { parent: this, dependsOn },
        );
    }
}

/**
 * The control plane's subnets. EKS keeps the zones of a cluster, and its interfaces are in them:
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html. Earlier versions of this component gave the control
 * plane, and the first group of nodes, the subnets of all zones.
 *
 * @throws pulumi.RunError in previews, when one of them would be deleted
 */
export function fixedSubnets(used: readonly string[], remaining: readonly string[]): readonly string[] {
    if (used.every((id) => remaining.includes(id))) {
        return used;
    }
    throw new pulumi.RunError(
        `zones: ${remaining.length} would delete a subnet of the Kubernetes control plane, which was created in ${used.length} zones, and EKS does not change them: write zones: ${used.length}`,
    );
}

/**
 * Enables the enforcement of network policies, which is off by default
 * (https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html); if pods are the app tier, it also
 * allows them their own security groups, with probes from the node still reaching them, and disables the translation of
 * their addresses to the node's. That translation is the default, but NAT gateways make it unnecessary, and with it traffic
 * to a peered network would lose the pods' address and groups: https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
 */
function networkSettings(appTier: AppTier | undefined): string {
    const env = {
        ENABLE_POD_ENI: "true",
        POD_SECURITY_GROUP_ENFORCING_MODE: "standard",
        AWS_VPC_K8S_CNI_EXTERNALSNAT: "true",
    };
    return JSON.stringify({ enableNetworkPolicy: "true", ...(appTier === "pods" && { env }) });
}
