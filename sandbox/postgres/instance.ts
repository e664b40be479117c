import { execFile } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { UserError } from "../problem";
import type { Identity } from "./authority";
import { readIfThere, writeWhole } from "./files";
import { dataDir, makeOutsideDir, outsideDir, serverAccount } from "./home";
import { isServerOf } from "./processes";
import { programsFor } from "./programs";
import { pgHba, pgIdent, postgresqlConf, SUPERUSER } from "./settings";

/** Crash recovery after a kill takes seconds at the sizes a sandbox has. */
const START_SECONDS = 60;
const START_ATTEMPTS = 5;
/** Above any system's highest process id. */
const NO_PROCESS = 2_147_483_646;

/** A Postgres server's files, whether it runs or not. */
export interface Instance {
    /** The RDS resource id: `cluster-…` or `db-…`. */
    readonly resourceId: string;
    /** Major version. */
    readonly major: number;
}

/** A running server. */
export interface Running {
    /** On 127.0.0.1. */
    readonly port: number;
    /** Folder of its Unix socket, where only the superuser may enter. */
    readonly socketDir: string;
}

/** What a server needs to start besides its data. */
export interface Certificates {
    readonly server: Identity;
    /** PEM of the authority that signs clients' certificates. */
    readonly authority: string;
}

/** Makes an empty database server if there is none: `initdb`, in a draft folder, so that a killed run leaves no half of one. */
export async function initialise(instance: Instance): Promise<void> {
    const { dir, data } = foldersOf(instance);
    if (existsSync(data)) {
        checkMajor(instance, data);
        return;
    }
    makeServerDir(dir);
    const draft = `${data}.draft`;
    rmSync(draft, { recursive: true, force: true });
    await run(instance, "initdb", [
        ...["--pgdata", draft, "--username", SUPERUSER, "--encoding", "UTF8", "--locale", "C"],
        ...["--auth-local", "peer", "--auth-host", "reject", "--no-sync", "--no-instructions"],
    ]);
    renameSync(draft, data);
}

/** Starts the server on a free port, or finds it running already (started by a run that was killed, or by another one). */
export async function start(instance: Instance, certificates: Certificates): Promise<Running> {
    const found = await findReady(instance);
    if (found !== undefined) {
        return found;
    }
    const { data, socketDir, log } = foldersOf(instance);
    makeOutsideDir();
    makeServerDir(socketDir);
    forgetDeadServer(data);
    for (let attempt = 1; ; attempt++) {
        const port = await freePort();
        configure(data, certificates, port, socketDir);
        rmSync(log, { force: true });
        try {
            await run(instance, "pg_ctl", ["start", "--pgdata", data, "--log", log, "--wait", "--timeout", `${START_SECONDS}`, "--silent"]);
            return { port, socketDir };
        } catch (error) {
            const said = readIfThere(log) ?? "";
            // The port was taken in between, or a session of a killed server is still at work and will soon notice.
            if (attempt === START_ATTEMPTS || !/Address already in use|still in use/.test(said)) {
                throw new Error(`Postgres ${instance.major} for ${instance.resourceId} did not start: ${said.trim().slice(-2000)}`, { cause: error });
            }
            await pause(1000);
        }
    }
}

/** Gives a running server a new certificate. The caller has it read by `pg_reload_conf()`. */
export function replaceCertificates(instance: Instance, certificates: Certificates): void {
    writeCertificates(foldersOf(instance).data, certificates);
}

/** Stops the server if it runs; sessions are ended, nothing is lost. */
export async function stop(instance: Instance): Promise<void> {
    const { data } = foldersOf(instance);
    if (readRunning(instance) !== undefined) {
        await run(instance, "pg_ctl", ["stop", "--pgdata", data, "--mode", "fast", "--wait", "--timeout", `${START_SECONDS}`, "--silent"]);
    }
}

/** Stops the server and removes its data. */
export async function remove(instance: Instance): Promise<void> {
    await stop(instance);
    const { dir, socketDir } = foldersOf(instance);
    rmSync(dir, { recursive: true, force: true });
    rmSync(socketDir, { recursive: true, force: true });
}

