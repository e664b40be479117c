import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { projectDir } from "../../toolkit/paths";

/** A command's output, and its exit code. */
export interface Ended {
    /** Null if it was killed. */
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A running `keyless` command. */
export interface Running {
    readonly process: ChildProcess;
    readonly ended: Promise<Ended>;
}

/** Starts a `keyless` command as a user does, in a separate state folder. */
export function startKeyless(stateDir: string, ...args: string[]): Running {
    const env = { ...process.env, KEYLESS_STATE: stateDir };
    const child = spawn(process.execPath, [join(projectDir, "cli", "keyless.mjs"), ...args], {
        env,
        stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
    return { process: child, ended };
}

/** Runs one to completion. */
export function keyless(stateDir: string, ...args: string[]): Promise<Ended> {
    return startKeyless(stateDir, ...args).ended;
}
