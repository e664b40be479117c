/**
 * The location of a value in a resource: an argument and, for a list, the field of each item, or `""` for the item
 * itself.
 */
export type DocumentLocation = readonly [argument: string, field?: string];

/** What can hold policies: `set` is a permission set of Identity Center. */
export type HolderKind = "role" | "user" | "group" | "set";

/** A Pulumi resource type that contains IAM documents or attaches policies, and the holders that it names. */
export interface Carrier {
    readonly type: string;
    /** Set if the resource is itself a holder, or a policy that others attach by its ARN. */
    readonly is?: HolderKind | "policy";
    /** The arguments that name the holders; a resource that is a holder holds its own documents. */
    readonly holders?: Readonly<Partial<Record<HolderKind, string>>>;
    /** The locations of identity documents. */
    readonly documents?: readonly DocumentLocation[];
    /** The locations of managed policy ARNs. */
    readonly policies?: readonly DocumentLocation[];
    /**
     * The locations of customer managed policy names, which Identity Center uses to refer to policies in its target
     * accounts.
     */
    readonly policyNames?: readonly DocumentLocation[];
    /** The argument that contains a role's trust document. */
    readonly trust?: string;
    /** The argument that contains the ARN of a permissions boundary. */
    readonly boundary?: string;
    /** The documents only restrict what the role's other policies allow. */
    readonly narrows?: boolean;
}

/** Every type of aws, aws-native and aws-iam that assigns policies to a role, a user, a group or a permission set. */
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
    {
        type: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
        holders: { group: "group" },
        policies: [["policyArn"]],
    },
    {
        type: "aws:iam/policyAttachment:PolicyAttachment",
        holders: { role: "roles", user: "users", group: "groups" },
        policies: [["policyArn"]],
    },
    {
        type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        holders: { role: "roleName" },
        policies: [["policyArns", ""]],
    },
    {
        type: "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
        holders: { user: "userName" },
        policies: [["policyArns", ""]],
    },
    {
        type: "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
        holders: { group: "groupName" },
        policies: [["policyArns", ""]],
    },
    { type: "aws:ssoadmin/permissionSet:PermissionSet", is: "set" },
    {
        type: "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
        holders: { set: "permissionSetArn" },
        documents: [["inlinePolicy"]],
    },
    {
        type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
        holders: { set: "permissionSetArn" },
        policies: [["managedPolicyArn"]],
    },
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
    {
        type: "aws-native:iam:Group",
        is: "group",
        documents: [["policies", "policyDocument"]],
        policies: [["managedPolicyArns", ""]],
    },
    {
        type: "aws-native:iam:ManagedPolicy",
        is: "policy",
        holders: { role: "roles", user: "users", group: "groups" },
        documents: [["policyDocument"]],
    },
    {
        type: "aws-native:iam:Policy",
        holders: { role: "roles", user: "users", group: "groups" },
        documents: [["policyDocument"]],
    },
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
    // A component, whose children are aws resources that also contain the document.
    { type: "aws-iam:index:Policy", documents: [["policyDocument"]] },
];
