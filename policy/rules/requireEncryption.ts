import { settingRule } from "./databaseSettingRule";

/** Databases must be encrypted at rest. A copy inherits encryption from its source, which cannot be changed. */
export const requireEncryption = settingRule({
    name: "database-encryption",
    description: "Databases must be encrypted at rest",
    severity: "high",
    fault: "the storage is not encrypted; encrypting it later requires a new database",
    fix: (argument) => `set ${argument} to true`,
    applies: ({ kind, copy, encrypted }) => kind !== "member" && !(copy && encrypted.value === undefined),
    setting: ({ encrypted }) => encrypted,
    holds: (value) => value === true || value === "true",
});
