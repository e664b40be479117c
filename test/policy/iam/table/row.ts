/** One document of the table: the reason, the verdict, the document, and the users or subjects that it names. */
export interface Row {
    readonly why: string;
    readonly verdict: "exact" | "none" | "excess" | "invalid";
    /** As an object, or as text if the text itself matters. */
    readonly document: unknown;
    /** For `exact`. */
    readonly names?: readonly string[];
}

export const user = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/shop";
export const other = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/billing";

type Statement = Record<string, unknown>;

/** Creates a document of the current version; statements default to an Allow of rds-db:connect on {@link user}. */
export function of(...statements: readonly Statement[]): unknown {
    return { Version: "2012-10-17", Statement: statements.map(complete) };
}

/** Creates a Deny statement. */
export function deny(statement: Statement): Statement {
    return { Effect: "Deny", ...statement };
}

function complete(statement: Statement): Statement {
    const action = "Action" in statement || "NotAction" in statement ? {} : { Action: "rds-db:connect" };
    const resource = "Resource" in statement || "NotResource" in statement ? {} : { Resource: user };
    return { Effect: "Allow", ...action, ...resource, ...statement };
}

/** A row with a reason and statements. */
export function row(verdict: Row["verdict"]): (why: string, ...statements: readonly Statement[]) => Row {
    return (why, ...statements) => ({ why, verdict, document: of(...statements) });
}

export function exact(names: readonly string[], why: string, ...statements: readonly Statement[]): Row {
    return { why, verdict: "exact", document: of(...statements), names };
}

export const none = row("none");
export const excess = row("excess");
export const invalid = row("invalid");
