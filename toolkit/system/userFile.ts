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
    return withPath(path, () => readFileSync(path, "utf8"));
}

/** https://nodejs.org/api/errors.html#class-systemerror */
function isSystemError(error: unknown): boolean {
    return isRecord(error) && typeof error["syscall"] === "string";
}
