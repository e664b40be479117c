import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * AWS Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const ALGORITHM = "AWS4-HMAC-SHA256";

/** The signed request. */
export interface Signed {
    readonly method: string;
    /** Encoded, as sent. */
    readonly path: string;
    /** Decoded names and values. */
    readonly query: Iterable<readonly [string, string]>;
    /** The signed headers, in lower case and in order. */
    readonly headers: readonly (readonly [string, string])[];
    /** Hash of the body, in hexadecimal. */
    readonly bodyHash: string;
    /** `20260131T120000Z` */
    readonly date: string;
    /** `20260131/eu-central-1/sts/aws4_request`, in parts. */
    readonly scope: readonly string[];
}

/** Whether the signature was made with the secret key. */
export function isSignedBy(secretAccessKey: string, signature: string, signed: Signed): boolean {
    const { method, path, query, headers, bodyHash, date, scope } = signed;
    const request = [
        method,
        path,
        [...query]
            .map(([name, value]) => `${encode(name)}=${encode(value)}`)
            .sort()
            .join("&"),
        ...headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, " ")}`),
        "",
        headers.map(([name]) => name).join(";"),
        bodyHash,
    ].join("\n");
    const key = scope.reduce((made: Buffer | string, part) => hmac(made, part), `AWS4${secretAccessKey}`);
    const right = hmac(key, [ALGORITHM, date, scope.join("/"), sha256(request)].join("\n"));
    const given = Buffer.from(signature, "hex");
    return given.length === right.length && timingSafeEqual(given, right);
}

/** In hexadecimal. */
export function sha256(text: string | Buffer): string {
    return createHash("sha256").update(text).digest("hex");
}

/** Milliseconds since 1970 of `20260131T120000Z`; NaN for anything else. */
export function timeOf(date: string): number {
    return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function encode(text: string): string {
    return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: Buffer | string, text: string): Buffer {
    return createHmac("sha256", key).update(text).digest();
}
