/** Where a value stands in a resource: an argument; for a list of objects also the field of each, `""` for the items themselves. */
export type Place = readonly [argument: string, field?: string];

/** Who can hold policies: `set` is a permission set of Identity Center. */
export type HolderKind = "role" | "user" | "group" | "set";

/** A Pulumi resource type that carries IAM documents or attaches policies, and to whom. */
export interface Carrier {
    readonly type: string;
    /** Set when the resource is itself a holder, or a policy that others attach by its ARN. */
    readonly is?: HolderKind | "policy";
    /** The arguments that name who holds what it carries; a resource that is a holder holds it itself. */
    readonly holders?: Readonly<Partial<Record<HolderKind, string>>>;
    /** Where identity documents stand. */
    readonly documents?: readonly Place[];
    /** Where the ARNs of managed policies stand. */
    readonly policies?: readonly Place[];
    /** Where customer managed policies are named, as Identity Center refers to those of the accounts that it provisions. */
    readonly policyNames?: readonly Place[];
    /** The argument with a role's trust document. */
    readonly trust?: string;
    /** The argument with the ARN of a permissions boundary. */
    readonly boundary?: string;
    /** The documents only narrow what a role allows elsewhere. */
    readonly narrows?: boolean;
}

/** Every type of aws, aws-native and aws-iam that gives policies to a role, a user, a group or a permission set. */
export const CARRIERS: readonly Carrier[] = [
    {
        type: "aws:iam/role:Role",
        is: "role",
        documents: [["inlinePolicies", "policy"]],
        policies: [["managedPolicyArns", ""]],
        trust: "assumeRolePolicy",
        boundary: "permissionsBoundary",
    },
    { type: "aws:iam/user:User", is: "user", boundary: "permissionsBoundary" },
    { type: "aws:iam/group:Group", is: "group" },
    { type: "aws:iam/policy:Policy", is: "policy", documents: [["policy"]] },
    { type: "aws:iam/rolePolicy:RolePolicy", holders: { role: "role" }, documents: [["policy"]] },
    { type: "aws:iam/userPolicy:UserPolicy", holders: { user: "user" }, documents: [["policy"]] },
    { type: "aws:iam/groupPolicy:GroupPolicy", holders: { group: "group" }, documents: [["policy"]] },
    { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", holders: { role: "role" }, policies: [["policyArn"]] },
    { type: "aws:iam/userPolicyAttachment:UserPolicyAttachment", holders: { user: "user" }, policies: [["policyArn"]] },
    { type: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment", holders: { group: "group" }, policies: [["policyArn"]] },
    { type: "aws:iam/policyAttachment:PolicyAttachment", holders: { role: "roles", user: "users", group: "groups" }, policies: [["policyArn"]] },
    { type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", holders: { role: "roleName" }, policies: [["policyArns", ""]] },
    { type: "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", holders: { user: "userName" }, policies: [["policyArns", ""]] },
    { type: "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive", holders: { group: "groupName" }, policies: [["policyArns", ""]] },
    { type: "aws:ssoadmin/permissionSet:PermissionSet", is: "set" },
    { type: "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", holders: { set: "permissionSetArn" }, documents: [["inlinePolicy"]] },
    { type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment", holders: { set: "permissionSetArn" }, policies: [["managedPolicyArn"]] },
    {
        type: "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive",
        holders: { set: "permissionSetArn" },
        policies: [["managedPolicyArns", ""]],
    },
    {
        type: "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment",
        holders: { set: "permissionSetArn" },
        policyNames: [["customerManagedPolicyReference", "name"]],
    },
    {
        type: "aws:ssoadmin/customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive",
        holders: { set: "permissionSetArn" },
        policyNames: [["customerManagedPolicyReferences", "name"]],
    },
    // A session policy: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
    { type: "aws:eks/podIdentityAssociation:PodIdentityAssociation", documents: [["policy"]], narrows: true },
    {
        type: "aws-native:iam:Role",
        is: "role",
        documents: [["policies", "policyDocument"]],
        policies: [["managedPolicyArns", ""]],
        trust: "assumeRolePolicyDocument",
        boundary: "permissionsBoundary",
    },
    {
        type: "aws-native:iam:User",
        is: "user",
        documents: [["policies", "policyDocument"]],
        policies: [["managedPolicyArns", ""]],
        boundary: "permissionsBoundary",
    },
    { type: "aws-native:iam:Group", is: "group", documents: [["policies", "policyDocument"]], policies: [["managedPolicyArns", ""]] },
    {
        type: "aws-native:iam:ManagedPolicy",
        is: "policy",
        holders: { role: "roles", user: "users", group: "groups" },
        documents: [["policyDocument"]],
    },
    { type: "aws-native:iam:Policy", holders: { role: "roles", user: "users", group: "groups" }, documents: [["policyDocument"]] },
    { type: "aws-native:iam:RolePolicy", holders: { role: "roleName" }, documents: [["policyDocument"]] },
    { type: "aws-native:iam:UserPolicy", holders: { user: "userName" }, documents: [["policyDocument"]] },
    { type: "aws-native:iam:GroupPolicy", holders: { group: "groupName" }, documents: [["policyDocument"]] },
    {
        type: "aws-native:sso:PermissionSet",
        is: "set",
        documents: [["inlinePolicy"]],
        policies: [["managedPolicies", ""]],
        policyNames: [["customerManagedPolicyReferences", "name"]],
    },
    { type: "aws-native:eks:PodIdentityAssociation", documents: [["policy"]], narrows: true },
    // A component: what it makes are resources of aws, which hold the document too.
    { type: "aws-iam:index:Policy", documents: [["policyDocument"]] },
];
