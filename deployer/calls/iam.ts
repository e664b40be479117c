import type { Call, Row, Rows } from "./row";

/** Reading a role reads its policies, too: `readRoleInlinePolicies`, `findRoleAttachedPolicies`. */
const readRole: Call = ["iam:GetRole iam:ListRolePolicies iam:GetRolePolicy iam:ListAttachedRolePolicies"];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html */
export const iam: Rows = {
    "aws:iam/role:Role": {
        source: "iam/role.go",
        self: "iam role{path}{name}",
        tags: ["iam:TagRole", "iam:UntagRole"],
        create: [["iam:CreateRole"]],
        then: [
            ["iam:PutRolePolicy", "self", { given: "inlinePolicies" }],
            ["iam:AttachRolePolicy", "self", { given: "managedPolicyArns" }],
        ],
        read: [readRole],
        update: [
            ["iam:UpdateAssumeRolePolicy", "self", { changed: "assumeRolePolicy" }],
            ["iam:UpdateRoleDescription", "self", { changed: "description" }],
            ["iam:UpdateRole", "self", { changed: "maxSessionDuration" }],
            [
                "iam:PutRolePermissionsBoundary",
                "self",
                { given: "permissionsBoundary", changed: "permissionsBoundary" },
            ],
            ["iam:PutRolePolicy iam:DeleteRolePolicy", "self", { given: "inlinePolicies", changed: "inlinePolicies" }],
            [
                "iam:AttachRolePolicy iam:DetachRolePolicy",
                "self",
                { given: "managedPolicyArns", changed: "managedPolicyArns" },
            ],
        ],
        delete: [
            ["iam:ListInstanceProfilesForRole"],
            ["iam:DeleteRolePolicy", "self", { given: "inlinePolicies" }],
            ["iam:DetachRolePolicy", "self", { given: "managedPolicyArns" }],
            ["iam:DeleteRole"],
        ],
    },
    "aws:iam/rolePolicy:RolePolicy": inline("role", "Role"),
    "aws:iam/userPolicy:UserPolicy": inline("user", "User"),
    "aws:iam/groupPolicy:GroupPolicy": inline("group", "Group"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment("role", "Role"),
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": attachment("user", "User"),
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": attachment("group", "Group"),
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": {
        source: "iam/role_policies_exclusive.go",
        self: "{roleName>aws:iam/role:Role>arn}",
        create: [["iam:ListRolePolicies iam:DeleteRolePolicy"]],
        read: [["iam:ListRolePolicies"]],
        update: [["iam:ListRolePolicies iam:DeleteRolePolicy"]],
        delete: [],
    },
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": {
        source: "iam/role_policy_attachments_exclusive.go",
        self: "{roleName>aws:iam/role:Role>arn}",
        create: [["iam:ListAttachedRolePolicies iam:AttachRolePolicy iam:DetachRolePolicy"]],
        read: [["iam:ListAttachedRolePolicies"]],
        update: [["iam:ListAttachedRolePolicies iam:AttachRolePolicy iam:DetachRolePolicy"]],
        delete: [],
    },
    "aws:iam/policy:Policy": {
        source: "iam/policy.go",
        self: "iam policy{path}{name}",
        tags: ["iam:TagPolicy", "iam:UntagPolicy"],
        create: [["iam:CreatePolicy"]],
        read: [["iam:GetPolicy iam:GetPolicyVersion"]],
        update: [
            ["iam:ListPolicyVersions iam:CreatePolicyVersion iam:DeletePolicyVersion", "self", { changed: "policy" }],
        ],
        delete: [["iam:ListPolicyVersions iam:DeletePolicyVersion iam:DeletePolicy"]],
    },
    "aws:iam/instanceProfile:InstanceProfile": {
        source: "iam/instance_profile.go",
        self: "iam instance-profile{path}{name}",
        tags: ["iam:TagInstanceProfile", "iam:UntagInstanceProfile"],
        create: [["iam:CreateInstanceProfile"]],
        then: [
            ["iam:AddRoleToInstanceProfile", "self", { given: "role" }],
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
            ["iam:PassRole", "{role>aws:iam/role:Role>arn}", { service: "ec2" }],
        ],
        read: [["iam:GetInstanceProfile"], ["iam:GetRole", "{role>aws:iam/role:Role>arn}"]],
        update: [
            ["iam:RemoveRoleFromInstanceProfile iam:AddRoleToInstanceProfile", "self", { changed: "role" }],
            ["iam:PassRole", "{role>aws:iam/role:Role>arn}", { service: "ec2", changed: "role" }],
        ],
        delete: [["iam:RemoveRoleFromInstanceProfile", "self", { given: "role" }], ["iam:DeleteInstanceProfile"]],
    },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
        source: "iam/openid_connect_provider.go",
        self: "iam oidc-provider/{url}",
        tags: ["iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider"],
        create: [["iam:CreateOpenIDConnectProvider"]],
        read: [["iam:GetOpenIDConnectProvider"]],
        update: [
            ["iam:UpdateOpenIDConnectProviderThumbprint", "self", { changed: "thumbprintLists" }],
            [
                "iam:AddClientIDToOpenIDConnectProvider iam:RemoveClientIDFromOpenIDConnectProvider",
                "self",
                { changed: "clientIdLists" },
            ],
        ],
        delete: [["iam:DeleteOpenIDConnectProvider"]],
    },
    "aws:iam/user:User": {
        source: "iam/user.go",
        self: "iam user{path}{name}",
        tags: ["iam:TagUser", "iam:UntagUser"],
        create: [["iam:CreateUser"]],
        read: [["iam:GetUser"]],
        update: [
            ["iam:UpdateUser", "self", { changed: "path name" }],
            [
                "iam:PutUserPermissionsBoundary",
                "self",
                { given: "permissionsBoundary", changed: "permissionsBoundary" },
            ],
        ],
        delete: [["iam:ListGroupsForUser iam:DeleteUser"]],
    },
    "aws:iam/group:Group": {
        source: "iam/group.go",
        self: "iam group{path}{name}",
        create: [["iam:CreateGroup"]],
        read: [["iam:GetGroup"]],
        update: [["iam:UpdateGroup"]],
        delete: [["iam:DeleteGroup"]],
    },
    "aws:iam/groupMembership:GroupMembership": {
        source: "iam/group_membership.go",
        self: "{group>aws:iam/group:Group>arn}",
        create: [["iam:AddUserToGroup"]],
        read: [["iam:GetGroup"]],
        update: [["iam:AddUserToGroup iam:RemoveUserFromGroup"]],
        delete: [["iam:RemoveUserFromGroup"]],
    },
};

function inline(property: "role" | "user" | "group", kind: string): Row {
    return {
        source: `iam/${property}_policy.go`,
        self: `{${property}>aws:iam/${property}:${kind}>arn}`,
        create: [[`iam:Put${kind}Policy`]],
        read: [[`iam:Get${kind}Policy`]],
        update: [[`iam:Put${kind}Policy`]],
        delete: [[`iam:Delete${kind}Policy`]],
    };
}

function attachment(property: "role" | "user" | "group", kind: string): Row {
    return {
        source: `iam/${property}_policy_attachment.go`,
        self: `{${property}>aws:iam/${property}:${kind}>arn}`,
        create: [[`iam:Attach${kind}Policy`]],
        read: [[`iam:ListAttached${kind}Policies`]],
        update: [],
        delete: [[`iam:Detach${kind}Policy`]],
    };
}
