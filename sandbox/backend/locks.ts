import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";

import { commandLine } from "../../toolkit/system/commandLine";
import { writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";

/** Another running process works on the stack. */
export class StackBusyError extends UserError {}

/**
 * Removes the locks that killed engines left on a stack. The file backend never does that itself.
 *
 * @throws StackBusyError when a running engine holds one
 */
export function removeDeadLocks(backendDir: string, stack: string): void {
    const dir = locksOf(backendDir, stack);
    for (const name of existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith(".json")) : []) {
        const lock = JSON.parse(readFileSync(join(dir, name), "utf8")) as { pid: number; hostname: string };
        if (lock.hostname !== hostname() || isEngine(lock.pid)) {
            throw new StackBusyError(
                `process ${lock.pid} on ${lock.hostname} works on the stack ${stack}: wait for it, or end it`,
            );
        }
        rmSync(join(dir, name), { force: true });
    }
}

/**
 * Locks a stack as the file backend does, so that plain `pulumi` waits too, for the engines that this process started.
 *
 * @returns removes the lock
 */
export function lockForEngine(backendDir: string, stack: string): () => void {
    const [pid = process.pid] = children().filter(isEngine);
    const file = join(locksOf(backendDir, stack), `${randomUUID()}.json`);
    const lock = { pid, username: userInfo().username, hostname: hostname(), timestamp: new Date().toISOString() };
    writeWhole(file, JSON.stringify(lock));
    return () => rmSync(file, { force: true });
}

function locksOf(backendDir: string, stack: string): string {
    return join(backendDir, ".pulumi", "locks", "organization", "keyless", stack);
}

/** Whether the process with this id is an engine, and not another process that reused the id. */
function isEngine(pid: number): boolean {
    return /(^|\/)pulumi([\0 ]|$)/.test(commandLine(pid));
}

/** The ids of the processes that this one started. */
function children(): number[] {
    const tasks = "/proc/self/task";
    // macOS has no /proc.
    const text = existsSync(tasks)
        ? readdirSync(tasks).map((task) => readIfRunning(join(tasks, task, "children")))
        : [execFileSync("pgrep", ["-P", `${process.pid}`], { encoding: "utf8" })];
    return text.flatMap((ids) => ids.split(/\s+/).filter(Boolean).map(Number));
}

/** A thread may end in between. */
function readIfRunning(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}
