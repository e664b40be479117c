/** How the pods of a service are known to IAM: by a token of the cluster (IRSA), or by EKS' agent. */
export const podKinds = ["irsa", "podIdentity"] as const;
export type PodKind = (typeof podKinds)[number];

/** Services of AWS that run a program outside Kubernetes, under a role. */
export const computeKinds = ["ec2", "ecs", "lambda"] as const;
export type ComputeKind = (typeof computeKinds)[number];

/** How a service is known to IAM. */
export const identityKinds = [...podKinds, ...computeKinds] as const;
export type IdentityKind = (typeof identityKinds)[number];

export function isPodKind(kind: IdentityKind): kind is PodKind {
    return podKinds.some((one) => one === kind);
}
