import { group, instanceProfile, openIdConnectProvider, user } from "./identities";
import { groupPolicy, policy, rolePolicy, rolePolicyAttachment, userPolicy } from "./policies";
import { role } from "./role";

export const iam = [group, groupPolicy, instanceProfile, openIdConnectProvider, policy, role, rolePolicy, rolePolicyAttachment, user, userPolicy];
