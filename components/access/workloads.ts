import type * as pulumi from "@pulumi/pulumi";
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
    { oidcProviderArn, oidcIssuer, kubernetesArn }: PlatformContract,
): Workload {
    if (!("namespace" in entry)) {
        return { kind: entry.identity };
    }
    const { serviceAccount, identity } = entry;
    const pod = {
        namespace: namespace ?? entry.namespace,
        serviceAccount,
        labels: { "keyless/tenant": entry.name },
    };
    return identity === "irsa"
        ? { ...pod, kind: identity, oidcProvider: { arn: oidcProviderArn, issuer: oidcIssuer } }
        : { ...pod, kind: identity, clusterArn: kubernetesArn };
}
