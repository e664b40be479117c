import { isUnknown, items } from "../plain";
import { authenticates, settingRule } from "./settings";

const log = "iam-db-auth-error";

/** Every database writes its refused IAM logins to CloudWatch: CloudTrail never sees them. */
export const exportIamErrors = settingRule({
    name: "database-iam-errors",
    description: "Every database exports the log of refused IAM logins",
    severity: "medium",
    fault: `the log ${log} is not exported; nothing else records a refused IAM login`,
    fix: (argument) => `add "${log}" to ${argument}`,
    applies: authenticates,
    setting: ({ logs }) => logs,
    holds: (value) => items(value).includes(log) || (items(value).some(isUnknown) ? "unknown" : false),
});
