import { settingRule } from "./settings";

/** No database can be deleted by a slip. */
export const protectDeletion = settingRule({
    name: "database-deletion-protection",
    description: "Every database is protected from deletion",
    severity: "medium",
    fault: "the database can be deleted by one call, or by one slip in the program",
    fix: (argument) => `set ${argument} to true`,
    applies: ({ kind }) => kind !== "member",
    setting: ({ deletionProtection }) => deletionProtection,
    holds: (value) => value === true || value === "true",
});
