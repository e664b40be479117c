/** How the pods of a service authenticate to IAM: with a token of the cluster (IRSA), or through EKS' agent. */
export const podKinds = ["irsa", "podIdentity"] as const;
export type PodKind = (typeof podKinds)[number];

/** AWS services that run a program outside Kubernetes, with a role. */
export const computeKinds = ["ec2", "ecs", "lambda"] as const;
export type ComputeKind = (typeof computeKinds)[number];

/** How a service authenticates to IAM. */
export const identityKinds = [...podKinds, ...computeKinds] as const;
export type IdentityKind = (typeof identityKinds)[number];

export function isPodKind(kind: IdentityKind): kind is PodKind {
    return podKinds.some((one) => one === kind);
}
