import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type LogArgs } from "../cluster/eksCluster";
import { ExistingCluster } from "../cluster/existingCluster";
import type { Tier } from "../security/databaseTier";
import type { ApiDoor } from "../security/deployerGroup";
import type { NetworkPart } from "./networkPart";
import { registerIssuer } from "./registeredIssuer";
import type { ExistingClusterPartArgs, PlatformArgs } from "./platformArgs";

/** The Kubernetes cluster of a platform, created or existing. */
export interface ClusterPart extends Pick<
    EksCluster,
    "kubeconfig" | "arn" | "oidcProviderArn" | "oidcIssuer" | "podSecurityGroupIds"
> {
    readonly api: ApiDoor & { readonly host: pulumi.Output<string> };
}

/** Looks up a platform's cluster, if it exists. */
export function existingCluster(
    name: string,
    args: PlatformArgs["cluster"],
    parent: pulumi.Resource,
): ExistingCluster | undefined {
    return "existing" in args
        ? new ExistingCluster(name, { ...args.existing, appTier: args.appTier }, { parent })
        : undefined;
}

/** The existing groups whose members reach the database: those that are named, else the cluster's own. */
export function clientsOf(
    cluster: ExistingCluster | undefined,
    args: PlatformArgs["cluster"],
    vpcId: pulumi.Output<string>,
    parent: pulumi.Resource,
): readonly Tier[] {
    if (cluster === undefined || !("existing" in args) || args.appTier === "pods") {
        return [];
    }
    const { clientSecurityGroupIds } = args.existing;
    if (clientSecurityGroupIds === undefined) {
        const { securityGroupId } = cluster;
        return [{ tier: "cluster", securityGroupId, existing: true, members: "the cluster" }];
    }
    return clientSecurityGroupIds.map((id) => ({
        tier: id,
        securityGroupId: pulumi
            .all([vpcId, aws.ec2.getSecurityGroupOutput({ id }, { parent }).vpcId])
            .apply(([own, other]) => inVpc(id, own, other)),
        existing: true,
        members: `the members of ${id}`,
    }));
}

/** What a platform's cluster needs of its other parts. */
export interface ClusterSurroundings {
    readonly network: NetworkPart;
    /** The security group of clients of the database. */
    readonly appId: pulumi.Output<string>;
    readonly logs: LogArgs;
    /** The provider for the database's account, which has the services' roles, if it is not the program's own. */
    readonly databaseAccount: aws.Provider | undefined;
}

/**
 * Creates a platform's cluster, unless it exists.
 *
 * @param name the platform's name
 */
export function makeClusterPart(
    name: string,
    args: PlatformArgs["cluster"],
    existing: ExistingCluster | undefined,
    { network, appId, logs, databaseAccount }: ClusterSurroundings,
    parent: pulumi.Resource,
): ClusterPart {
    if (existing !== undefined && "existing" in args) {
        const { kubeconfig, arn, oidcIssuer, securityGroupId, apiHost: host } = existing;
        // A pod with groups of its own has no other one: it needs the cluster's for DNS, and the kubelet must reach it.
        const groups = args.appTier === "pods" ? [securityGroupId, appId] : [];
        return {
            ...{ kubeconfig, arn, oidcIssuer },
            oidcProviderArn: existing.oidcProvider(databaseAccount),
            podSecurityGroupIds: pulumi.output(groups),
            api: { host, securityGroupId, existing: args.existing.admitDeployers !== true },
        };
    }
    const cluster = new EksCluster(
        `${name}-cluster`,
        {
            ...(args as Exclude<PlatformArgs["cluster"], ExistingClusterPartArgs>),
            vpcId: network.vpcId,
            privateSubnetIds: network.privateSubnetIds,
            appSecurityGroupId: appId,
            logs,
        },
        // Nodes without a route to EKS and to the images never join the cluster.
        { parent, dependsOn: [network.resource] },
    );
    const { kubeconfig, arn, oidcIssuer, podSecurityGroupIds, securityGroupId, apiHost } = cluster;
    return {
        ...{ kubeconfig, arn, oidcIssuer, podSecurityGroupIds },
        oidcProviderArn: databaseAccount
            ? registerIssuer(name, { issuer: oidcIssuer, provider: databaseAccount }, parent)
            : cluster.oidcProviderArn,
        api: { host: apiHost, securityGroupId },
    };
}

/**
 * The id of a group in the VPC: a rule cannot name another network's.
 *
 * @throws pulumi.RunError if it is in another one
 */
export function inVpc(groupId: string, vpcId: string, groupVpcId: string): string {
    if (vpcId !== groupVpcId) {
        throw new pulumi.RunError(
            `platform.cluster.existing.clientSecurityGroupIds: ${groupId} is in ${groupVpcId}, the cluster in ${vpcId}: name a group of ${vpcId}`,
        );
    }
    return groupId;
}
