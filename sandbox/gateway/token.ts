import { ALGORITHM, isSignedBy, sha256, timeOf } from "../identity/sigv4";

/** A key that may have signed a token. */
export interface SigningKey {
    readonly secretAccessKey: string;
    /** Set for temporary credentials. */
    readonly sessionToken?: string;
}

/** What a valid token must match. */
export interface TokenExpectation {
    /**
     * The host name and port that the client connects to: a token for another name of the same database is refused.
     */
    readonly host: string;
    readonly port: number;
    readonly region: string;
    readonly user: string;
    readonly now: Date;
    /** The key with that id, if the session token belongs to it. */
    keyOf(accessKeyId: string, sessionToken: string | undefined): SigningKey | undefined;
}

/** Why a token is refused. */
export interface Refusal {
    /** The reason, for people who run the sandbox: the client learns as little as on AWS. */
    readonly reason: string;
    readonly code: "InvalidToken" | "ExpiredToken";
}

/** Tokens are valid for 15 minutes, whatever `X-Amz-Expires` is. */
const MAX_SECONDS = 900;
/** How far ahead a client's clock can be; AWS allows the same. */
const SKEW_MS = 5 * 60_000;
const EMPTY_BODY = sha256("");

/**
 * Validates an RDS IAM token: a request `GET https://host:port/?Action=connect&DBUser=user` signed with SigV4 in its
 * query, without the `https://` (Go's SDK also omits the slash). Returns why it is refused; undefined if it is valid.
 */
export function refuseToken(token: string, expected: TokenExpectation): Refusal | undefined {
    const query = readToken(token, expected);
    return typeof query === "string" ? { reason: query, code: "InvalidToken" } : refuseTime(query, expected.now);
}

/** The query of a token that is valid except perhaps for its time; otherwise the error. */
function readToken(token: string, expected: TokenExpectation): ReadonlyMap<string, string> | string {
    const authority = `${expected.host}:${expected.port}`;
    const [address, text, ...rest] = token.split(/\/?\?/);
    if (text === undefined || rest.length > 0) {
        return "the password is not a token, which members of rds_iam need";
    }
    if (address?.toLowerCase() !== authority.toLowerCase()) {
        return `the token is for ${address}, the connection for ${authority}`;
    }
    const query = parseQuery(text);
    if (query === undefined) {
        return "the token's query is malformed";
    }
    const value = (name: string) => query.get(name) ?? "";
    const [accessKeyId = "", day, region, service, ending] = value("X-Amz-Credential").split("/");
    const wanted: [what: string, found: string | undefined, wanted: string][] = [
        ["action", value("Action"), "connect"],
        ["user", value("DBUser"), expected.user],
        ["algorithm", value("X-Amz-Algorithm"), ALGORITHM],
        ["signed headers", value("X-Amz-SignedHeaders"), "host"],
        ["region", region, expected.region],
        ["service", service, "rds-db"],
        ["credential's suffix", ending, "aws4_request"],
        ["credential's day", day, value("X-Amz-Date").slice(0, 8)],
    ];
    const wrong = wanted.find(([, found, right]) => found !== right);
    if (wrong !== undefined) {
        return `the token's ${wrong[0]} is "${wrong[1]}", not "${wrong[2]}"`;
    }
    const key = expected.keyOf(accessKeyId, query.get("X-Amz-Security-Token"));
    if (key === undefined) {
        return `the token is signed with the unknown access key "${accessKeyId}"`;
    }
    if (query.get("X-Amz-Security-Token") !== key.sessionToken) {
        return `the token's session token does not belong to the access key "${accessKeyId}"`;
    }
    if (Number.isNaN(timeOf(value("X-Amz-Date"))) || !/^\d{1,6}$/.test(value("X-Amz-Expires"))) {
        return `the token's time is malformed: date "${value("X-Amz-Date")}", expires "${value("X-Amz-Expires")}"`;
    }
    return isSigned(query, authority, key) ? query : "the token's signature is invalid";
}

function refuseTime(query: ReadonlyMap<string, string>, now: Date): Refusal | undefined {
    const date = query.get("X-Amz-Date") ?? "";
    const signed = timeOf(date);
    if (signed > now.getTime() + SKEW_MS) {
        return { reason: `the token is not valid before ${date}`, code: "InvalidToken" };
    }
    const ends = signed + Math.min(Number(query.get("X-Amz-Expires")), MAX_SECONDS) * 1000;
    return now.getTime() < ends
        ? undefined
        : { reason: `the token expired at ${new Date(ends).toISOString()}`, code: "ExpiredToken" };
}

function isSigned(query: ReadonlyMap<string, string>, authority: string, key: SigningKey): boolean {
    return isSignedBy(key.secretAccessKey, query.get("X-Amz-Signature") ?? "", {
        ...{ method: "GET", path: "/", query: [...query].filter(([name]) => name !== "X-Amz-Signature") },
        ...{ headers: [["host", authority]], bodyHash: EMPTY_BODY, date: query.get("X-Amz-Date") ?? "" },
        scope: (query.get("X-Amz-Credential") ?? "").split("/").slice(1),
    });
}

/** Undefined if a part is not encoded correctly, or a name occurs twice. */
function parseQuery(text: string): Map<string, string> | undefined {
    const query = new Map<string, string>();
    try {
        for (const pair of text.split("&")) {
            const [name = "", value, ...rest] = pair.split("=").map(decodeURIComponent);
            if (value === undefined || rest.length > 0 || query.has(name)) {
                return undefined;
            }
            query.set(name, value);
        }
        return query;
    } catch {
        return undefined;
    }
}
