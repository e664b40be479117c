import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Store } from "../sandbox/cloud/store";
import { clockOf } from "../sandbox/identity/clock";
import { PATHS } from "../sandbox/identity/endpoints";
import { findWorkload, WORKLOADS } from "../sandbox/identity/find";
import { type Target, targetOf } from "../sandbox/identity/target";
import { roleOf, surround } from "../sandbox/identity/workload";
import { projectDir } from "../sandbox/paths";
import { UserError } from "../sandbox/problem";
import { FOREIGN } from "../sandbox/run/environment";
import { type Server, startServer } from "../sandbox/server";
import { interrupt } from "./interrupt";

export const workloadUsage = `Workloads:
${WORKLOADS}

  --cluster NAME    the EKS cluster of a service account, where there are several
  --host NAME       the database's endpoint (default: what the role may connect to)
  --user NAME       the database user (default: likewise)
  --database NAME   the database (default: likewise)
  --speed NUMBER    let the sandbox's clock run faster, for this command and for Node programs: an hour's
                    expiries in a minute with 60; the sandbox must not run yet`;

/** What the command line says of a workload, and what comes after it. */
export interface Choice {
    readonly name: string;
    readonly cluster?: string | undefined;
    readonly host?: string | undefined;
    readonly user?: string | undefined;
    readonly database?: string | undefined;
    readonly speed: number;
    /** What follows `--`. */
    readonly command: readonly string[];
}

/** A workload, as a program can be run as it. */
export interface Place {
    /** The whole environment; a name whose value is undefined is not in it. */
    readonly environment: NodeJS.ProcessEnv;
    /** Undefined where its role may connect to nothing. */
    readonly target: Target | undefined;
}

/** Reads `WORKLOAD [OPTIONS] [-- COMMAND…]`; with `--help`, prints the usage and returns undefined. @throws UserError */
export function readChoice(args: readonly string[], usage: string): Choice | undefined {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const own = args.slice(0, end);
    if (own.includes("--help")) {
        console.log(usage);
        return undefined;
    }
    const text = { type: "string" } as const;
    const options = { cluster: text, host: text, user: text, database: text, speed: { type: "string", default: "1" } } as const;
    let parsed;
    try {
        parsed = parseArgs({ args: [...own], options, allowPositionals: true });
    } catch (error) {
        throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    }
    const { positionals, values } = parsed;
    const [name, ...more] = positionals;
    const speed = Number(values.speed);
    if (name === undefined || more.length > 0) {
        throw new UserError(`name one workload, options, and after -- the command\n\n${usage}`);
    }
    if (!(speed >= 1 && speed <= 1000)) {
        throw new UserError(`--speed is ${JSON.stringify(values.speed)}; allowed is a number from 1 to 1000`);
    }
    return { ...values, name, speed, command: args.slice(end + 1) };
}

/** Makes the place of a workload, works in it, and takes it away. @throws UserError */
export async function inPlace<T>(choice: Choice, work: (place: Place) => Promise<T>): Promise<T> {
    const server = await startServer(choice.speed === 1 ? {} : { pace: { since: Date.now(), speed: choice.speed } });
    try {
        const speed = server.pace?.speed ?? 1;
        if (choice.speed !== 1 && choice.speed !== speed) {
            throw new UserError(`the sandbox runs already, at speed ${speed}: stop it, or leave --speed out`);
        }
        const world = { store: new Store(), clock: clockOf(server.pace) };
        const workload = findWorkload(world, choice.name, choice.cluster);
        const target = targetOf(world.store, roleOf(world, workload), choice);
        const region = target?.endpoint.region ?? (workload.kind === "pod" ? workload.account.cluster.region : "us-east-1");
        const { identityUrl } = server;
        const surroundings = await surround(world, workload, { identityUrl, region, speed });
        try {
            const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name) && !/^(KEYLESS_|npm_)/.test(name));
            const common = await commonVariables(server, region, target);
            return await work({ environment: { ...Object.fromEntries(inherited), ...common, ...surroundings.environment }, target });
        } finally {
            await surroundings.close();
        }
    } finally {
        await server.stop();
    }
}

/** What every workload has: the region, STS, the database as libpq reads it, and the way to it. */
async function commonVariables(server: Server, region: string, target: Target | undefined): Promise<NodeJS.ProcessEnv> {
    const places = await placesOf(server.identityUrl);
    const names = Object.fromEntries(places.map(({ host, address }) => [host, address]));
    const preload = `--require ${JSON.stringify(join(projectDir, "sandbox", "identity", "child.cjs"))}`;
    return {
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
        AWS_ENDPOINT_URL_STS: server.identityUrl + PATHS.sts,
        AWS_EC2_METADATA_DISABLED: "true",
        // Nothing of the person who runs this.
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ...(target === undefined ? {} : databaseVariables(server, target, names)),
        KEYLESS_NAMES: JSON.stringify(names),
        ...(server.pace === undefined ? {} : { KEYLESS_PACE: JSON.stringify(server.pace) }),
        NODE_OPTIONS: [process.env["NODE_OPTIONS"], preload].filter(Boolean).join(" "),
    };
}

function databaseVariables({ caFile }: Server, { endpoint, user, database }: Target, names: Record<string, string>): NodeJS.ProcessEnv {
    return {
        PGHOST: endpoint.host,
        // libpq connects here, and checks the certificate against PGHOST.
        PGHOSTADDR: names[endpoint.host],
        PGPORT: String(endpoint.port),
        PGDATABASE: database,
        PGUSER: user,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: caFile,
    };
}

async function placesOf(identityUrl: string): Promise<{ host: string; address: string }[]> {
    const answer = await fetch(identityUrl + PATHS.names);
    if (!answer.ok) {
        throw new UserError(await answer.text());
    }
    return (await answer.json()) as { host: string; address: string }[];
}

/** Runs a program in the foreground; returns its exit code, 128 and more if a signal ended it. @throws UserError */
export async function foreground(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
    const child = spawn(command, args, { env, stdio: "inherit", cwd: process.env["INIT_CWD"] ?? process.cwd() });
    passSignals(child);
    try {
        const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
        return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
    } catch (error) {
        throw new UserError(`can't run ${JSON.stringify(command)}: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** What a signal means is the program's to say: psql, for one, cancels a query at Ctrl-C and goes on. */
function passSignals(child: ChildProcess): void {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.removeAllListeners(signal);
        process.on(signal, () => child.kill(signal));
    }
    // Whoever started us is gone.
    interrupt.addEventListener("abort", () => child.kill("SIGTERM"));
}

/** A token for the workload's database, made by the AWS SDK from the environment alone, in a process of its own. @throws UserError */
export async function tokenIn({ environment, target }: Place, name: string): Promise<string> {
    if (target === undefined) {
        throw new UserError(`the role of ${name} may connect to no database of the sandbox: name one with --host and --user`);
    }
    const script = join(projectDir, "sandbox", "identity", "signToken.cjs");
    const child = spawn(process.execPath, [script], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr] = await Promise.all([child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()));
    if (child.exitCode === null) {
        await once(child, "exit");
    }
    if (child.exitCode !== 0) {
        throw new UserError(`${name} gets no credentials: ${stderr?.trim()}`);
    }
    return stdout?.trim() ?? "";
}
