import { Arguments } from "./resource";
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

const kept = new Arguments();

/** All rules of the pack, in the engine's form. */
export const policies = [
    toPolicy(requireExactUsers, kept),
    toPolicy(requireRealArns, kept),
    toPolicy(requireExactTrust, kept),
    toPolicy(forbidPublicDatabases, kept),
    toPolicy(limitIngress, kept),
    toPolicy(isolateSubnets, kept),
    toPolicy(requireIamAuthentication, kept),
    toPolicy(exportIamErrors, kept),
    toPolicy(forceTls, kept),
    toPolicy(requireEncryption, kept),
    toPolicy(protectDeletion, kept),
    toPolicy(forbidPasswords, kept),
    toPolicy(limitDatabaseRoles, kept),
];
