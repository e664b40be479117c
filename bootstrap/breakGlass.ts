import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const ITERATIONS = 4096;

/**
 * The verifier that a server stores for a password. It is sent instead of the password, so that readers of a statement
 * log cannot sign in:
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
    const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
    const key = (name: string) => createHmac("sha256", salted).update(name).digest();
    const stored = createHash("sha256").update(key("Client Key")).digest("base64");
    return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${stored}:${key("Server Key").toString("base64")}`;
}

/** A new password that consists of letters, digits, - and _ only, so that it never needs quoting. */
export function newPassword(): string {
    return randomBytes(24).toString("base64url");
}
