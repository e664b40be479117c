import { createCipheriv, createDecipheriv, createHmac, randomBytes, randomInt } from "node:crypto";

import { stateDir } from "../../toolkit/paths";
import { makeOnce } from "../../toolkit/system/files";
import { lastPart, parseArn } from "../../toolkit/arn";

/** A role session, with its expiry. */
export interface RoleSession {
    readonly roleArn: string;
    /** `AROA…`: a role recreated under the same name has another id. */
    readonly roleId: string;
    readonly name: string;
    /** Milliseconds since 1970. */
    readonly expires: number;
    /** Session tags, available as `aws:PrincipalTag/…`. */
    readonly tags: Readonly<Record<string, string>>;
    /** Keys of the transitive tags. */
    readonly transitive: readonly string[];
    /** JSON documents; the session can do only what the role's policies and each of these allow. */
    readonly policies: readonly string[];
}

/** Temporary credentials. */
export interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
    readonly expiration: Date;
}

/** The content of a session token. */
export interface Opened {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly session: RoleSession;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** The prefix of AWS session tokens. */
const PREFIX = "IQoJb3JpZ2luX2Vj";
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Creates credentials for a session. The session token contains the session, encrypted with a key of the state folder:
 * every process of the sandbox can issue and verify credentials, and stores none of them.
 */
export function issue(session: RoleSession): Credentials {
    const accessKeyId = `ASIA${Array.from({ length: 16 }, () => BASE32[randomInt(BASE32.length)]).join("")}`;
    return {
        accessKeyId,
        secretAccessKey: secretOf(accessKeyId),
        sessionToken: PREFIX + seal(JSON.stringify({ accessKeyId, session })),
        expiration: new Date(session.expires),
    };
}

/** The session of a token; undefined if the sandbox did not issue the token. Expiry is not checked. */
export function open(sessionToken: string): Opened | undefined {
    const text = sessionToken.startsWith(PREFIX) ? unseal(sessionToken.slice(PREFIX.length)) : undefined;
    if (text === undefined) {
        return undefined;
    }
    const { accessKeyId, session } = JSON.parse(text) as Pick<Opened, "accessKeyId" | "session">;
    return { accessKeyId, secretAccessKey: secretOf(accessKeyId), session };
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`: without the role's path. */
export function sessionArn({ roleArn, name }: Pick<RoleSession, "roleArn" | "name">): string {
    const { partition, account, resource = "" } = parseArn(roleArn) ?? {};
    return `arn:${partition}:sts::${account}:assumed-role/${lastPart(resource)}/${name}`;
}

function secretOf(accessKeyId: string): string {
    return createHmac("sha256", key("secrets")).update(accessKeyId).digest("base64").slice(0, 40);
}

function seal(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key("seal"), nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

function unseal(text: string): string | undefined {
    const bytes = Buffer.from(text, "base64");
    // Only the canonical base64 of a token is accepted: other strings decode to the same bytes.
    if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString("base64") !== text) {
        return undefined;
    }
    const opened = createDecipheriv(CIPHER, key("seal"), bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    opened.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
        return opened.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + opened.final("utf8");
    } catch {
        return undefined;
    }
}

/** Keys of the state folder, one per purpose. */
function key(purpose: "seal" | "secrets"): Buffer {
    const root = Buffer.from(
        makeOnce(stateDir("keys", "sessions"), () => randomBytes(32).toString("base64")),
        "base64",
    );
    return createHmac("sha256", root).update(purpose).digest();
}
