import type { z } from "zod";
import { flag, list, matching, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedLabel, isLabel } from "./validators";

/** An EKS cluster that is there: looked up, never managed. */
export const existing = section({
    // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    name: matching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, {
        allowed: "the name of an EKS cluster in the stack's account and region",
        example: "production",
        wrong: "not the name of an EKS cluster",
    }).describe("The cluster's name"),
    createOidcProvider: flag("write true if the cluster has no IAM OIDC provider in the account").default(false).meta({
        description:
            "Whether to create the cluster's IAM OIDC provider, which services with `identity: irsa` need, instead of looking it up. IAM takes one for each cluster: a second one is refused",
        more: "existing.md#the-oidc-provider",
    }),
    clientSecurityGroupIds: list(
        matching(/^sg-[0-9a-f]{8,17}$/, {
            allowed: "the id of a security group",
            example: "sg-0123456789abcdef0",
            wrong: "not the id of a security group",
        }),
        "a list of ids of security groups",
    )
        .optional()
        .meta({
            description:
                "Security groups whose members reach the database's port, such as those of self-managed or Karpenter's nodes",
            absent: "the cluster security group, which managed node groups and Fargate's pods have",
            more: "existing.md#what-reaches-the-database",
        }),
    fargateNamespaces: list(
        text({
            allowed: allowedLabel,
            fix: "write the name of a namespace that a Fargate profile selects",
            wrong: (given) => (isLabel(given) ? undefined : "not an RFC 1123 label"),
        }),
        "a list of namespaces",
    )
        .default([])
        .meta({
            description:
                "Namespaces whose pods run on Fargate, where EKS Pod Identity does not work: services there need `identity: irsa`",
            more: "existing.md#fargate",
        }),
    admitDeployers: flag("write true to add rules to the cluster's security group").default(false).meta({
        description:
            "Whether to add rules to the cluster security group that admit the deployers' group and the bastion to the API's private endpoint; the only change to something that exists",
        more: "existing.md#the-kubernetes-api",
    }),
});

export type ExistingClusterSettings = z.infer<typeof existing>;

/** Finds contradictions between an existing cluster and the keys beside it. */
export function existingClusterProblems({
    existing: { clientSecurityGroupIds },
    appTier,
}: {
    readonly existing: ExistingClusterSettings;
    readonly appTier: string;
}): Problem[] {
    const path = "platform.cluster.existing.clientSecurityGroupIds";
    if (clientSecurityGroupIds === undefined) {
        return [];
    }
    if (appTier === "pods") {
        return [
            {
                path,
                given: clientSecurityGroupIds,
                wrong: "with appTier: pods, only pods with a security group of the stack's reach the database",
                allowed: "only with appTier: nodes",
                fix: "remove one of the two",
            },
        ];
    }
    return clientSecurityGroupIds.length > 0
        ? []
        : [
              {
                  path,
                  given: clientSecurityGroupIds,
                  wrong: "empty: nothing would reach the database",
                  allowed: "one or more security groups",
                  fix: "name one, or remove the key for the cluster security group",
              },
          ];
}
