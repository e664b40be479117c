/** Addons of EKS that a node needs before it is ready. */
export const nodeAddons = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const;
/** All addons that a cluster has; DNS needs a node. */
export const addons = [...nodeAddons, "coredns"] as const;
export type Addon = (typeof addons)[number];

/** What EKS lets a person do: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
export const accessPolicies = {
    "cluster-admin": "AmazonEKSClusterAdminPolicy",
    admin: "AmazonEKSAdminPolicy",
    edit: "AmazonEKSEditPolicy",
    view: "AmazonEKSViewPolicy",
} as const;
export type Permission = keyof typeof accessPolicies;

/** Who is in the app tier: all nodes with all their pods, or those pods only that a SecurityGroupPolicy picks. */
export const appTiers = ["nodes", "pods"] as const;
export type AppTier = (typeof appTiers)[number];

/**
 * True when an instance type can give pods network interfaces of their own; the burstable ones cannot:
 * https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
 */
export function hasPodInterfaces(instanceType: string): boolean {
    return !/^t\d/.test(instanceType);
}
