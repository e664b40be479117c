import * as pulumi from "@pulumi/pulumi";
import { neededIssuer } from "../cluster/existingIssuer";
import type { Workload } from "../identity/createWorkloadIdentity";
import type { PlatformContract } from "../platform/contract";
import type { TenantEntry } from "./entries";

/**
 * Where a tenant runs and how it authenticates to AWS.
 *
 * @param namespace the tenant's namespace in Kubernetes
 */
export function workloadOf(
    entry: TenantEntry,
    namespace: pulumi.Output<string> | undefined,
    { oidcProviderArn, oidcIssuer, kubernetesArn, fargateNamespaces, appTier }: PlatformContract,
): Workload {
    if (!("namespace" in entry)) {
        return { kind: entry.identity };
    }
    const { serviceAccount, identity } = entry;
    const existing = entry.existing?.includes("serviceAccount");
    const pod = {
        namespace: namespace ?? entry.namespace,
        serviceAccount,
        ...(existing === true && { existing }),
        // Of one that exists, security groups for its pods need them.
        labels: existing === true && appTier !== "pods" ? undefined : { "keyless/tenant": entry.name },
    };
    if (identity === "podIdentity") {
        const clusterArn = pulumi
            .all([kubernetesArn, fargateNamespaces])
            .apply(([arn, onFargate]) => apartFromFargate(entry, arn, onFargate));
        return { ...pod, kind: identity, clusterArn };
    }
    const arn = oidcProviderArn.apply((found) => neededIssuer(entry.name, found));
    return { ...pod, kind: identity, oidcProvider: { arn, issuer: oidcIssuer } };
}

/**
 * The cluster's ARN, for a service whose pods do not run on Fargate: "Pods that run on AWS Fargate aren't supported",
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
 *
 * @throws pulumi.RunError if they do
 */
export function apartFromFargate(
    { name, namespace }: { readonly name: string; readonly namespace: string },
    clusterArn: string,
    onFargate: readonly string[],
): string {
    if (onFargate.includes(namespace)) {
        throw new pulumi.RunError(
            `access.tenants: ${name} has an identity of podIdentity, and the pods of its namespace ${namespace} run on Fargate (platform.cluster.existing.fargateNamespaces), where EKS Pod Identity does not work: write an identity of irsa`,
        );
    }
    return clusterArn;
}
