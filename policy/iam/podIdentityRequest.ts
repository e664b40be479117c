import { accountOf } from "./arn";
import type { Request } from "./request";

/** A pod's service account and cluster. */
export interface PodIdentitySubject {
    readonly clusterArn: string;
    readonly clusterName: string;
    readonly namespace: string;
    readonly serviceAccount: string;
}

/**
 * The requests that EKS Pod Identity sends for the pods of a service account; it always passes session tags. They omit the
 * keys that identify a single pod, because the trust of a Deployment's role cannot name them.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export function podIdentityRequests({
    clusterArn,
    clusterName,
    namespace,
    serviceAccount,
}: PodIdentitySubject): readonly Request[] {
    const context = {
        "aws:RequestTag/eks-cluster-arn": clusterArn,
        "aws:RequestTag/eks-cluster-name": clusterName,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
        "aws:SourceArn": clusterArn,
        "aws:SourceAccount": accountOf(clusterArn) ?? "",
    };
    const principal = { type: "Service", value: "pods.eks.amazonaws.com" } as const;
    return ["sts:AssumeRole", "sts:TagSession"].map((action) => ({ action, principal, context }));
}
