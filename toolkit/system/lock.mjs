// Plain JavaScript, because the set-up takes a lock before there is anything that could run TypeScript.
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const POLL_MS = 200;
/** Taking over a dead process' lock takes milliseconds; a marker this old belongs to a process that died meanwhile. */
const TAKEOVER_MS = 10_000;

/**
 * Takes the lock file, waiting while a living process holds it; the lock of a process that died is taken over. The
 * operating system's own file locks would be better, but Node offers none.
 *
 * @param {string} path the lock file; its folder is made
 * @param {{ onWait?: (pid: number) => void, signal?: AbortSignal }} [options] `onWait` is called once, when another
 *     process holds the lock; `signal` ends the wait with an AbortError
 * @returns {Promise<() => void>} gives the lock back; also happens when the process exits
 */
export async function acquireLock(path, options = {}) {
    mkdirSync(dirname(path), { recursive: true });
    let waiting = false;
    while (!create(path)) {
        const holder = readHolder(path);
        if (holder !== undefined && !isAlive(holder)) {
            takeAway(path);
        } else if (holder !== undefined && !waiting) {
            waiting = true;
            options.onWait?.(holder.pid);
        }
        await pause(POLL_MS, undefined, { signal: options.signal });
    }
    const release = () => {
        process.off("exit", release);
        rmSync(path, { force: true });
    };
    process.on("exit", release);
    return release;
}

/**
 * Who is named in the lock file.
 *
 * @param {string} path
 * @returns {{ pid: number, started: string } | undefined} undefined: no holder, or not yet written
 */
export function readHolder(path) {
    try {
        const [pid, started] = readFileSync(path, "utf8").split(" ");
        return pid !== undefined && started !== undefined ? { pid: Number(pid), started } : undefined;
    } catch {
        return undefined;
    }
}

/**
 * @param {{ pid: number, started: string }} holder
 * @returns {boolean} whether that very process still runs, and not another one that got its number
 */
export function isAlive({ pid, started }) {
    try {
        process.kill(pid, 0);
    } catch (error) {
        return error instanceof Error && "code" in error && error.code === "EPERM";
    }
    const now = startOf(pid);
    return started === "" || now === "" || started === now;
}

/**
 * When a process started, in clock ticks since boot; "zombie" if it was not reaped (common in containers); empty if
 * the system has no /proc.
 *
 * @param {number} pid
 */
function startOf(pid) {
    try {
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        return fields[0] === "Z" ? "zombie" : (fields[19] ?? "");
    } catch {
        return "";
    }
}

/**
 * Makes the file with its content in one step, so that no process sees it empty.
 *
 * @param {string} path
 */
function create(path) {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${process.pid} ${startOf(process.pid)}`);
    try {
        linkSync(draft, path);
        return true;
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "EEXIST") {
            return false;
        }
        throw error;
    } finally {
        rmSync(draft, { force: true });
    }
}

/**
 * Removes a dead process' lock. Only one process at a time may do that: a slower one would remove the new lock of a
 * faster one.
 *
 * @param {string} path
 */
function takeAway(path) {
    const marker = `${path}.takeover`;
    if (!create(marker)) {
        const since = statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
        if (Date.now() - since > TAKEOVER_MS) {
            rmSync(marker, { force: true });
        }
        return;
    }
    const holder = readHolder(path);
    if (holder !== undefined && !isAlive(holder)) {
        rmSync(path, { force: true });
    }
    rmSync(marker, { force: true });
}
