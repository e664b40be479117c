import { findEngine } from "../sandbox/engine";
import { Progress } from "../sandbox/progress";
import { shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { interrupt } from "./interrupt";
import { readOptions } from "./options";

export const USAGE = shown`usage: keyless engine

Finds the Pulumi engine, or gets it: the pulumi on PATH, the one in the cache, the
official download, or a build with Go. Prints its command and its version.`;

export async function engine(args: string[]): Promise<number> {
    if (readOptions(args, USAGE, {}) !== undefined) {
        const { command, version } = await findEngine(new Progress(), interrupt);
        print(`${command} ${version}`);
    }
    return 0;
}
