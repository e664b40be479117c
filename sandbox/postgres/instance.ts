import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { freePort } from "../../toolkit/system/freePort";
import { UserError } from "../../toolkit/userError";
import type { Certificate } from "./authority";
import { readIfThere } from "../../toolkit/system/files";
import { foldersOf, makeServerDir, runProgram, writeOwned } from "./layout";
import type { Instance, Running } from "./layout";
import { isServerOf } from "./processes";
import { serverAccountName } from "./serverAccount";
import { pgHba, pgIdent, postgresqlConf, SUPERUSER } from "./settings";

/** Crash recovery after a kill takes seconds at the sizes a sandbox has. */
const START_SECONDS = 60;
const START_ATTEMPTS = 5;
const WAIT = ["--wait", "--timeout", `${START_SECONDS}`, "--silent"];
/**
 * What keeps a server from starting and passes: its port was taken in between; a session of a killed server is still at
 * work and will soon notice; a killed run's pg_ctl is starting it just now.
 */
const PASSING = /Address already in use|still in use|lock file .* already exists/;
/** Above any system's highest process id. */
const NO_PROCESS = 2_147_483_646;

/** What a server needs to start besides its data. */
export interface Certificates {
    readonly server: Certificate;
    /** PEM of the authority that signs clients' certificates. */
    readonly authority: string;
}

/**
 * Makes an empty database server if there is none: `initdb`, in a draft folder, so that a killed run leaves no half of
 * one.
 */
export async function initialise(instance: Instance): Promise<void> {
    const { dir, data } = foldersOf(instance);
    if (existsSync(data)) {
        checkMajor(instance, data);
        return;
    }
    makeServerDir(dir);
    for (const name of readdirSync(dir)) {
        rmSync(join(dir, name), { recursive: true, force: true, maxRetries: 5 });
    }
    // Of its own name: the initdb of a killed run may still be writing.
    const draft = `${data}.${randomUUID()}`;
    await runProgram(instance, "initdb", [
        ...["--pgdata", draft, "--username", SUPERUSER, "--encoding", "UTF8", "--locale", "C"],
        ...["--auth-local", "peer", "--auth-host", "reject", "--no-sync", "--no-instructions"],
    ]);
    renameSync(draft, data);
}

/**
 * Starts the server on a free port, or finds it running already (started by a run that was killed, or by another one).
 */
export async function start(instance: Instance, certificates: Certificates): Promise<Running> {
    const { data, socketDir, log } = foldersOf(instance);
    for (let attempt = 1; ; attempt++) {
        const found = await findReady(instance);
        if (found !== undefined) {
            return found;
        }
        makeServerDir(socketDir);
        forgetDeadServer(instance);
        const port = await freePort();
        configure(instance, certificates, port, socketDir);
        rmSync(log, { force: true });
        try {
            await runProgram(instance, "pg_ctl", ["start", "--pgdata", data, "--log", log, ...WAIT]);
            return { port, socketDir };
        } catch (error) {
            const said = readIfThere(log) ?? "";
            if (attempt === START_ATTEMPTS || !PASSING.test(said)) {
                const reason = said.trim().slice(-2000);
                throw new Error(`Postgres ${instance.major} for ${instance.resourceId} did not start: ${reason}`, {
                    cause: error,
                });
            }
            await pause(1000);
        }
    }
}

/** Whether the server runs; a server that starts or stops counts. */
export function isRunning(instance: Instance): boolean {
    return readRunning(instance) !== undefined;
}

/** Gives a running server a new certificate. The caller has it read by `pg_reload_conf()`. */
export function replaceCertificates(instance: Instance, certificates: Certificates): void {
    writeCertificates(foldersOf(instance).data, certificates);
}

/** Stops the server if it runs; sessions are ended, nothing is lost. */
export async function stop(instance: Instance): Promise<void> {
    const { data } = foldersOf(instance);
    if (readRunning(instance) !== undefined) {
        await runProgram(instance, "pg_ctl", ["stop", "--pgdata", data, "--mode", "fast", ...WAIT]);
    }
}

