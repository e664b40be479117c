import type { Resource } from "./rule";
import { field, items } from "./plain";

/** Something that a resource holds, and where. */
export interface Held {
    /** The argument that holds it: `policy`, `inlinePolicies[0].policy`. */
    readonly path: string;
    /** The document, or the ARN. */
    readonly value: unknown;
}

type Place = readonly [path: string, inner?: string];

/** Where identity documents stand, by type: the argument, and for lists the field of each item. */
const documents: Readonly<Record<string, readonly Place[]>> = {
    "aws:iam/policy:Policy": [["policy"]],
    "aws:iam/rolePolicy:RolePolicy": [["policy"]],
    "aws:iam/userPolicy:UserPolicy": [["policy"]],
    "aws:iam/groupPolicy:GroupPolicy": [["policy"]],
    "aws:iam/role:Role": [["inlinePolicies", "policy"]],
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": [["inlinePolicy"]],
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": [["policy"]],
    "aws-native:iam:Policy": [["policyDocument"]],
    "aws-native:iam:ManagedPolicy": [["policyDocument"]],
    "aws-native:iam:RolePolicy": [["policyDocument"]],
    "aws-native:iam:UserPolicy": [["policyDocument"]],
    "aws-native:iam:GroupPolicy": [["policyDocument"]],
    "aws-native:iam:Role": [["policies", "policyDocument"]],
    "aws-native:iam:User": [["policies", "policyDocument"]],
    "aws-native:iam:Group": [["policies", "policyDocument"]],
    "aws-native:sso:PermissionSet": [["inlinePolicy"]],
    "aws-native:eks:PodIdentityAssociation": [["policy"]],
    "aws-iam:index:Policy": [["policyDocument"]],
};

/** Where managed policies are attached, by type. */
const attachments: Readonly<Record<string, readonly Place[]>> = {
    "aws:iam/role:Role": [["managedPolicyArns", ""]],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [["policyArn"]],
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": [["policyArn"]],
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": [["policyArn"]],
    "aws:iam/policyAttachment:PolicyAttachment": [["policyArn"]],
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": [["policyArns", ""]],
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": [["policyArns", ""]],
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": [["policyArns", ""]],
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": [["managedPolicyArn"]],
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": [["managedPolicyArns", ""]],
    "aws-native:iam:Role": [["managedPolicyArns", ""]],
    "aws-native:iam:User": [["managedPolicyArns", ""]],
    "aws-native:iam:Group": [["managedPolicyArns", ""]],
    "aws-native:sso:PermissionSet": [["managedPolicies", ""]],
};

/** Where trust documents stand, by type. */
const trusts: Readonly<Record<string, readonly Place[]>> = {
    "aws:iam/role:Role": [["assumeRolePolicy"]],
    "aws-native:iam:Role": [["assumeRolePolicyDocument"]],
};

export const documentTypes: ReadonlySet<string> = new Set(Object.keys(documents));
export const attachmentTypes: ReadonlySet<string> = new Set(Object.keys(attachments));
export const trustTypes: ReadonlySet<string> = new Set(Object.keys(trusts));

/** The identity documents that a resource holds. */
export function documentsOf(resource: Resource): readonly Held[] {
    return held(resource, documents);
}

/** The ARNs of the managed policies that a resource attaches. */
export function attachmentsOf(resource: Resource): readonly Held[] {
    return held(resource, attachments);
}

/** The trust documents that a resource holds. */
export function trustsOf(resource: Resource): readonly Held[] {
    return held(resource, trusts);
}

function held(resource: Resource, places: Readonly<Record<string, readonly Place[]>>): readonly Held[] {
    return (places[resource.type] ?? [])
        .flatMap(([path, inner]): Held[] => {
            const value = resource.props[path];
            if (inner === undefined) {
                return [{ path, value }];
            }
            return items(value).map((item, index) => ({
                path: `${path}[${index}]${inner === "" ? "" : `.${inner}`}`,
                value: inner === "" ? item : field(item, inner),
            }));
        })
        .filter(({ value }) => value !== undefined && value !== null && value !== "");
}
