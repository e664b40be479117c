import { all, output } from "@pulumi/pulumi/output";
import { CustomResource } from "@pulumi/pulumi/resource";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import type { ClusterArgs } from "@pulumi/eks";
import type { Input, Output } from "@pulumi/pulumi/output";
import type { ComponentResource, ProviderResource } from "@pulumi/pulumi/resource";

import { Child } from "./child";

type Entries = NonNullable<ClusterArgs["accessEntries"]>;
type Entry = Entries[string];

/** Access entries with the policies of each; only the principals in the program get one. */
export function accessEntries(
    name: string,
    cluster: Child<"aws:eks/cluster:Cluster">,
    entries: Entries,
    parent: ComponentResource,
): Child[] {
    return Object.entries(entries).map(([key, entry]) => {
        const clusterName = cluster.output<string>("name");
        const { principalArn, type, kubernetesGroups, username, tags }: Entry = entry;
        const made = new Child(
            "aws:eks/accessEntry:AccessEntry",
            `${name}-${key}`,
            { clusterName, principalArn, type, kubernetesGroups, userName: username, tags },
            { parent, dependsOn: [cluster] },
        );
        for (const [policy, association] of Object.entries(entry.accessPolicies ?? {})) {
            const given = output(association);
            new Child(
                "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
                `${name}-${key}-${policy}`,
                {
                    accessScope: given.apply(({ accessScope }) => accessScope),
                    principalArn,
                    policyArn: given.apply(({ policyArn }) => policyArn),
                    clusterName,
                },
                { parent: made, dependsOn: [made] },
            );
        }
        return made;
    });
}

/** The legacy mode, still the real component's default: a ConfigMap that maps IAM roles and users to groups. */
export function awsAuth(
    name: string,
    roleArns: Output<string[]>,
    { roleMappings, userMappings }: Pick<ClusterArgs, "roleMappings" | "userMappings">,
    provider: ProviderResource,
    parent: ComponentResource,
): CustomResource {
    const nodes = (rolearn: string) => ({
        rolearn,
        username: "system:node:{{EC2PrivateDNSName}}",
        groups: ["system:bootstrappers", "system:nodes"],
    });
    const mapRoles = all([roleMappings ?? [], roleArns] as [Input<Mapping[]>, Output<string[]>]).apply(
        ([mappings, arns]) =>
            toYaml([
                ...mappings.map(({ roleArn, username, groups }) => ({ rolearn: roleArn, username, groups })),
                ...arns.map(nodes),
            ]),
    );
    const mapUsers =
        userMappings === undefined
            ? undefined
            : output(userMappings as Input<Mapping[]>).apply((mappings) =>
                  toYaml(mappings.map(({ userArn, username, groups }) => ({ userarn: userArn, username, groups }))),
              );
    const metadata = { name: "aws-auth", namespace: "kube-system", annotations: { "pulumi.com/patchForce": "true" } };
    const args = { apiVersion: "v1", kind: "ConfigMap", immutable: false, metadata, data: { mapRoles, mapUsers } };
    return new ConfigMap("kubernetes:core/v1:ConfigMap", `${name}-nodeAccess`, args, {
        parent,
        provider,
        version: kubernetesVersion,
    });
}

class ConfigMap extends CustomResource {}

interface Mapping {
    readonly roleArn?: string;
    readonly userArn?: string;
    readonly username: string;
    readonly groups: string[];
}

/** Loaded on demand: clusters in API mode need no YAML, and start-up time counts. */
async function toYaml(value: unknown): Promise<string> {
    const { stringify } = await import("yaml");
    return stringify(value);
}
