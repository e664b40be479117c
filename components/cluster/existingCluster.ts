import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AppTier } from "./appTier";
import { kubeconfigOf } from "./kubeconfig";
import { createIssuer, findIssuer } from "./existingIssuer";

export interface ExistingClusterArgs {
    /** Name of the cluster. */
    readonly name: string;
    /**
     * Whether to create the IAM OIDC provider of its issuer, instead of looking it up.
     * @default false
     */
    readonly createOidcProvider?: boolean | undefined;
    /**
     * Whether pods get security groups of their own, which the cluster must support.
     * @default "nodes"
     */
    readonly appTier?: AppTier | undefined;
}

/** An EKS cluster that exists. It is looked up, in previews too, and nothing of it is changed. */
export class ExistingCluster extends pulumi.ComponentResource {
    /** For a Kubernetes provider. Contains no secret: it signs in with `aws eks get-token`. */
    readonly kubeconfig: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
    readonly vpcId: pulumi.Output<string>;
    /** Host name of the API. */
    readonly apiHost: pulumi.Output<string>;
    /** The security group that EKS creates for the cluster. */
    readonly securityGroupId: pulumi.Output<string>;
    /** The issuer of service account tokens without `https://`. */
    readonly oidcIssuer: pulumi.Output<string>;

    constructor(
        private readonly name: string,
        private readonly args: ExistingClusterArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:cluster:ExistingCluster", name, {}, opts);
        const cluster = aws.eks.getClusterOutput({ name: args.name }, { parent: this }).apply(readCluster);
        this.kubeconfig = cluster.apply(kubeconfigOf);
        this.arn = cluster.arn;
        this.vpcId = cluster.vpcId;
        this.apiHost = cluster.endpoint.apply((url) => new URL(url).hostname);
        this.securityGroupId = cluster.securityGroupId;
        this.oidcIssuer = cluster.issuer;
        if (args.appTier === "pods") {
            this.adviseOnPodInterfaces(args.name);
        }
        this.registerOutputs({
            version: cluster.version,
            authenticationMode: cluster.authenticationMode,
        });
    }

    /**
     * ARN of the OIDC provider of the cluster's issuer in the account of the services' roles, created or found. Empty if there is
     * none: only services with an identity of `irsa` need one.
     *
     * @param provider for that account, if it is not the program's own
     */
    oidcProvider(provider: aws.Provider | undefined): pulumi.Output<string> {
        return this.args.createOidcProvider === true
            ? createIssuer(`${this.name}-issuer`, this.oidcIssuer, this, provider)
            : findIssuer(this.oidcIssuer, this, provider);
    }

    /**
     * Warns of a CNI add-on that does not give pods interfaces of their own. It does not refuse, because the setting can also be
     * made in the cluster, as EKS documents, and pods on Fargate do not need it:
     * https://docs.aws.amazon.com/eks/latest/userguide/security-groups-pods-deployment.html
     */
    private adviseOnPodInterfaces(clusterName: string): void {
        const addon = aws.eks.getAddon({ clusterName, addonName: "vpc-cni" }, { parent: this });
        void addon.then(
            ({ configurationValues }) =>
                enablesPodInterfaces(configurationValues)
                    ? undefined
                    : pulumi.log.warn(
                          `platform.cluster.appTier: pods: the configuration of ${clusterName}'s add-on vpc-cni does not set ENABLE_POD_ENI; unless it is set in the cluster, only pods on Fargate get the security group that reaches the database`,
                      ),
            // The CNI is not an add-on of EKS there.
            () => undefined,
        );
    }
}

/** Whether the values of the CNI's add-on let pods have interfaces of their own. */
export function enablesPodInterfaces(configurationValues: string): boolean {
    return /"?ENABLE_POD_ENI"?\s*:\s*"?true/.test(configurationValues);
}

/**
 * What the rest of a platform needs of a cluster.
 *
 * @throws pulumi.RunError if it is being created or deleted: it has no endpoint then, or soon
 */
export function readCluster({
    arn,
    name,
    status,
    endpoint,
    version,
    certificateAuthorities,
    identities,
    accessConfigs,
    vpcConfig,
}: pulumi.Unwrap<aws.eks.GetClusterResult>) {
    const issuer = identities[0]?.oidcs[0]?.issuer;
    const authority = certificateAuthorities[0]?.data;
    if (!["ACTIVE", "UPDATING"].includes(status) || issuer === undefined || authority === undefined) {
        throw new pulumi.RunError(
            `platform.cluster.existing.name: the cluster ${name} is ${status}; allowed is one that is ACTIVE: wait until it is, or name another one`,
        );
    }
    return {
        arn,
        name,
        endpoint,
        authority,
        version,
        vpcId: vpcConfig.vpcId,
        securityGroupId: vpcConfig.clusterSecurityGroupId,
        issuer: issuer.replace("https://", ""),
        authenticationMode: accessConfigs[0]?.authenticationMode ?? "CONFIG_MAP",
    };
}