/** The instance whose files are in a resource's folder; undefined if there are none. */
export function findInstance(resourceId: string): Instance | undefined {
    const version = readIfThere(join(dataDir(resourceId), "data", "PG_VERSION"));
    return version === undefined ? undefined : { resourceId, major: Number(version) };
}

function foldersOf({ resourceId }: Instance): { dir: string; data: string; log: string; socketDir: string } {
    if (!/^[A-Za-z0-9-]{1,60}$/.test(resourceId)) {
        throw new Error(`"${resourceId}" is no RDS resource id: letters, digits and hyphens are allowed, as in cluster-ABC123`);
    }
    const dir = dataDir(resourceId);
    return { dir, data: join(dir, "data"), log: join(dir, "log"), socketDir: join(outsideDir(), resourceId) };
}

function checkMajor({ resourceId, major }: Instance, data: string): void {
    const found = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
    if (found !== `${major}`) {
        throw new UserError(
            `the data of ${resourceId} is Postgres ${found}, the stack asks for ${major}: the sandbox has no major upgrade; ` +
                `go back to ${found}, or destroy the cluster and create it anew`,
        );
    }
}

/** A folder of the servers' account, closed to others. */
function makeServerDir(dir: string): void {
    if (serverAccount() !== undefined) {
        mkdirSync(dataDir(), { recursive: true });
        chmodSync(dataDir(), 0o711);
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    own(dir);
}

function own(path: string): void {
    const account = serverAccount();
    if (account !== undefined) {
        chownSync(path, account.uid, account.gid);
    }
}

function configure(data: string, certificates: Certificates, port: number, socketDir: string): void {
    const settings = { port, socketDir, caFile: "ca.pem", certFile: "server.pem", keyFile: "server.key" };
    writeOwned(join(data, "postgresql.conf"), postgresqlConf(settings));
    writeOwned(join(data, "pg_hba.conf"), pgHba());
    writeOwned(join(data, "pg_ident.conf"), pgIdent(userInfo().username));
    writeCertificates(data, certificates);
}

function writeCertificates(data: string, { server, authority }: Certificates): void {
    writeOwned(join(data, "ca.pem"), authority);
    writeOwned(join(data, "server.pem"), server.cert);
    writeOwned(join(data, "server.key"), server.key);
}

function writeOwned(path: string, content: string): void {
    writeWhole(path, content);
    own(path);
}

/** The running server, once it takes connections; a server whose socket was swept away is stopped. */
async function findReady(instance: Instance): Promise<Running | undefined> {
    for (let waited = 0; waited < START_SECONDS * 10; waited++) {
        const running = readRunning(instance);
        if (running === undefined) {
            return undefined;
        }
        if (running.status === "ready") {
            if (existsSync(join(running.socketDir, `.s.PGSQL.${running.port}`))) {
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
 * The process id that a killed server left behind may be somebody else's today, and Postgres would not start for fear of
 * him. The file must stay all the same: what else it says keeps Postgres from starting beside a killed server's sessions.
 */
function forgetDeadServer(data: string): void {
    const file = join(data, "postmaster.pid");
    const left = readIfThere(file);
    if (left !== undefined) {
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

async function run(instance: Instance, program: string, args: readonly string[]): Promise<void> {
    const path = join(programsFor(instance.major), "bin", program);
    const options = { cwd: foldersOf(instance).dir, env: { LC_ALL: "C", PATH: process.env["PATH"] }, ...serverAccount() };
    await new Promise<void>((resolve, reject) => {
        execFile(path, args, options, (error, stdout, stderr) => {
            if (error === null) {
                resolve();
            } else {
                reject(new Error(`${program} of Postgres ${instance.major} failed: ${`${stderr}${stdout}`.trim() || error.message}`, { cause: error }));
            }
        });
    });
}

function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address() as AddressInfo;
            probe.close(() => resolve(port));
        });
    });
}
