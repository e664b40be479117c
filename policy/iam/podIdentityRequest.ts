import { accountOf } from "./arn";
import type { Request } from "./request";

/** A pod's service account and cluster. */
export interface PodIdentitySubject {
    readonly clusterArn: string;
    readonly clusterName: string;
    readonly namespace: string;
    readonly serviceAccount: string;
    /** False if the association disables session tags. */
    readonly tags?: boolean;
}

/**
 * The requests that EKS Pod Identity sends for the pods of a service account; without session tags, it needs no permission to tag.
 * They omit the keys that identify a single pod, because the trust of a Deployment's role cannot name them.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export function podIdentityRequests(subject: PodIdentitySubject): readonly Request[] {
    const { clusterArn } = subject;
    const context = {
        ...podIdentityTags(subject, "aws:RequestTag"),
        "aws:SourceArn": clusterArn,
        "aws:SourceAccount": accountOf(clusterArn) ?? "",
    };
    const principal = { type: "Service", value: "pods.eks.amazonaws.com" } as const;
    return podIdentityActions(subject).map((action) => ({ action, principal, context }));
}

export function podIdentityActions({ tags = true }: Pick<PodIdentitySubject, "tags">): readonly string[] {
    return tags ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"];
}

/** The session tags, which a request passes and the session then has: they are transitive. */
export function podIdentityTags(
    { clusterArn, clusterName, namespace, serviceAccount, tags = true }: PodIdentitySubject,
    key: "aws:RequestTag" | "aws:PrincipalTag",
): Readonly<Record<string, string>> {
    return tags
        ? {
              [`${key}/eks-cluster-arn`]: clusterArn,
              [`${key}/eks-cluster-name`]: clusterName,
              [`${key}/kubernetes-namespace`]: namespace,
              [`${key}/kubernetes-service-account`]: serviceAccount,
          }
        : {};
}
