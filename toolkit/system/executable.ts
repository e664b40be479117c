import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Path of a program in the first of these folders that has it. */
export function findExecutable(name: string, dirs: readonly string[]): string | undefined {
    return dirs.map((dir) => join(dir, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
