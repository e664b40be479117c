/** The EKS add-on of the Pod Identity agent: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
export const AGENT = "eks-pod-identity-agent";
