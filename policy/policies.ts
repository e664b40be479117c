import { Arguments } from "./resources/resource";
import { toPolicy } from "./resources/rule";
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

/** All rules of the pack. */
export const rules = [
    requireExactUsers,
    requireRealArns,
    requireExactTrust,
    forbidPublicDatabases,
    limitIngress,
    isolateSubnets,
    requireIamAuthentication,
    exportIamErrors,
    forceTls,
    requireEncryption,
    protectDeletion,
    forbidPasswords,
    limitDatabaseRoles,
];

/** All rules of the pack, in the engine's form. */
export const policies = rules.map((rule) => toPolicy(rule, kept));
