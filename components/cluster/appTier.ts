/** EKS add-ons that a node needs before it is ready. */
export const nodeAddons = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"] as const;
/** All add-ons of a cluster; DNS needs a node. */
export const addons = [...nodeAddons, "coredns"] as const;
export type Addon = (typeof addons)[number];

/** A person's level of access in EKS: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
export const accessPolicies = {
    "cluster-admin": "AmazonEKSClusterAdminPolicy",
    admin: "AmazonEKSAdminPolicy",
    edit: "AmazonEKSEditPolicy",
    view: "AmazonEKSViewPolicy",
} as const;
export type Permission = keyof typeof accessPolicies;

/** The members of the app tier: all nodes with all their pods, or only pods that a SecurityGroupPolicy selects. */
export const appTiers = ["nodes", "pods"] as const;
export type AppTier = (typeof appTiers)[number];

/**
 * Whether pods on an instance type can have their own network interfaces; burstable types do not support this:
 * https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html
 */
export function hasPodInterfaces(instanceType: string): boolean {
    return !/^t\d/.test(instanceType);
}
