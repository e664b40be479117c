import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import type { Cluster } from "@pulumi/aws/eks/cluster";
import * as pulumi from "@pulumi/pulumi";

interface Entry {
    readonly principalArn: pulumi.Input<string>;
    readonly kubernetesGroups?: pulumi.Input<string[]>;
    readonly username?: pulumi.Input<string>;
    readonly type?: pulumi.Input<string>;
    readonly tags?: pulumi.Input<Record<string, string>>;
    readonly accessPolicies?: Record<string, AccessPolicy>;
}

interface AccessPolicy {
    readonly policyArn: pulumi.Input<string>;
    readonly accessScope: pulumi.Input<{ type: string; namespaces?: string[] }>;
}

/**
 * The principals that may use the cluster's API.
 * @throws InputPropertyError when the cluster's authentication mode knows no access entries
 */
export function accessEntries(name: string, cluster: Cluster, given: unknown, mode: string | undefined, parent: pulumi.ComponentResource): Entry[] {
    const entries = (given ?? {}) as Record<string, Entry>;
    if (Object.keys(entries).length > 0 && mode !== "API" && mode !== "API_AND_CONFIG_MAP") {
        throw new pulumi.InputPropertyError({
            propertyPath: "accessEntries",
            reason: `access entries need the authentication mode API or API_AND_CONFIG_MAP, not ${mode ?? "CONFIG_MAP"}`,
        });
    }
    for (const [key, { accessPolicies = {}, ...entry }] of Object.entries(entries)) {
        const { principalArn } = new AccessEntry(`${name}-${key}`, { clusterName: cluster.name, ...entry }, { parent });
        for (const [policy, args] of Object.entries(accessPolicies)) {
            new AccessPolicyAssociation(`${name}-${key}-${policy}`, { clusterName: cluster.name, principalArn, ...args }, { parent });
        }
    }
    return Object.values(entries);
}
