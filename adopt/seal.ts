import { randomBytes, scryptSync } from "node:crypto";

/** Stands for a value: equal for equal values. */
export type Seal = (value: string) => string;

/** Of a file of rights: two files cannot be compared with each other. */
export function newSalt(): string {
    return randomBytes(16).toString("hex");
}

/**
 * Digests that a file may have in place of values. Settings of roles may be secrets, whatever they are called; the digest is
 * a slow one, so that short secrets cannot be found by trying many. Each value is digested once.
 */
export function sealedWith(salt: string): Seal {
    const known = new Map<string, string>();
    return (value) => {
        const digest = known.get(value) ?? scryptSync(value, salt, 16).toString("hex");
        known.set(value, digest);
        return `(digest ${digest})`;
    };
}
