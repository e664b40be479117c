import { parseDocument } from "../../policy/iam";
import type { Document } from "../../policy/iam";

/**
 * AWS' own policies that reach `rds-db:connect`. The others allow nothing that leads to a database login, so they count as
 * empty (AWS managed policy reference guide).
 */
const REACHING: Readonly<Record<string, unknown>> = {
    AdministratorAccess: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    PowerUserAccess: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" }],
    },
};

/** The document of one of AWS' own policies by its ARN, in any partition; undefined for an ARN of somebody else's policy. */
export function managedDocument(arn: string): Document | undefined {
    const name = /^arn:[^:]*:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
    return name === undefined ? undefined : parseDocument(REACHING[name] ?? { Version: "2012-10-17", Statement: [] }, "identity");
}
