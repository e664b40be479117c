import { callerOf } from "./caller";
import type { Caller } from "./caller";
import type { World } from "./assume";
import { partitionOf } from "../cloud/aws/region";
import { Refused } from "./error";
import { ALGORITHM, isSignedBy, sha256, timeOf } from "./sigv4";

/** A request as received. */
export interface HttpRequest {
    readonly method: string;
    /** With the query, encoded as sent. */
    readonly url: string;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: string;
}

/** The allowed difference of a client's clock. */
const SKEW_MS = 5 * 60_000;

/** What a request is signed for: the access key, the day, the region, the service and `aws4_request`. */
export function scopeOf({ headers }: HttpRequest): readonly string[] {
    return parse(headers["authorization"] ?? "").credential.split("/");
}

/**
 * The signer of a request, from its Authorization header.
 *
 * @param expected the service that it must be signed for
 * @throws Refused in STS' words
 */
export function authenticate({ store, clock }: World, request: HttpRequest, expected = "sts"): Caller {
    const { headers, method, body } = request;
    const header = headers["authorization"];
    if (header === undefined) {
        throw new Refused(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    }
    const { credential, names, signature } = parse(header);
    const [accessKeyId = "", ...scope] = credential.split("/");
    const date = headers["x-amz-date"] ?? "";
    const caller = callerOf(store, accessKeyId, headers["x-amz-security-token"], partitionOf(scope[1] ?? "").id);
    if (caller === undefined) {
        throw new Refused(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    }
    const url = new URL(request.url, "http://service");
    const signed = names.map((name) => [name, headers[name] ?? ""] as const);
    const must = [
        "host",
        "x-amz-date",
        ...(headers["x-amz-security-token"] === undefined ? [] : ["x-amz-security-token"]),
    ];
    const [day, , service, ending] = scope;
    const whole =
        scope.length === 4 &&
        service === expected &&
        ending === "aws4_request" &&
        day === date.slice(0, 8) &&
        must.every((name) => names.includes(name));
    const bodyHash = sha256(body);
    const path = request.url.split("?")[0] ?? "/";
    const query = [...url.searchParams];
    if (
        !whole ||
        !isSignedBy(caller.secretAccessKey, signature, { method, path, query, headers: signed, bodyHash, date, scope })
    ) {
        throw new Refused(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        );
    }
    const now = clock().getTime();
    if (!(Math.abs(timeOf(date) - now) <= SKEW_MS)) {
        const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
        throw new Refused(403, "SignatureDoesNotMatch", `Signature expired: ${date} is not within 5 min. of ${time}`);
    }
    if (caller.session !== undefined && caller.session.expires <= now) {
        throw new Refused(403, "ExpiredToken", "The security token included in the request is expired");
    }
    return caller;
}

function parse(header: string): { credential: string; names: string[]; signature: string } {
    const [, algorithm, rest = ""] = /^(\S+)\s+(.*)$/.exec(header) ?? [];
    const fields = new Map(
        rest.split(/,\s*/).map((field) => [field.split("=")[0] ?? "", field.slice(field.indexOf("=") + 1)]),
    );
    const [credential, names, signature] = ["Credential", "SignedHeaders", "Signature"].map((name) => fields.get(name));
    if (algorithm !== ALGORITHM || credential === undefined || names === undefined || signature === undefined) {
        throw new Refused(
            400,
            "IncompleteSignature",
            "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
        );
    }
    return { credential, names: names.split(";"), signature };
}
