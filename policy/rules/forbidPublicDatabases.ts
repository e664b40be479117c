import { settingRule } from "./databaseSettingRule";

/** Databases must not have a public address. */
export const forbidPublicDatabases = settingRule({
    name: "database-public",
    description: "Databases must not be publicly accessible",
    severity: "critical",
    fault: "the database has a public address, which anyone can try to connect to",
    fix: (argument) => `set ${argument} to false`,
    applies: () => true,
    setting: ({ publiclyAccessible }) => publiclyAccessible,
    holds: (value) => value !== true && value !== "true",
});
