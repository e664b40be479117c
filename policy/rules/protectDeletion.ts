import { settingRule } from "./databaseSettingRule";

/** Databases must be protected from accidental deletion. */
export const protectDeletion = settingRule({
    name: "database-deletion-protection",
    description: "Databases must have deletion protection",
    severity: "medium",
    fault: "one API call, or one mistake in the program, can delete the database",
    fix: (argument) => `set ${argument} to true`,
    applies: ({ kind }) => kind !== "member",
    setting: ({ deletionProtection }) => deletionProtection,
    holds: (value) => value === true || value === "true",
});
