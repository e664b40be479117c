import type { Condition } from "./condition";
import { ANY } from "./pattern";

/** Keys that distinguish a caller from others in its account, or prove that it was asked to call. */
const telling =
    /^(sts:externalid|aws:principal(arn|orgid|orgpaths|tag\/.*|account|isawsservice)|aws:userid|aws:username|aws:source(account|arn|orgid|orgpaths|identity|vpc|vpce|ip)|aws:multifactorauth(present|age)|sts:rolesessionname|aws:requesttag\/.*|aws:federatedprovider|saml:.*)$/;

/**
 * True for a condition that excludes some callers: a request without the key fails, and no value matches, or may match,
 * everything.
 */
export function identifiesCaller({ operator, set, ifExists, key, values }: Condition): boolean {
    if (
        ifExists ||
        set === "ForAllValues" ||
        operator === "Null" ||
        operator.includes("Not") ||
        !telling.test(key) ||
        values.length === 0
    ) {
        return false;
    }
    if (operator !== "StringEquals" && values.some(({ unknown }) => unknown)) {
        return false;
    }
    if (operator === "Bool") {
        return values.every(({ source }) => source.toLowerCase() === "true");
    }
    return values.every(
        (value) =>
            !(
                value.tokens?.every((token) => token === ANY) === true ||
                value.source === "0.0.0.0/0" ||
                value.source === "::/0"
            ),
    );
}
