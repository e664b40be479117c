import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { NodeGroup, type NodeGroupArgs } from "./nodeGroup";

export interface EksClusterArgs {
    readonly vpcId: pulumi.Input<string>;
    /** Private subnets: for the control plane's network interfaces and for the nodes. */
    readonly privateSubnetIds: pulumi.Input<string>[];
    /** Kubernetes' minor version, like `1.33`. */
    readonly version: string;
    /** Security groups that the nodes, and so their pods, carry besides the cluster's own. */
    readonly nodeSecurityGroupIds: pulumi.Input<string>[];
    readonly nodes: Pick<NodeGroupArgs, "instanceType" | "min" | "max">;
}

/**
 * An EKS cluster whose API is reached from within the network, which knows people and machines by access entries and
 * service accounts by its OpenID Connect provider.
 */
export class EksCluster extends pulumi.ComponentResource {
    /** For a Kubernetes provider; holds no secret, it signs in with `aws eks get-token`. */
    readonly kubeconfig: pulumi.Output<string>;
    readonly oidcProviderArn: pulumi.Output<string>;
    /** The issuer of service account tokens without `https://`. */
    readonly oidcIssuer: pulumi.Output<string>;

    constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:cluster:EksCluster", name, {}, opts);
        const key = new aws.kms.Key(
            name,
            { description: `Kubernetes secrets of ${name}`, enableKeyRotation: true, deletionWindowInDays: 30, tags: { Name: name } },
            { parent: this },
        );
        const cluster = new eks.Cluster(
            name,
            {
                vpcId: args.vpcId,
                privateSubnetIds: args.privateSubnetIds,
                version: args.version,
                authenticationMode: "API",
                createOidcProvider: true,
                endpointPrivateAccess: true,
                endpointPublicAccess: false,
                enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
                encryptionConfigKeyArn: key.arn,
                skipDefaultNodeGroup: true,
                // EKS makes a security group of its own; the app tier's comes with the nodes.
                skipDefaultSecurityGroups: true,
                // The component takes the newest version of an addon at each run; what EKS installs stays as it is.
                useDefaultVpcCni: true,
                kubeProxyAddonOptions: { enabled: false },
            },
            { parent: this },
        );
        new NodeGroup(
            `${name}-nodes`,
            {
                ...args.nodes,
                cluster: cluster.core,
                subnetIds: args.privateSubnetIds,
                securityGroupIds: [cluster.clusterSecurityGroupId, ...args.nodeSecurityGroupIds],
            },
            { parent: this },
        );
        this.kubeconfig = cluster.kubeconfigJson;
        this.oidcProviderArn = cluster.oidcProviderArn;
        this.oidcIssuer = cluster.oidcIssuer;
        this.registerOutputs({ oidcProviderArn: this.oidcProviderArn });
    }
}
