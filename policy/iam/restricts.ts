import type { Condition } from "./condition";
import { ANY } from "./pattern";

/** The keys by which the caller can be told from others of his account, or shows that he was asked. */
const telling = /^(sts:externalid|aws:principal(arn|orgid|orgpaths|tag\/.*|account|isawsservice)|aws:userid|aws:username|aws:source(account|arn|orgid|orgpaths|identity|vpc|vpce|ip)|aws:multifactorauth(present|age)|sts:rolesessionname|aws:requesttag\/.*|aws:federatedprovider|saml:.*)$/;

/** True for a condition that keeps somebody out: not one that a request passes by leaving the key away, or that fits everything, or may turn out to. */
export function restricts({ operator, set, ifExists, key, values }: Condition): boolean {
    if (ifExists || set === "ForAllValues" || operator === "Null" || operator.includes("Not") || !telling.test(key) || values.length === 0) {
        return false;
    }
    if (operator !== "StringEquals" && values.some(({ unknown }) => unknown)) {
        return false;
    }
    if (operator === "Bool") {
        return values.every(({ source }) => source.toLowerCase() === "true");
    }
    return values.every((value) => !(value.tokens?.every((token) => token === ANY) === true || value.source === "0.0.0.0/0" || value.source === "::/0"));
}
