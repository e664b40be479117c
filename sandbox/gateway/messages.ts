import type { Duplex } from "node:stream";

import { readBytes } from "./streams";

/**
 * The messages of Postgres' protocol that precede a session
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */

/** Postgres' limits on the size of a startup packet and of a password response. */
const MAX_STARTUP_BYTES = 10_000;
const MAX_PASSWORD_BYTES = 65_535;

const CANCEL = 80_877_102;
const SSL = 80_877_103;
const GSS_ENCRYPTION = 80_877_104;
const PROTOCOL_3 = 3;

/** What Postgres reads as "false", also abbreviated: everything else asks for replication, or is refused by the server. */
const NO_REPLICATION = /^(f|fa|fal|fals|false|n|no|of|off|0)$/i;

/** A client's first message. */
export type Opening =
    | { readonly kind: "ssl" | "gss" }
    | { readonly kind: "cancel"; readonly bytes: Buffer }
    | {
          readonly kind: "startup";
          /** The startup packet with each parameter once: of duplicates, a server uses the last. */
          readonly bytes: Buffer;
          readonly user: string;
          readonly database: string;
          /** Whether it requests replication, physical or logical. */
          readonly replication: boolean;
      };

/** The message that starts a session. */
export type Startup = Extract<Opening, { kind: "startup" }>;

/** A message that violates the protocol, in the server's words. */
export class ProtocolError extends Error {}

/** Reads a client's first message. */
export async function readOpening(stream: Duplex): Promise<Opening> {
    const head = await readBytes(stream, 8);
    const [length, code] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    if (length < 8 || length > MAX_STARTUP_BYTES) {
        throw new ProtocolError("invalid length of startup packet");
    }
    const body = length > 8 ? await readBytes(stream, length - 8) : Buffer.alloc(0);
    const bytes = Buffer.concat([head, body]);
    if (code === SSL || code === GSS_ENCRYPTION) {
        return { kind: code === SSL ? "ssl" : "gss" };
    }
    if (code === CANCEL) {
        return { kind: "cancel", bytes };
    }
    if (code >>> 16 !== PROTOCOL_3) {
        throw new ProtocolError(
            `unsupported frontend protocol ${code >>> 16}.${code & 0xffff}: server supports 3.0 to 3.2`,
        );
    }
    const parameters = parseParameters(body);
    const user = Buffer.from(parameters.get("user") ?? "", "latin1").toString("utf8");
    if (user === "") {
        throw new ProtocolError("no PostgreSQL user name specified in startup packet");
    }
    const database = parameters.has("database")
        ? Buffer.from(parameters.get("database") ?? "", "latin1").toString("utf8")
        : user;
    // Rewritten with the user name as parsed here: the server could parse another one.
    parameters.set("user", Buffer.from(user, "utf8").toString("latin1"));
    return {
        kind: "startup",
        bytes: startupOf(code, parameters),
        user,
        database,
        replication: !NO_REPLICATION.test(parameters.get("replication") ?? "no"),
    };
}

/** Pairs of zero-terminated names and values, and a final zero byte. Decoded as latin1: they can be any bytes. */
function parseParameters(body: Buffer): Map<string, string> {
    const words = body.toString("latin1").split("\0");
    const parameters = new Map<string, string>();
    const unended = words.pop() !== "";
    let at = 0;
    for (let name = words[at]; name !== undefined && name !== "" && at + 1 < words.length; name = words[at]) {
        parameters.set(name, words[at + 1] ?? "");
        at += 2;
    }
    if (unended || at !== words.length - 1 || words[at] !== "") {
        throw new ProtocolError("invalid startup packet layout: expected terminator as last byte");
    }
    return parameters;
}

function startupOf(code: number, parameters: ReadonlyMap<string, string>): Buffer {
    const words = [...parameters].map(([name, value]) => `${name}\0${value}\0`).join("");
    const body = Buffer.from(`${words}\0`, "latin1");
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8, 0);
    head.writeUInt32BE(code, 4);
    return Buffer.concat([head, body]);
}

/** Reads the response to {@link CLEARTEXT_PASSWORD}. */
export async function readPassword(stream: Duplex): Promise<string> {
    const head = await readBytes(stream, 5);
    const length = head.readUInt32BE(1);
    if (head.toString("latin1", 0, 1) !== "p" || length < 5 || length > MAX_PASSWORD_BYTES) {
        throw new ProtocolError("expected password response");
    }
    const body = await readBytes(stream, length - 4);
    if (body.indexOf(0) !== body.length - 1) {
        throw new ProtocolError("invalid password packet size");
    }
    return body.toString("utf8", 0, body.length - 1);
}

export const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** AuthenticationCleartextPassword: the request with which RDS' PAM asks for a token. */
export const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

/** A FATAL error with this SQLSTATE; the connection ends with it. */
export function fatal(code: string, message: string): Buffer {
    const fields = ["SFATAL", "VFATAL", `C${code}`, `M${message}`].map((field) => `${field}\0`).join("");
    const body = Buffer.from(`${fields}\0`, "utf8");
    const head = Buffer.alloc(5, "E");
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
}
