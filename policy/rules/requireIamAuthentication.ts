import { authenticates, settingRule } from "./settings";

/** Every database that can takes IAM tokens. */
export const requireIamAuthentication = settingRule({
    name: "database-iam-authentication",
    description: "Every PostgreSQL and MySQL database authenticates with IAM",
    severity: "high",
    fault: "IAM authentication is off, so that users need passwords",
    fix: (argument) => `set ${argument} to true`,
    applies: authenticates,
    setting: ({ iamAuthentication }) => iamAuthentication,
    holds: (value) => value === true || value === "true",
});
