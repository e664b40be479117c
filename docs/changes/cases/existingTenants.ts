import { alongside, append, set, unset, type Cases } from "./case";

/** Positions of entries of the base `served`. */
const [plain, moving, moved, done] = [0, 12, 13, 14];
/** The position of a profile that creates its group, and of one that takes over a group. */
const [clerk, readers] = [1, 4];
const taken = `access.profiles.${readers}`;
const movedSecrets = `access.tenants.${moved}.migration.secrets`;

const secret = (name: string) => ({
    secretsManager: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`,
});

/** Services whose schema and owner exist, and their way from a password to none. */
export const existingTenants: Cases = {
    "access.tenants[].actsAs": {
        added: set("served", "Legacy API", plain),
        changed: set("served", "newer", moving),
        removed: unset("served", moving),
    },
    "access.profiles[].group": {
        added: set("served", "Legacy auditors", clerk),
        changed: alongside(set("served", "Legacy auditors", readers), {
            [`${taken}.members`]: undefined,
            [`${taken}.grants`]: undefined,
        }),
        removed: alongside(unset("served", readers), {
            [`${taken}.members`]: undefined,
            [`${taken}.grants.0`]: { tenant: "moving", on: "sequences", privileges: ["SELECT"] },
        }),
    },
    "access.profiles[].members": {
        added: append("served", "audit_login", readers),
        removed: unset("served", readers),
    },
    "access.profiles[].grants[].schemas": {
        added: set("served", ["legacy"], readers, 1),
        removed: unset("served", readers, 0),
    },
    "access.tenants[].schemas": {
        added: append("served", "reporting", moving),
        removed: unset("served", moving),
    },
    "access.tenants[].settings": {
        added: append("served", { name: "DateStyle", value: "German" }, moving),
        removed: unset("served", moving),
    },
    "access.tenants[].settings[].name": { changed: set("served", "DateStyle", moving, 0) },
    "access.tenants[].settings[].value": { changed: set("served", "UTC", moving, 0) },
    "access.tenants[].migration": {
        added: set("served", { state: "switched" }, moving),
        removed: unset("served", moved),
    },
    "access.tenants[].migration.state": {
        "alongside to switched": set("served", "switched", moving),
        "switched to alongside": set("served", "alongside", moved),
        "switched to finished": set("served", "finished", moved),
        "finished to switched": set("served", "switched", done),
    },
    "access.tenants[].migration.login": {
        added: set("served", "newer", moving),
        changed: set("served", "newer", moved),
        removed: unset("served", moved),
    },
    "access.tenants[].migration.quietDays": { raised: set("served", 30, moved), lowered: set("served", 3, moved) },
    "access.tenants[].migration.evenIfUsed": {
        "false to true": set("served", true, moved),
        "true to false": set("served", false, done),
    },
    "access.tenants[].migration.secrets": {
        added: append("served", secret("shop/worker-d4E5f6"), done),
        removed: unset("served", moved),
    },
    "access.tenants[].migration.secrets[].secretsManager": {
        added: alongside(set("served", secret("shop/worker-d4E5f6").secretsManager, moved, 1), {
            [`${movedSecrets}.1.kubernetes`]: undefined,
        }),
        changed: set("served", secret("shop/worker-d4E5f6").secretsManager, done, 0),
        removed: alongside(unset("served", moved, 0), { [`${movedSecrets}.0.kubernetes`]: "legacy/other" }),
    },
    "access.tenants[].migration.secrets[].kubernetes": {
        added: alongside(set("served", "legacy/other", moved, 0), {
            [`${movedSecrets}.0.secretsManager`]: undefined,
        }),
        changed: set("served", "legacy/other", moved, 1),
        removed: alongside(unset("served", moved, 1), {
            [`${movedSecrets}.1.secretsManager`]: secret("shop/worker-d4E5f6").secretsManager,
        }),
    },
    "access.tenants[].migration.deleteSecrets": {
        "false to true": set("served", true, moved),
        "true to false": set("served", false, done),
    },
};
