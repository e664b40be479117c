import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Of all files in a folder and below. */
export function bytesIn(dir: string): number {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((all, entry) => all + statSync(join(entry.parentPath, entry.name)).size, 0);
}
