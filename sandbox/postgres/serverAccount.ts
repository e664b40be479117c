import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

import { stateDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { hasCode } from "../../toolkit/system/files";
import { temporaryDir } from "./temporaryDir.cjs";

/** The operating system's account that the servers run as. */
export interface Account {
    readonly uid: number;
    readonly gid: number;
}

/**
 * The one folder that the sandbox needs outside its state folder: `/var/tmp/keyless-<hash of the state folder>`. It
 * holds the servers' Unix sockets, whose path may have 103 bytes and no more. For root it also holds the servers'
 * programs and data: Postgres refuses to run as root, so it runs as `nobody`, who cannot look into a repository below
 * /root or into a private temporary folder.
 */
export function outsideDir(): string {
    mkdirSync(stateDir(), { recursive: true, mode: 0o700 });
    const hash = createHash("sha256").update(realpathSync(stateDir())).digest("hex").slice(0, 12);
    // `KEYLESS_SERVERS` is another folder, of which the tests see what is left in it.
    return join(process.env["KEYLESS_SERVERS"] ?? temporaryDir(), `keyless-${hash}`);
}

/** Creates {@link outsideDir} and checks that no other user created it before: its parent folder is world-writable. */
export function makeOutsideDir(): string {
    const dir = outsideDir();
    try {
        mkdirSync(dir, { mode: 0o700 });
    } catch (error) {
        if (!hasCode(error, "EEXIST")) {
            throw error;
        }
    }
    const found = lstatSync(dir);
    if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
        throw new UserError(`another user owns ${dir} or may write to it: remove it and try again`);
    }
    // For the servers' account to pass through, not to look around.
    chmodSync(dir, serverAccount() === undefined ? 0o700 : 0o711);
    return dir;
}

/** Removes {@link outsideDir} if nothing is left in it. */
export function removeOutsideDirIfEmpty(): void {
    try {
        rmdirSync(outsideDir());
    } catch (error) {
        if (!hasCode(error, "ENOENT") && !hasCode(error, "ENOTEMPTY") && !hasCode(error, "EEXIST")) {
            throw error;
        }
    }
}

/** Where the data of the servers lives, one folder per database resource id. */
export function dataDir(...below: string[]): string {
    return join(serverAccount() === undefined ? stateDir("postgres") : join(outsideDir(), "data"), ...below);
}

/** The account that the servers run as, if it is not the current user: `nobody` for root. */
export function serverAccount(): Account | undefined {
    if (process.getuid === undefined) {
        throw new UserError("the sandbox's Postgres needs Linux or macOS: on Windows, run it in WSL");
    }
    return process.getuid() === 0 ? unprivilegedAccount() : undefined;
}

/** The name of the account that the servers run as. */
export function serverAccountName(): string {
    return serverAccount() === undefined ? userInfo().username : "nobody";
}

let knownAccount: Account | undefined;

function unprivilegedAccount(): Account {
    const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
    knownAccount ??= { uid: id("-u"), gid: id("-g") };
    return knownAccount;
}
