import { lstatSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes a home folder for the engine in which it writes no log of its own. Otherwise it keeps an encrypted one of every run at its
 * most detailed level, which nobody reads here and which takes a third of the engine's CPU time. No setting turns it off, but the engine
 * runs without it where it cannot create the folder `logs`, which is therefore a file:
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/logging/encrypted.go
 */
export function homeWithoutLogs(dir: string): string {
    const logs = join(dir, "logs");
    mkdirSync(dir, { recursive: true });
    if (lstatSync(logs, { throwIfNoEntry: false })?.isDirectory() === true) {
        rmSync(logs, { recursive: true, force: true });
    }
    writeFileSync(logs, "", { flag: "a" });
    return dir;
}
