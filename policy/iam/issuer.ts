import { UNKNOWN } from "./pattern";

/**
 * The issuer in an OIDC provider's ARN, without `https://`; a provider that IAM supports natively is its own issuer.
 */
export function issuerOf(provider: string): string {
    return /^arn:[^:]*:iam::[^:]*:oidc-provider\/(.+)$/s.exec(provider)?.[1] ?? provider;
}

/** A template of the issuer's subjects. */
export function wanted(issuer: string): string {
    if (isGitHub(issuer)) {
        return "repo:<owner>/<repository>:ref:refs/heads/<branch>";
    }
    return isEks(issuer) ? "system:serviceaccount:<namespace>:<name>" : "<one subject>";
}

/** A realistic subject of an issuer's token. */
export function likely(issuer: string): string {
    if (isGitHub(issuer)) {
        return "repo:anyone/anything:ref:refs/heads/main";
    }
    return isEks(issuer) ? "system:serviceaccount:default:default" : "anyone";
}

function isGitHub(issuer: string): boolean {
    return issuer.includes("githubusercontent");
}

function isEks(issuer: string): boolean {
    return issuer.includes("eks") || issuer.includes("*") || issuer.includes(UNKNOWN);
}
