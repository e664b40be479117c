import type { Row, Rows } from "./row";

const permissionSet = "{permissionSetArn}";
/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycentersuccessortoawssinglesign-on.html */
const instance = "~{instanceArn}";
const account = "~arn:{partition}:sso:::account/{targetId}";
const both = [permissionSet, instance];

/** Services outside Kubernetes, and IAM Identity Center. */
export const workloads: Rows = {
    "aws:ecs/cluster:Cluster": {
        source: "ecs/cluster.go",
        self: "ecs cluster/{name}",
        tags: ["ecs:TagResource", "ecs:UntagResource"],
        create: [
            ["ecs:CreateCluster"],
            [
                "iam:CreateServiceLinkedRole",
                "arn:{partition}:iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
                { service: "ecs" },
            ],
        ],
        read: [["ecs:DescribeClusters"]],
        update: [["ecs:UpdateCluster"]],
        delete: [["ecs:DeleteCluster ecs:DescribeClusters"]],
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        source: "ecs/task_definition.go",
        self: ["{arn}", "ecs task-definition/{family}:*"],
        tags: ["ecs:TagResource", "ecs:UntagResource"],
        create: [
            ["ecs:RegisterTaskDefinition"],
            ["iam:PassRole", ["{taskRoleArn}", "{executionRoleArn}"], { service: "ecs-tasks" }],
        ],
        read: [["ecs:DescribeTaskDefinition", "*"]],
        update: [],
        delete: [["ecs:DeregisterTaskDefinition", "*"]],
    },
    "aws:lambda/function:Function": {
        source: "lambda/function.go",
        self: "lambda function:{name}",
        tags: ["lambda:TagResource", "lambda:UntagResource"],
        create: [
            ["lambda:CreateFunction"],
            ["iam:PassRole", "{role}", { service: "lambda" }],
            // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html ("Required IAM permissions")
            ["ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs", "*", { given: "vpcConfig" }],
        ],
        read: [["lambda:GetFunction lambda:GetFunctionCodeSigningConfig lambda:ListVersionsByFunction"]],
        update: [
            ["lambda:UpdateFunctionConfiguration lambda:UpdateFunctionCode"],
            ["iam:PassRole", "{role}", { service: "lambda" }],
        ],
        delete: [["lambda:DeleteFunction"]],
    },
    "aws:ssoadmin/permissionSet:PermissionSet": {
        source: "ssoadmin/permission_set.go",
        self: ["{arn}", "arn:{partition}:sso:::permissionSet/*/*"],
        tags: ["sso:TagResource", "sso:UntagResource"],
        create: [["sso:CreatePermissionSet", instance]],
        read: [["sso:DescribePermissionSet sso:ListTagsForResource", ["self", instance]]],
        update: [
            ["sso:UpdatePermissionSet", ["self", instance]],
            ["sso:ProvisionPermissionSet", ["self", instance, "~arn:{partition}:sso:::account/*"]],
            ["sso:DescribePermissionSetProvisioningStatus", instance],
        ],
        delete: [["sso:DeletePermissionSet", ["self", instance]]],
    },
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": {
        ...ofSet(
            "permission_set_inline_policy",
            "sso:PutInlinePolicyToPermissionSet",
            "sso:DeleteInlinePolicyFromPermissionSet",
        ),
        read: [["sso:GetInlinePolicyForPermissionSet", both]],
        update: [["sso:PutInlinePolicyToPermissionSet", both], ...provision()],
    },
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": {
        ...ofSet(
            "managed_policy_attachment",
            "sso:AttachManagedPolicyToPermissionSet",
            "sso:DetachManagedPolicyFromPermissionSet",
        ),
        read: [["sso:ListManagedPoliciesInPermissionSet", both]],
    },
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment": {
        ...ofSet(
            "customer_managed_policy_attachment",
            "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
            "sso:DetachCustomerManagedPolicyReferenceFromPermissionSet",
        ),
        read: [["sso:ListCustomerManagedPolicyReferencesInPermissionSet", both]],
    },
    "aws:ssoadmin/accountAssignment:AccountAssignment": {
        source: "ssoadmin/account_assignment.go",
        self: permissionSet,
        create: [
            ["sso:CreateAccountAssignment", [permissionSet, instance, account]],
            ["sso:DescribeAccountAssignmentCreationStatus", instance],
        ],
        read: [["sso:ListAccountAssignments", [permissionSet, instance, account]]],
        update: [],
        delete: [
            ["sso:DeleteAccountAssignment", [permissionSet, instance, account]],
            ["sso:DescribeAccountAssignmentDeletionStatus", instance],
        ],
    },
};

/** The provider provisions the set to its accounts after each change of its policies. */
function provision(): Row["create"] {
    return [
        ["sso:ProvisionPermissionSet", [...both, "~arn:{partition}:sso:::account/*"]],
        ["sso:DescribePermissionSetProvisioningStatus", instance],
    ];
}

function ofSet(file: string, attach: string, detach: string): Row {
    return {
        source: `ssoadmin/${file}.go`,
        self: permissionSet,
        create: [[attach, both], ...provision()],
        read: [],
        update: [],
        delete: [[detach, both], ...provision()],
    };
}
