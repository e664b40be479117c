import { isAllowed, mayConnect } from "../../policy/iam";
import type { Answer, Request } from "../../policy/iam";
import type { Principal } from "./principals";

/**
 * What a principal's permissions boundary says to a connect: it gives nothing, and nothing goes beyond it. `maybe` while it is not
 * known, or is a policy that is not among the resources.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function withinBoundary({ boundary }: Principal, arn: string): Answer {
    if (boundary === undefined) {
        return "yes";
    }
    return boundary.document === undefined ? "maybe" : mayConnect([boundary.document], arn);
}

/** Whether a principal's own policies, within its boundary, allow a request; a boundary that is not known is taken to. */
export function permits({ held, boundary }: Principal, request: Request): boolean {
    return isAllowed(held.flatMap((one) => one.document ?? []), request) && !isBarred({ boundary }, request);
}

/** Whether a principal's boundary keeps a request out of its reach, whoever allows it; one that is not known does not. */
export function isBarred({ boundary }: Pick<Principal, "boundary">, request: Request): boolean {
    return boundary?.document !== undefined && !isAllowed([boundary.document], request);
}
