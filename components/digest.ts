import { createHash } from "node:crypto";

/** A short hash: a value that changes with the text. */
export function digest(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
