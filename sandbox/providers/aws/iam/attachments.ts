import type { Declaration } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import {
    GROUP,
    GROUP_MEMBERSHIP,
    GROUP_POLICY_ATTACHMENT,
    POLICY,
    ROLE,
    ROLE_ATTACHMENTS_EXCLUSIVE,
    ROLE_POLICIES_EXCLUSIVE,
    ROLE_POLICY_ATTACHMENT,
    USER,
    USER_POLICY_ATTACHMENT,
} from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

/** Attaching twice is not an error, so creating before deleting would remove the new attachment. */
function attachment(type: string, property: "role" | "user" | "group", identity: string): Declaration {
    return {
        type,
        id: ({ inputs }) => `${text(inputs, property)}/${text(inputs, "policyArn")}`,
        parent: property,
        overwrites: true,
        references: { [property]: to(identity), policyArn: blocksDeletion(POLICY) },
        replace: [property, "policyArn"],
        deleteBeforeReplace: true,
        missing: (id) => `NoSuchEntity: The attachment ${id} cannot be found.`,
    };
}

export const rolePolicyAttachment = attachment(ROLE_POLICY_ATTACHMENT, "role", ROLE);
export const userPolicyAttachment = attachment(USER_POLICY_ATTACHMENT, "user", USER);
export const groupPolicyAttachment = attachment(GROUP_POLICY_ATTACHMENT, "group", GROUP);

export const groupMembership: Declaration = {
    type: GROUP_MEMBERSHIP,
    id: ({ inputs }) => must(inputs, "name"),
    parent: "group",
    references: { group: to(GROUP), users: to(USER) },
    replace: ["group", "name"],
    missing: (name) => `NoSuchEntity: The membership ${name} cannot be found.`,
};

/** Declares that a role has exactly these policies. */
function exclusive(type: string, refers: Declaration["references"]): Declaration {
    return {
        type,
        id: ({ inputs }) => must(inputs, "roleName"),
        parent: "roleName",
        overwrites: true,
        references: { roleName: to(ROLE), ...refers },
        replace: ["roleName"],
        missing: (name) => `NoSuchEntity: The role with name ${name} cannot be found.`,
    };
}

export const rolePoliciesExclusive = exclusive(ROLE_POLICIES_EXCLUSIVE, {});
export const rolePolicyAttachmentsExclusive = exclusive(ROLE_ATTACHMENTS_EXCLUSIVE, { policyArns: to(POLICY) });
