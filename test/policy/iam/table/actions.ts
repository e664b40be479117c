import { exact, excess, invalid, none, user } from "./row";
import type { Row } from "./row";

const wide = { Resource: "*" };
const names = [user];

/** Values of Action and NotAction. */
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
    excess("a wildcard for a letter of the service", { Action: "rds?db:connect", ...wide }),
    excess("an asterisk at the start", { Action: "*connect", ...wide }),
    excess("two asterisks", { Action: "**", ...wide }),
    excess("a wildcard for the colon", { Action: "rds-db?connect", ...wide }),
    invalid("AWS rejects a service with an asterisk", { Action: "*:connect" }),
    invalid("AWS rejects a part of a service with an asterisk", { Action: "rds-*:connect" }),
    invalid("AWS rejects an action without a service", { Action: "connect", ...wide }),
    invalid("AWS rejects an empty action", { Action: "", ...wide }),
    invalid("AWS rejects two asterisks", { Action: "**" }),
    invalid("AWS rejects a space", { Action: " rds-db:connect", ...wide }),
    none("another action of the service", { Action: "rds-db:disconnect", ...wide }),
    none("an action with a longer name", { Action: "rds-db:connectx", ...wide }),
    none("an action with a letter missing", { Action: "rds-db:connec", ...wide }),
    none("one letter too many", { Action: "rds-db:connect?", ...wide }),
    none("the service rds", { Action: "rds:*", ...wide }),
    none("signing is not an action", { Action: "rds:GenerateDBAuthToken", ...wide }),
    none("no action at all", { Action: [], ...wide }),
    none("another service", { Action: "s3:*", ...wide }),
    none("the data API is another service", { Action: "rds-data:*", ...wide }),
    none("a lookalike letter", { Action: "rds-db:соnnect", ...wide }),
    none("an invisible letter", { Action: "rds-db:connect\u200b", ...wide }),
    none("the service without its suffix", { Action: "rds:connect", ...wide }),
    excess("everything except another service", { NotAction: "s3:*", ...wide }),
    excess("everything except nothing", { NotAction: [], ...wide }),
    excess("everything except user management, as in PowerUserAccess", { NotAction: ["iam:*", "organizations:*", "account:*"], ...wide }),
    exact(names, "everything except another service, on one user", { NotAction: "s3:*" }),
    none("everything except connect", { NotAction: "rds-db:connect", ...wide }),
    none("everything except connect in another case", { NotAction: "RDS-DB:Connect", ...wide }),
    none("everything except the service", { NotAction: ["s3:*", "rds-db:*"], ...wide }),
    none("everything except everything", { NotAction: "*", ...wide }),
    none("everything except what begins with rds-db:c", { NotAction: "rds-db:c*", ...wide }),
    excess("everything except a part of the service", { NotAction: "rds-db:d*", ...wide }),
];
