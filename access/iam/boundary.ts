import { decide, limitsOnConnect, permits as permitted } from "../../policy/iam";
import type { Answer, Document, Request } from "../../policy/iam";
import type { Principal } from "./principals";

/** A boundary's decision on a connect: `maybe` if it is unknown or a policy that is not among the resources. */
export function withinBoundary({ boundary }: Principal, arn: string): Answer {
    return boundary !== undefined && boundary.document === undefined
        ? "maybe"
        : limitsOnConnect(limitsOf({ boundary }), arn);
}

/** Whether a principal's policies, within its boundary, allow a request; an unknown boundary counts as allowing it. */
export function permits({ held, boundary }: Principal, request: Request): boolean {
    return permitted({ policies: held.flatMap((one) => one.document ?? []), limits: limitsOf({ boundary }) }, request);
}

/** Whether a principal's boundary denies a request regardless of its policies; an unknown boundary does not. */
export function isBarred({ boundary }: Pick<Principal, "boundary">, request: Request): boolean {
    return decide({ policies: [], limits: limitsOf({ boundary }) }, request) === "denied";
}

function limitsOf({ boundary }: Pick<Principal, "boundary">): readonly Document[] {
    return boundary?.document === undefined ? [] : [boundary.document];
}
