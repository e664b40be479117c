import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { WORKLOADS } from "../../sandbox/identity/find";
import { type Choice, openPlace, type WorkloadEnvironment } from "../../sandbox/identity/workloadEnvironment";
import type { NameResolution } from "../../sandbox/identity/nameResolution";
import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { startServer } from "../../sandbox/server";
import { type Shown, quoted, reason, shown } from "../../toolkit/shown";
import { print, tell } from "../../toolkit/terminal";
import { paceOf, readSpeed } from "./speed";

export const workloadUsage = shown`Workloads:
${WORKLOADS}

  --cluster NAME    the EKS cluster of a service account, if there are several
  --host NAME       the database's endpoint (default: from the role's connect permission)
  --user NAME       the database user (same default)
  --database NAME   the database (same default)
  --speed NUMBER    speed up the sandbox's clock for this command and for Node programs: with 60, an hour's
                    expiries take a minute; the sandbox must not be running`;

/** The command line: a workload, and the command to run as it. */
export interface CommandLine extends Choice {
    readonly speed: number;
    /** What follows `--`. */
    readonly command: readonly string[];
}

/** Reads `WORKLOAD [OPTIONS] [-- COMMAND…]`; with `--help`, prints the usage and returns undefined. @throws UserError */
export function readCommandLine(args: readonly string[], usage: Shown): CommandLine | undefined {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const own = args.slice(0, end);
    if (own.includes("--help")) {
        print(usage);
        return undefined;
    }
    const text = { type: "string" } as const;
    const options = {
        cluster: text,
        host: text,
        user: text,
        database: text,
        speed: { type: "string", default: "1" },
    } as const;
    let parsed;
    try {
        parsed = parseArgs({ args: [...own], options, allowPositionals: true });
    } catch (error) {
        throw new UserError(shown`${reason(error)}\n\n${usage}`);
    }
    const { positionals, values } = parsed;
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0) {
        throw new UserError(shown`name one workload, then options, then -- and the command\n\n${usage}`);
    }
    return { ...values, name, speed: readSpeed(values.speed), command: args.slice(end + 1) };
}

/** Creates a workload's environment, does the work in it, and removes it. @throws UserError */
export async function inPlace<T>(choice: CommandLine, work: (place: WorkloadEnvironment) => Promise<T>): Promise<T> {
    const server = await startServer(paceOf(choice.speed));
    try {
        const speed = server.pace?.speed ?? 1;
        if (choice.speed !== 1 && choice.speed !== speed) {
            throw new UserError(`the sandbox is already running at speed ${speed}; stop it, or remove --speed`);
        }
        const place = await openPlace(server, choice, process.env);
        try {
            return await work(place);
        } finally {
            await place.close();
        }
    } finally {
        await server.stop();
    }
}

/** Programs that resolve the databases' names on every system. */
const RESOLVING = /^(node|npm|npx|psql|java|mvn)$/;

/** Says which libraries cannot resolve the databases' names, if the program may use one. */
export function adviseOn({ advice }: NameResolution, command: string): void {
    if (advice !== undefined && !RESOLVING.test(basename(command))) {
        tell(advice);
    }
}

/** A token for the workload's database, signed by the AWS SDK in a separate process with only its environment. @throws UserError */
export async function tokenIn({ environment, target }: WorkloadEnvironment, name: string): Promise<string> {
    if (target === undefined) {
        throw new UserError(
            `the role of ${name} cannot connect to any database of the sandbox; name one with --host and --user`,
        );
    }
    const script = join(projectDir, "sandbox", "identity", "signToken.cjs");
    const child = spawn(process.execPath, [script], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr] = await Promise.all(
        [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
    );
    if (child.exitCode === null) {
        await once(child, "exit");
    }
    if (child.exitCode !== 0) {
        throw new UserError(shown`${name} gets no credentials: ${quoted(stderr ?? "")}`);
    }
    return stdout?.trim() ?? "";
}
