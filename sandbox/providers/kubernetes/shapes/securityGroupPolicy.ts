/**
 * The custom resource that the VPC resource controller reads. Source: config/crd/bases of
 * https://github.com/aws/amazon-vpc-resource-controller-k8s
 */
export const securityGroupPolicy: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    SecurityGroupPolicy: {
        apiVersion: "string",
        kind: "string",
        metadata: "ObjectMeta",
        spec: "SecurityGroupPolicySpec",
    },
    SecurityGroupPolicySpec: {
        podSelector: "LabelSelector",
        securityGroups: "GroupIds",
        serviceAccountSelector: "LabelSelector",
    },
    GroupIds: { groupIds: "[string]" },
};
