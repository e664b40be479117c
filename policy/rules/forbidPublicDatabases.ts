import { settingRule } from "./settings";

/** No database has a public address. */
export const forbidPublicDatabases = settingRule({
    name: "database-public",
    description: "No database has an address on the internet",
    severity: "critical",
    fault: "the database gets a public address, by which anyone may knock",
    fix: (argument) => `set ${argument} to false`,
    applies: () => true,
    setting: ({ publiclyAccessible }) => publiclyAccessible,
    holds: (value) => value !== true && value !== "true",
});
