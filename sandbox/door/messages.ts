import type { Duplex } from "node:stream";

import { readBytes } from "./streams";

/**
 * The few messages of Postgres' protocol that pass before a session begins
 * (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */

/** Postgres' own limits: of a startup packet, and of an answer to a request for a password. */
const MAX_STARTUP_BYTES = 10_000;
const MAX_PASSWORD_BYTES = 65_535;

const CANCEL = 80_877_102;
const SSL = 80_877_103;
const GSS_ENCRYPTION = 80_877_104;
const PROTOCOL_3 = 3;

/** A client's first message. */
export type Opening =
    | { readonly kind: "ssl" | "gss" }
    | { readonly kind: "cancel"; readonly bytes: Buffer }
    | { readonly kind: "startup"; readonly bytes: Buffer; readonly user: string; readonly database: string };

/** A message that breaks the protocol, as the server words it. */
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
    const user = parameters.get("user") ?? "";
    if (user === "") {
        throw new ProtocolError("no PostgreSQL user name specified in startup packet");
    }
    return { kind: "startup", bytes, user, database: parameters.get("database") ?? user };
}

/** Pairs of names and values, each ended by a zero byte, ended by a zero byte. */
function parseParameters(body: Buffer): Map<string, string> {
    if (body.at(-1) !== 0) {
        throw new ProtocolError("invalid startup packet layout: expected terminator as last byte");
    }
    const words = body.toString("utf8").split("\0");
    const parameters = new Map<string, string>();
    for (let i = 0; words[i] !== undefined && words[i] !== ""; i += 2) {
        parameters.set(words[i] ?? "", words[i + 1] ?? "");
    }
    return parameters;
}

/** Reads the answer to {@link CLEARTEXT_PASSWORD}. */
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

/** AuthenticationCleartextPassword: how RDS' PAM asks for a token. */
export const CLEARTEXT_PASSWORD = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

/** A FATAL error of this SQLSTATE; the connection ends with it. */
export function fatal(code: string, message: string): Buffer {
    const fields = ["SFATAL", "VFATAL", `C${code}`, `M${message}`].map((field) => `${field}\0`).join("");
    const body = Buffer.from(`${fields}\0`, "utf8");
    const head = Buffer.alloc(5, "E");
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
}
