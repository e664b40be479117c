import type { Answer } from "./connect";
import { mayConnect } from "./connect";
import { parseDocument } from "./document";
import type { Document } from "./document";
import { isAllowed } from "./request";
import type { Request } from "./request";

/** What gives a principal its permissions, and what narrows them. */
export interface Permissions {
    /** Its own policies, inline and attached. */
    readonly policies: readonly Document[];
    /** The permissions boundary and the session's policies: they grant nothing, and nothing goes beyond any of them. */
    readonly limits: readonly Document[];
}

/** `silent`: nothing allows the request and nothing forbids it. */
export type Decision = "allowed" | "silent" | "denied";

const EVERYTHING = parseDocument({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }, "identity");

/**
 * What a principal's policies say to a request within their limits. A request that a limit does not allow is denied, even where a
 * trust names the role itself. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide({ policies, limits }: Permissions, request: Request): Decision {
    if (!limits.every((limit) => isAllowed([limit], request))) {
        return "denied";
    }
    return isAllowed(policies, request) ? "allowed" : isAllowed([EVERYTHING, ...policies], request) ? "silent" : "denied";
}

/** Whether a principal's policies allow a request within their limits. */
export function permits(permissions: Permissions, request: Request): boolean {
    return decide(permissions, request) === "allowed";
}

/** What each limit allows of a connect: `yes` only if all of them do. */
export function limitsOnConnect(limits: readonly Document[], arn: string): Answer {
    const answers = limits.map((limit) => mayConnect([limit], arn));
    return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
}
