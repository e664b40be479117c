import { isUnknown, items } from "../resources/unknownValues";
import { authenticates, settingRule } from "./databaseSettingRule";

const log = "iam-db-auth-error";

/** Databases must export failed IAM logins to CloudWatch: CloudTrail does not record them. */
export const exportIamErrors = settingRule({
    name: "database-iam-errors",
    description: "Databases must export the log of failed IAM logins",
    severity: "medium",
    fault: `the log ${log} is not exported; nothing else records failed IAM logins`,
    fix: (argument) => `add "${log}" to ${argument}`,
    applies: authenticates,
    setting: ({ logs }) => logs,
    holds: (value) => items(value).includes(log) || (items(value).some(isUnknown) ? "unknown" : false),
});
