import {
    groupMembership,
    groupPolicyAttachment,
    rolePoliciesExclusive,
    rolePolicyAttachment,
    rolePolicyAttachmentsExclusive,
    userPolicyAttachment,
} from "./attachments";
import { group, instanceProfile, openIdConnectProvider, user } from "./identities";
import { groupPolicy, policy, rolePolicy, userPolicy } from "./policies";
import { role } from "./role";

export const iam = [
    group,
    groupMembership,
    groupPolicy,
    groupPolicyAttachment,
    instanceProfile,
    openIdConnectProvider,
    policy,
    role,
    rolePoliciesExclusive,
    rolePolicy,
    rolePolicyAttachment,
    rolePolicyAttachmentsExclusive,
    user,
    userPolicy,
    userPolicyAttachment,
];
