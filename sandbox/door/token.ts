import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A key that may have signed a token. */
export interface SigningKey {
    readonly secretAccessKey: string;
    /** Of temporary credentials. */
    readonly sessionToken?: string;
}

/** What a token must be for, to be good. */
export interface TokenExpectation {
    /**
     * The host name and the port that the client connects to: a token for another name of the same database is refused.
     */
    readonly host: string;
    readonly port: number;
    readonly region: string;
    readonly user: string;
    readonly now: Date;
    keyOf(accessKeyId: string): SigningKey | undefined;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** Tokens live 15 minutes, whatever they say. */
const MAX_SECONDS = 900;
/** How far ahead a client's clock may be; AWS allows as much. */
const SKEW_MS = 5 * 60_000;
const EMPTY_BODY = createHash("sha256").digest("hex");

/**
 * Checks an RDS IAM token: a request `GET https://host:port/?Action=connect&DBUser=user` signed with SigV4 in its
 * query, without the `https://` (Go's SDK leaves the slash out too). Returns why it is refused; undefined when it is
 * good.
 */
export function refuseToken(token: string, expected: TokenExpectation): string | undefined {
    const authority = `${expected.host}:${expected.port}`;
    const [address, text, ...rest] = token.split(/\/?\?/);
    if (text === undefined || rest.length > 0) {
        return "the password is no token, and members of rds_iam need one";
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
        ["credential's ending", ending, "aws4_request"],
        ["credential's day", day, value("X-Amz-Date").slice(0, 8)],
    ];
    const wrong = wanted.find(([, found, right]) => found !== right);
    if (wrong !== undefined) {
        return `the token's ${wrong[0]} is "${wrong[1]}", not "${wrong[2]}"`;
    }
    const key = expected.keyOf(accessKeyId);
    if (key === undefined) {
        return `the token is signed with the access key "${accessKeyId}", which is not known`;
    }
    if (query.get("X-Amz-Security-Token") !== key.sessionToken) {
        return `the token's session token is not that of the access key "${accessKeyId}"`;
    }
    return (
        refuseTime(value("X-Amz-Date"), value("X-Amz-Expires"), expected.now) ?? refuseSignature(query, authority, key)
    );
}

function refuseTime(date: string, seconds: string, now: Date): string | undefined {
    const signed = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    if (Number.isNaN(signed) || !/^\d{1,6}$/.test(seconds)) {
        return `the token's time is malformed: date "${date}", expires "${seconds}"`;
    }
    if (signed > now.getTime() + SKEW_MS) {
        return `the token is of the future: ${date}`;
    }
    const ends = signed + Math.min(Number(seconds), MAX_SECONDS) * 1000;
    return now.getTime() >= ends ? `the token expired at ${new Date(ends).toISOString()}` : undefined;
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, with the signature in the
 * query.
 */
function refuseSignature(query: ReadonlyMap<string, string>, authority: string, key: SigningKey): string | undefined {
    const date = query.get("X-Amz-Date") ?? "";
    const scope = (query.get("X-Amz-Credential") ?? "").split("/").slice(1);
    const signed = [...query]
        .filter(([name]) => name !== "X-Amz-Signature")
        .map(([name, value]) => `${encode(name)}=${encode(value)}`)
        .sort()
        .join("&");
    const request = ["GET", "/", signed, `host:${authority}`, "", "host", EMPTY_BODY].join("\n");
    const hash = createHash("sha256").update(request).digest("hex");
    const signingKey = scope.reduce((made: Buffer | string, part) => hmac(made, part), `AWS4${key.secretAccessKey}`);
    const right = hmac(signingKey, [ALGORITHM, date, scope.join("/"), hash].join("\n"));
    const given = Buffer.from(query.get("X-Amz-Signature") ?? "", "hex");
    return given.length === right.length && timingSafeEqual(given, right)
        ? undefined
        : "the token's signature is wrong";
}

/** Undefined when something is not encoded as it should be, or a name comes twice. */
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

function encode(text: string): string {
    return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: Buffer | string, text: string): Buffer {
    return createHmac("sha256", key).update(text).digest();
}
