import type { Request } from "./request";

/** The service account of a pod and its cluster. */
export interface PodIdentitySubject {
    readonly clusterArn: string;
    readonly clusterName: string;
    readonly namespace: string;
    readonly serviceAccount: string;
}

/**
 * What EKS Pod Identity asks of a role's trust for the pods of a service account: session tags are always passed. The keys that
 * name one pod are left out, because no trust that serves a Deployment can name them.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export function podIdentityRequests({ clusterArn, clusterName, namespace, serviceAccount }: PodIdentitySubject): readonly Request[] {
    const context = {
        "aws:RequestTag/eks-cluster-arn": clusterArn,
        "aws:RequestTag/eks-cluster-name": clusterName,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
        "aws:SourceArn": clusterArn,
        "aws:SourceAccount": clusterArn.split(":")[4] ?? "",
    };
    const principal = { type: "Service", value: "pods.eks.amazonaws.com" } as const;
    return ["sts:AssumeRole", "sts:TagSession"].map((action) => ({ action, principal, context }));
}
