import { exact, excess, invalid, none, user } from "./row";
import type { Row } from "./row";

const wide = { Resource: "*" };
const names = [user];

/** What stands in Action and NotAction. */
export const actions: readonly Row[] = [
    ...["rds-db:connect", "RDS-DB:CONNECT", "Rds-Db:Connect", "rds-db:*", "RDS-db:*", "rds-db:c*", "rds-db:con*", "rds-db:*t", "rds-db:c?nnect", "rds-db:???????", "*", "rds-db:connect*", "rds-db:*connect"].flatMap((Action) => [
        exact(names, `${Action} on one user`, { Action }),
        excess(`${Action} on everything`, { Action, ...wide }),
    ]),
    exact(names, "every action, in two parts", { Action: "*:*" }),
    excess("every action, in two parts, on everything", { Action: "*:*", ...wide }),
    exact(names, "connect among others", { Action: ["s3:GetObject", "rds-db:connect"] }),
    excess("connect among others, on everything", { Action: ["s3:GetObject", "rds-db:Connect"], ...wide }),
    excess("an asterisk across the colon", { Action: "*:connect", ...wide }),
    excess("an asterisk in the service", { Action: "rds-*:Conn*", ...wide }),
    excess("an asterisk for the end of the service and the action", { Action: "rds*", ...wide }),
    excess("a letter of the service open", { Action: "rds?db:connect", ...wide }),
    excess("an asterisk before all", { Action: "*connect", ...wide }),
    excess("two asterisks", { Action: "**", ...wide }),
    excess("an open colon", { Action: "rds-db?connect", ...wide }),
    invalid("AWS refuses a service with an asterisk", { Action: "*:connect" }),
    invalid("AWS refuses a part of a service with an asterisk", { Action: "rds-*:connect" }),
    invalid("AWS refuses an action without a service", { Action: "connect", ...wide }),
    invalid("AWS refuses an empty action", { Action: "", ...wide }),
    invalid("AWS refuses two asterisks", { Action: "**" }),
    invalid("AWS refuses a space", { Action: " rds-db:connect", ...wide }),
    none("another action of the service", { Action: "rds-db:disconnect", ...wide }),
    none("an action that only begins so", { Action: "rds-db:connectx", ...wide }),
    none("an action that lacks a letter", { Action: "rds-db:connec", ...wide }),
    none("one letter too many", { Action: "rds-db:connect?", ...wide }),
    none("the service rds", { Action: "rds:*", ...wide }),
    none("signing is no action", { Action: "rds:GenerateDBAuthToken", ...wide }),
    none("no action at all", { Action: [], ...wide }),
    none("another service", { Action: "s3:*", ...wide }),
    none("the data API is another service", { Action: "rds-data:*", ...wide }),
    none("a letter that only looks the same", { Action: "rds-db:соnnect", ...wide }),
    none("a letter that no one sees", { Action: "rds-db:connect\u200b", ...wide }),
    none("a hyphen that only looks the same", { Action: "rds:connect", ...wide }),
    excess("all but another service", { NotAction: "s3:*", ...wide }),
    excess("all but nothing", { NotAction: [], ...wide }),
    excess("all but what users manage, as PowerUserAccess has it", { NotAction: ["iam:*", "organizations:*", "account:*"], ...wide }),
    exact(names, "all but another service, on one user", { NotAction: "s3:*" }),
    none("all but connect", { NotAction: "rds-db:connect", ...wide }),
    none("all but connect in another case", { NotAction: "RDS-DB:Connect", ...wide }),
    none("all but the service", { NotAction: ["s3:*", "rds-db:*"], ...wide }),
    none("all but all", { NotAction: "*", ...wide }),
    none("all but what begins with rds", { NotAction: "rds-db:c*", ...wide }),
    excess("all but a part of the service", { NotAction: "rds-db:d*", ...wide }),
];
