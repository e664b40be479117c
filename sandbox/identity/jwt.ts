import {
    createHash,
    createPrivateKey,
    createPublicKey,
    generateKeyPairSync,
    randomUUID,
    sign,
    verify,
} from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";

import type { Store } from "../cloud/store";
import { stateDir } from "../../toolkit/paths";
import { makeOnce } from "../../toolkit/system/files";
import { clustersOf } from "./clusters";
import type { ServiceAccount } from "./clusters";

/** The claims of a service account's token, as the API server writes them. */
export interface Claims {
    readonly iss: string;
    readonly sub: string;
    readonly aud: readonly string[];
    /** Seconds since 1970. */
    readonly iat: number;
    readonly nbf: number;
    readonly exp: number;
    readonly jti: string;
    readonly "kubernetes.io": {
        readonly namespace: string;
        readonly serviceaccount: { readonly name: string; readonly uid: string };
        /** Absent from a token that was requested from the API server directly, not by a kubelet. */
        readonly pod?: Pod;
    };
}

/** The pod that a token is bound to. */
export interface Pod {
    readonly name: string;
    readonly uid: string;
}

/** An invalid token. */
export class BadToken extends Error {}

/** Maximum length of a token; a service account's token has about 1,000 characters. */
const MAX_LENGTH = 16_384;

/** The kubelet's request to the API server: a token of this service account, with an audience and a lifetime. */
export function signToken(account: ServiceAccount, pod: Pod, audience: string, seconds: number, now: Date): string {
    const iat = Math.floor(now.getTime() / 1000);
    const { cluster, namespace, name, uid } = account;
    const claims: Claims = {
        ...{ iss: cluster.issuer, sub: `system:serviceaccount:${namespace}:${name}`, aud: [audience] },
        ...{ iat, nbf: iat, exp: iat + seconds, jti: randomUUID() },
        "kubernetes.io": { namespace, serviceaccount: { name, uid }, pod },
    };
    const key = keyOf(cluster.issuer);
    const signed = [{ alg: "RS256", kid: kidOf(key), typ: "JWT" }, claims].map(encode).join(".");
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

/**
 * The claims of a token whose time and signature are valid, checked with the keys of the issuer that it names. The
 * caller checks the audience and the subject.
 *
 * @throws BadToken, ExpiredToken
 */
export function verifyToken(token: string, store: Store, now: Date): Claims {
    const [head, body, signature, ...rest] = token.length > MAX_LENGTH ? [] : token.split(".");
    if (head === undefined || body === undefined || signature === undefined || rest.length > 0) {
        throw new BadToken(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        );
    }
    const [header, claims] = [decode(head), decode(body)];
    if (!isClaims(claims)) {
        throw new BadToken("The ID Token provided is not a valid JWT. Missing required claims");
    }
    const issuer = clustersOf(store).find((cluster) => cluster.issuer === claims.iss)?.issuer;
    const key = issuer === undefined ? undefined : keyOf(issuer);
    const known = key !== undefined && header["alg"] === "RS256" && header["kid"] === kidOf(key);
    const bytes = Buffer.from(signature, "base64url");
    if (
        !known ||
        bytes.toString("base64url") !== signature ||
        !verify("RSA-SHA256", Buffer.from(`${head}.${body}`), createPublicKey(key), bytes)
    ) {
        throw new BadToken(
            "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
        );
    }
    const seconds = Math.floor(now.getTime() / 1000);
    if (seconds >= claims.exp) {
        throw new ExpiredToken(
            `Token expired: current date/time ${seconds} must be before the expiration date/time ${claims.exp}`,
        );
    }
    if (seconds + LEEWAY_SECONDS < claims.nbf) {
        throw new BadToken("The ID Token provided is not valid yet");
    }
    return claims;
}

/** An expired token. */
export class ExpiredToken extends Error {}

/** The allowed clock difference between issuer and verifier. */
const LEEWAY_SECONDS = 300;

/** The public keys of an issuer, as published at its `jwks_uri`. */
export function publicKeys(issuer: string): { keys: JsonWebKey[] } {
    const key = keyOf(issuer);
    return { keys: [{ ...createPublicKey(key).export({ format: "jwk" }), alg: "RS256", kid: kidOf(key), use: "sig" }] };
}

const keys = new Map<string, KeyObject>();

/** The issuer's private key: created once per state folder. */
function keyOf(issuer: string): KeyObject {
    const file = stateDir("keys", `oidc-${createHash("sha256").update(issuer).digest("hex").slice(0, 32)}.pem`);
    let key = keys.get(file);
    if (key === undefined) {
        key = createPrivateKey(makeOnce(file, makeKey));
        keys.set(file, key);
    }
    return key;
}

function makeKey(): string {
    return generateKeyPairSync("rsa", {
        modulusLength: 2048,
        publicKeyEncoding: { type: "spki", format: "pem" },
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
    }).privateKey;
}

/** As Kubernetes derives key ids: the hash of the public key. */
function kidOf(key: KeyObject): string {
    const der = createPublicKey(key).export({ type: "spki", format: "der" });
    return createHash("sha256").update(der).digest("base64url");
}

function encode(part: object): string {
    return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function decode(part: string): Record<string, unknown> {
    try {
        const value = JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as unknown;
        if (typeof value === "object" && value !== null) {
            return value as Record<string, unknown>;
        }
    } catch {
        // Falls through to the error below.
    }
    throw new BadToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
}

function isClaims(value: Record<string, unknown>): value is Record<string, unknown> & Claims {
    const { iss, sub, aud, exp, nbf } = value;
    const texts = [iss, sub].every((claim) => typeof claim === "string");
    return texts && Array.isArray(aud) && [exp, nbf].every((claim) => typeof claim === "number");
}
