import { authenticates, settingRule } from "./databaseSettingRule";

/** Every database that supports IAM authentication must use it. */
export const requireIamAuthentication = settingRule({
    name: "database-iam-authentication",
    description: "PostgreSQL and MySQL databases must use IAM authentication",
    severity: "high",
    fault: "IAM authentication is off, so users need passwords",
    fix: (argument) => `set ${argument} to true`,
    applies: authenticates,
    setting: ({ iamAuthentication }) => iamAuthentication,
    holds: (value) => value === true || value === "true",
});
