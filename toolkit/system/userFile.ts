import { readFileSync } from "node:fs";

import { isRecord } from "../record";
import { reason, shown } from "../shown";
import { UserError } from "../userError";

/**
 * Works with a path that the user named: the user can fix the operating system's errors about it, so they need no stack trace.
 * Not every such error names the path (reading a folder does not).
 *
 * @throws UserError that names the path
 */
export function withPath<T>(path: string, work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw isSystemError(error)
            ? new UserError(shown`cannot use ${path}: ${reason(error)}; name another path`)
            : error;
    }
}

/** The text of a file that the user named. @throws UserError */
export function readUserFile(path: string): string {
    return withPath(path, () => decoded(readFileSync(path)));
}

/** The text of a file that the user named, or of standard input for `-`. @throws UserError */
export function readUserInput(path: string): string {
    return path === "-" ? withPath("standard input", () => decoded(readFileSync(0))) : readUserFile(path);
}

/** Byte-order marks of what is not UTF-8. Windows PowerShell's `>` writes UTF-16: https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_character_encoding */
const ENCODINGS = [
    { mark: [0xff, 0xfe], name: "utf-16le" },
    { mark: [0xfe, 0xff], name: "utf-16be" },
] as const;

/** The text that the bytes encode, without a byte-order mark. */
function decoded(bytes: Uint8Array): string {
    const encoding = ENCODINGS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
    return new TextDecoder(encoding?.name ?? "utf-8").decode(bytes);
}

/** https://nodejs.org/api/errors.html#class-systemerror */
function isSystemError(error: unknown): boolean {
    return isRecord(error) && typeof error["syscall"] === "string";
}
