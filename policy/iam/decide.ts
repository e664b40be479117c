import type { Answer } from "./connect";
import { mayConnect } from "./connect";
import { parseDocument } from "./document";
import type { Document } from "./document";
import { isAllowed } from "./request";
import type { Request } from "./request";

/** The policies that grant a principal permissions, and those that limit them. */
export interface Permissions {
    /** Its own policies, inline and attached. */
    readonly policies: readonly Document[];
    /** The permissions boundary and session policies: they grant nothing, and each of them caps the permissions. */
    readonly limits: readonly Document[];
}

/** `silent`: no statement allows or denies the request. */
export type Decision = "allowed" | "silent" | "denied";

const EVERYTHING = parseDocument(
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    "identity",
);

/**
 * Evaluates a request against a principal's policies and limits. A limit that does not allow the request denies it, even if a
 * trust document names the role itself. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide({ policies, limits }: Permissions, request: Request): Decision {
    if (!limits.every((limit) => isAllowed([limit], request))) {
        return "denied";
    }
    return isAllowed(policies, request)
        ? "allowed"
        : isAllowed([EVERYTHING, ...policies], request)
          ? "silent"
          : "denied";
}

/** Whether a principal's policies and limits allow a request. */
export function permits(permissions: Permissions, request: Request): boolean {
    return decide(permissions, request) === "allowed";
}

/** Whether all limits allow `rds-db:connect` on an ARN. */
export function limitsOnConnect(limits: readonly Document[], arn: string): Answer {
    const answers = limits.map((limit) => mayConnect([limit], arn));
    return answers.includes("no") ? "no" : answers.includes("maybe") ? "maybe" : "yes";
}
