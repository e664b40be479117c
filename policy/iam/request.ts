import { accountOf } from "./arn";
import { Budget } from "./budget";
import { conditionMatches } from "./evaluateCondition";
import type { Context } from "./evaluateCondition";
import type { Document, PatternSet, Statement } from "./document";
import { lower, matches } from "./pattern";
import type { Principal } from "./principal";
import { resolveVariables } from "./policyVariables";

/** A fully known request. */
export interface Request {
    /** Case-insensitive: `sts:AssumeRoleWithWebIdentity`. */
    readonly action: string;
    /**
     * The requested resource's ARN; without it, the resources of a document are ignored (a trust document has none).
     */
    readonly resource?: string;
    /** The caller, for documents that name principals; a role in an account is `{ type: "AWS", value: <its ARN> }`. */
    readonly principal?: Principal;
    /** The request's condition keys, case-insensitive, each with its value or values. */
    readonly context?: Context;
}

/**
 * Whether the documents together allow a request: some Allow applies and no Deny does. Malformed statements grant
 * nothing; a part that is not known yet matches nothing in an Allow, and everything in a Deny.
 * @throws BudgetSpent for documents far beyond what AWS accepts.
 */
export function isAllowed(documents: readonly Document[], request: Request): boolean {
    const budget = new Budget(100_000_000);
    const context: Context = Object.fromEntries(
        Object.entries(request.context ?? {}).map(([key, value]) => [lower(key), value]),
    );
    const applies = (statement: Statement, effect: "Allow" | "Deny"): boolean => {
        if (statement.effect === "unknown" ? effect === "Allow" : statement.effect !== effect) {
            return false;
        }
        return [
            included(statement.actions, lower(request.action), effect, context, budget),
            request.resource === undefined ||
                statement.resources === undefined ||
                included(statement.resources, request.resource, effect, context, budget),
            request.principal === undefined ||
                statement.principals === undefined ||
                speaksOf(statement, request.principal),
            statement.conditions.every((condition) => conditionMatches(condition, context)),
        ].every(Boolean);
    };
    const statements = documents.flatMap((document) => document.statements);
    return statements.some((one) => applies(one, "Allow")) && !statements.some((one) => applies(one, "Deny"));
}

function included(set: PatternSet, text: string, effect: "Allow" | "Deny", context: Context, budget: Budget): boolean {
    const named = set.patterns.some((pattern) => {
        if (pattern.unknown) {
            return (effect === "Deny") !== set.except;
        }
        const tokens = resolveVariables(pattern, context);
        return tokens !== undefined && matches(tokens, text, budget);
    });
    return named !== set.except;
}

function speaksOf({ principals }: Statement, asking: Principal): boolean {
    if (principals === undefined) {
        return true;
    }
    const named = principals.list.some(
        ({ type, value }) =>
            type === "*" || (type === asking.type && (value === asking.value || isAccountOf(value, asking.value))),
    );
    return named !== principals.except;
}

/** True if the first principal is the whole account of the second. */
function isAccountOf(principal: string, arn: string): boolean {
    const account = /^(?:(\d{12})|arn:[^:]*:iam::(\d{12}):root)$/.exec(principal);
    const id = account?.[1] ?? account?.[2];
    return id !== undefined && accountOf(arn) === id;
}
