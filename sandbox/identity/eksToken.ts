import type { World } from "./assume";
import { callerOf, type Caller } from "./caller";
import { ALGORITHM, isSignedBy, sha256, timeOf } from "./sigv4";
import { partitionOf } from "../cloud/aws/region";

const PREFIX = "k8s-aws-v1.";
const MAX_LENGTH = 4096;
const MAX_EXPIRES_S = 900;
/** From `X-Amz-Date`, whatever `X-Amz-Expires` says. */
const VALID_MS = 15 * 60_000;
const SKEW_MS = 5 * 60_000;

/** All that the query may have, each once: https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/v0.7.4/pkg/token/token.go (parameterWhitelist) */
const PARAMETERS = [
    "action",
    "version",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
];

/**
 * Who signs in to a cluster with a token: a signed request to STS' GetCallerIdentity that names the cluster in a header; undefined for
 * a token that EKS would refuse. https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/v0.7.4/pkg/token/token.go (Verify)
 */
export function signedIn(
    { store, clock }: World,
    token: string,
    cluster: { readonly name: string; readonly region: string },
): Caller | undefined {
    const text = token.startsWith(PREFIX) && token.length <= MAX_LENGTH ? token.slice(PREFIX.length) : "";
    const decoded = Buffer.from(text, "base64url").toString("utf8");
    const url = URL.canParse(decoded) ? new URL(decoded) : undefined;
    const { dnsSuffix, id: partition } = partitionOf(cluster.region);
    if (url?.protocol !== "https:" || url.pathname !== "/" || url.host !== `sts.${cluster.region}.${dnsSuffix}`) {
        return undefined;
    }
    const query = [...url.searchParams];
    const given = new Map(query.map(([name, value]) => [name.toLowerCase(), value]));
    const of = (name: string) => given.get(name) ?? "";
    const [accessKeyId = "", ...scope] = of("x-amz-credential").split("/");
    const [date, expires] = [of("x-amz-date"), of("x-amz-expires")];
    const begun = timeOf(date);
    const now = clock().getTime();
    const right =
        given.size === query.length &&
        [...given.keys()].every((name) => PARAMETERS.includes(name)) &&
        of("action") === "GetCallerIdentity" &&
        of("x-amz-algorithm") === ALGORITHM &&
        of("x-amz-signedheaders") === "host;x-k8s-aws-id" &&
        scope.join("/") === `${date.slice(0, 8)}/${cluster.region}/sts/aws4_request` &&
        /^\d+$/.test(expires) &&
        Number(expires) <= MAX_EXPIRES_S &&
        begun <= now + SKEW_MS &&
        now <= begun + VALID_MS;
    const caller = callerOf(store, accessKeyId, given.get("x-amz-security-token"), partition);
    const signed = {
        ...{ method: "GET", path: "/", bodyHash: sha256(""), date, scope },
        query: query.filter(([name]) => name.toLowerCase() !== "x-amz-signature"),
        headers: [
            ["host", url.host],
            ["x-k8s-aws-id", cluster.name],
        ] as const,
    };
    return right &&
        caller !== undefined &&
        isSignedBy(caller.secretAccessKey, of("x-amz-signature"), signed) &&
        (caller.session === undefined || caller.session.expires > now)
        ? caller
        : undefined;
}
