import { settingRule } from "./settings";

/** Every database is encrypted at rest. A copy is as its source is, and can't be set. */
export const requireEncryption = settingRule({
    name: "database-encryption",
    description: "Every database is encrypted at rest",
    severity: "high",
    fault: "the storage is not encrypted, and can't be later without a new database",
    fix: (argument) => `set ${argument} to true`,
    applies: ({ kind, copy, encrypted }) => kind !== "member" && !(copy && encrypted.value === undefined),
    setting: ({ encrypted }) => encrypted,
    holds: (value) => value === true || value === "true",
});
