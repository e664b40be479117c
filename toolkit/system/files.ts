import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file as a whole, so that a reader sees the old content or the new one; its folder is made (0700). */
export function writeWhole(path: string, content: string, mode = 0o600): void {
    place(path, content, mode, renameSync);
}

/**
 * The content of a file that is made once and never changed (a key, a password): the existing one, or what `make`
 * returns. When several processes come at once, all get the content of the one that was first.
 */
export function makeOnce(path: string, make: () => string): string {
    const existing = readIfThere(path);
    if (existing !== undefined) {
        return existing;
    }
    try {
        place(path, make(), 0o600, linkSync);
    } catch (error) {
        if (!hasCode(error, "EEXIST")) {
            throw error;
        }
    }
    return readFileSync(path, "utf8");
}

/** A file's text; undefined if the file does not exist. */
export function readIfThere(path: string): string | undefined {
    try {
        return readFileSync(path, "utf8");
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return undefined;
        }
        throw error;
    }
}

/** Whether an error is the system's (ENOENT), Postgres' (42501) or TLS' of that code. */
export function hasCode(error: unknown, code: string): boolean {
    return error instanceof Error && "code" in error && error.code === code;
}

function place(path: string, content: string, mode: number, move: (from: string, to: string) => void): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}`;
    try {
        writeFileSync(draft, content, { mode });
        move(draft, path);
    } finally {
        rmSync(draft, { force: true });
    }
}
