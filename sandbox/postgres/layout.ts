import { execFile } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { hasCode, writeWhole } from "../../toolkit/system/files";
import { dataDir, makeOutsideDir, outsideDir, serverAccount } from "./serverAccount";
import { programsFor } from "./binaries";

/** A Postgres server's files, whether it runs or not. */
export interface Instance {
    /** The RDS resource id: `cluster-…` or `db-…`. */
    readonly resourceId: string;
    /** Major version. */
    readonly major: number;
    /** Whether its log has what logical decoding needs. */
    readonly logicalReplication?: boolean;
    /** The server that it replicates: it is a standby. */
    readonly primary?: Running;
}

/** A running server. */
export interface Running {
    /** On 127.0.0.1. */
    readonly port: number;
    /** Folder of its Unix socket, where only the superuser may enter. */
    readonly socketDir: string;
}

/** Where an instance's files are. */
export interface Folders {
    /** All but the socket; of the servers' account. */
    readonly dir: string;
    readonly data: string;
    /** A file, of the last start. */
    readonly log: string;
    readonly socketDir: string;
}

/** @throws when the resource id is none, and could lead elsewhere */
export function foldersOf({ resourceId }: Pick<Instance, "resourceId">): Folders {
    if (!/^[A-Za-z0-9-]{1,60}$/.test(resourceId)) {
        throw new Error(
            `"${resourceId}" is not an RDS resource id: letters, digits and hyphens are allowed, as in cluster-ABC123`,
        );
    }
    const dir = dataDir(resourceId);
    return { dir, data: join(dir, "data"), log: join(dir, "log"), socketDir: join(outsideDir(), resourceId) };
}

/** Makes a folder of the servers' account, closed to others. */
export function makeServerDir(dir: string): void {
    makeOutsideDir();
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

/** Writes a file as the servers' account's own. */
export function writeOwned(path: string, content: string): void {
    writeWhole(path, content);
    own(path);
}

/** Copies a file of a running server as the servers' account's own, unless the server has just removed it. */
export function copyOwned(from: string, to: string): void {
    try {
        copyFileSync(from, to);
        own(to);
    } catch (error) {
        if (!hasCode(error, "ENOENT")) {
            throw error;
        }
    }
}

/**
 * Runs one of Postgres' programs as the servers' account.
 *
 * @throws with what it said
 */
export async function runProgram(
    instance: Instance,
    program: "initdb" | "pg_ctl",
    args: readonly string[],
): Promise<void> {
    const path = join(programsFor(instance.major), "bin", program);
    const options = {
        cwd: foldersOf(instance).dir,
        env: { LC_ALL: "C", PATH: process.env["PATH"] },
        ...serverAccount(),
    };
    await new Promise<void>((resolve, reject) => {
        execFile(path, args, options, (error, stdout, stderr) => {
            if (error === null) {
                resolve();
            } else {
                const said = `${stderr}${stdout}`.trim() || error.message;
                reject(new Error(`${program} of Postgres ${instance.major} failed: ${said}`, { cause: error }));
            }
        });
    });
}
