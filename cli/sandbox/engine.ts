import { findEngine } from "../../sandbox/engine";
import { Progress } from "../../toolkit/progress";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { interrupt } from "../command/interrupt";
import { readOptions } from "../command/options";

export const USAGE = shown`usage: keyless engine

Finds or installs the Pulumi engine: the pulumi on PATH, the cached one, the official
download, or a build with Go. Prints its path and version.`;

export async function engine(args: string[]): Promise<number> {
    if (readOptions(args, USAGE, {}) !== undefined) {
        const { command, version } = await findEngine(new Progress(), interrupt);
        print(`${command} ${version}`);
    }
    return 0;
}