/** Stops the server and removes its data, also what a killed run left of it. */
export async function remove(resourceId: string): Promise<void> {
    const instance = findInstance(resourceId);
    if (instance !== undefined) {
        await stop(instance);
    }
    const { dir, socketDir } = foldersOf({ resourceId });
    rmSync(dir, { recursive: true, force: true });
    rmSync(socketDir, { recursive: true, force: true });
}

/** The instance whose data is there; undefined if there is none. */
export function findInstance(resourceId: string): Instance | undefined {
    const version = readIfThere(join(foldersOf({ resourceId }).data, "PG_VERSION"));
    return version === undefined ? undefined : { resourceId, major: Number(version) };
}

function checkMajor({ resourceId, major }: Instance, data: string): void {
    const found = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
    if (found !== `${major}`) {
        throw new UserError(
            `the data of ${resourceId} is Postgres ${found}, the stack asks for ${major}: no server goes back; ` +
                `write ${found} or later, or destroy and recreate the cluster`,
        );
    }
}

function configure(instance: Instance, certificates: Certificates, port: number, socketDir: string): void {
    const { data } = foldersOf(instance);
    const { primary, logicalReplication = false } = instance;
    const files = { caFile: "ca.pem", certFile: "server.pem", keyFile: "server.key" };
    const settings = { port, socketDir, ...files, logicalReplication, ...(primary === undefined ? {} : { primary }) };
    writeOwned(join(data, "postgresql.conf"), postgresqlConf(settings));
    for (const [file, content] of entrancesOf(instance)) {
        writeOwned(file, content);
    }
    writeCertificates(data, certificates);
}

/** The files that say who comes in. */
function entrancesOf(instance: Instance): [file: string, content: string][] {
    const { data } = foldersOf(instance);
    return [
        [join(data, "pg_hba.conf"), pgHba(instance.major)],
        [
            join(data, "pg_ident.conf"),
            pgIdent({ sandbox: userInfo().username, server: serverAccountName() }, instance.major),
        ],
    ];
}

function writeCertificates(data: string, { server, authority }: Certificates): void {
    writeOwned(join(data, "ca.pem"), authority);
    writeOwned(join(data, "server.pem"), server.cert);
    writeOwned(join(data, "server.key"), server.key);
}

/**
 * The running server, once it takes connections; a server whose socket was swept away is stopped, and one that an older
 * version of the sandbox started, with other rules of who comes in.
 */
async function findReady(instance: Instance): Promise<Running | undefined> {
    for (let waited = 0; waited < START_SECONDS * 10; waited++) {
        const running = readRunning(instance);
        if (running === undefined) {
            return undefined;
        }
        if (running.status === "ready") {
            const isReached = existsSync(join(running.socketDir, `.s.PGSQL.${running.port}`));
            if (isReached && entrancesOf(instance).every(([file, content]) => readIfThere(file) === content)) {
                return running;
            }
            break;
        }
        await pause(100);
    }
    await stop(instance);
    return undefined;
}

/**
 * Another process may now have the id that a killed server left, and Postgres would refuse to start. The file must
 * stay all the same: the rest of it keeps Postgres from starting beside a killed server's
 * sessions.
 */
function forgetDeadServer(instance: Instance): void {
    const file = join(foldersOf(instance).data, "postmaster.pid");
    const left = readIfThere(file);
    if (left !== undefined && readRunning(instance) === undefined) {
        writeOwned(file, left.replace(/^\d+/, `${NO_PROCESS}`));
    }
}

/** What postmaster.pid says, if the process it names is really the server of this data. */
function readRunning(instance: Instance): (Running & { status: string }) | undefined {
    const { data } = foldersOf(instance);
    // The lines: process id, data, start time, port, socket folder, address, shared memory, status.
    const [pid, , , port, socketDir, , , status] = (readIfThere(join(data, "postmaster.pid")) ?? "").split("\n");
    if (pid === undefined || pid === "" || !isServerOf(Number(pid), data)) {
        return undefined;
    }
    return { port: Number(port), socketDir: socketDir ?? "", status: status?.trim() ?? "starting" };
}
