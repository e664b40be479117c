import { toPolicy } from "./rule";
import { exportIamErrors } from "./rules/exportIamErrors";
import { forbidPasswords } from "./rules/forbidPasswords";
import { forbidPublicDatabases } from "./rules/forbidPublicDatabases";
import { forceTls } from "./rules/forceTls";
import { isolateSubnets } from "./rules/isolateSubnets";
import { limitDatabaseRoles } from "./rules/limitDatabaseRoles";
import { limitIngress } from "./rules/limitIngress";
import { protectDeletion } from "./rules/protectDeletion";
import { requireEncryption } from "./rules/requireEncryption";
import { requireExactTrust } from "./rules/requireExactTrust";
import { requireExactUsers } from "./rules/requireExactUsers";
import { requireIamAuthentication } from "./rules/requireIamAuthentication";
import { requireRealArns } from "./rules/requireRealArns";

/** All rules of the pack, as the engine runs them. */
export const policies = [
    toPolicy(requireExactUsers),
    toPolicy(requireRealArns),
    toPolicy(requireExactTrust),
    toPolicy(forbidPublicDatabases),
    toPolicy(limitIngress),
    toPolicy(isolateSubnets),
    toPolicy(requireIamAuthentication),
    toPolicy(exportIamErrors),
    toPolicy(forceTls),
    toPolicy(requireEncryption),
    toPolicy(protectDeletion),
    toPolicy(forbidPasswords),
    toPolicy(limitDatabaseRoles),
];
