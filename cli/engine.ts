import { findEngine } from "../sandbox/engine";
import { Progress } from "../sandbox/progress";
import { interrupt } from "./interrupt";
import { readOptions } from "./options";

const USAGE = `usage: keyless engine

Finds the Pulumi engine, or gets it: the pulumi on PATH, the one in the cache, the
official download, or a build with Go. Prints its command and its version.`;

export async function engine(args: string[]): Promise<number> {
    if (readOptions(args, USAGE, {}) !== undefined) {
        const { command, version } = await findEngine(new Progress(), interrupt);
        console.log(`${command} ${version}`);
    }
    return 0;
}
