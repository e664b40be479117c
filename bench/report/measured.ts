import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

import type { Usage } from "./row";

/** Between two looks at the processes' memory. */
const SAMPLE_MS = 100;
/** A tick of the times in /proc: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, in every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface Run extends Usage {
    readonly stdout: string;
    readonly stderr: string;
    readonly code: number;
}

export interface RunOptions {
    readonly cwd: string;
    readonly env: NodeJS.ProcessEnv;
    /** For its standard input. */
    readonly input?: string;
    /** Exit codes that are no failure. */
    readonly accepted?: readonly number[];
}

/**
 * Runs a program to its end, and measures it with all processes that it starts. What outlives it, as a database's server
 * does, is not counted. Only Linux tells of CPU and memory.
 *
 * @throws Error with what it wrote, if it fails
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Run> {
    const { cwd, env, input = "", accepted = [0] } = options;
    const before = cpuOfChildren();
    const start = performance.now();
    const child = spawn(command, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
    let [stdout, stderr, peak] = ["", "", 0];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    // It may end without having read.
    child.stdin.on("error", () => undefined).end(input);
    const timer = setInterval(() => (peak = Math.max(peak, memoryOf(child.pid))), SAMPLE_MS);
    try {
        const [code] = (await once(child, "close")) as [number | null];
        const seconds = (performance.now() - start) / 1000;
        if (code === null || !accepted.includes(code)) {
            throw new Error(`${command} ended with ${code ?? "a signal"}:\n${stderr}\n${stdout}`);
        }
        return {
            seconds,
            cpu: cpuSince(before),
            megabytes: peak === 0 ? undefined : peak / 1024,
            stdout,
            stderr,
            code,
        };
    } finally {
        clearInterval(timer);
    }
}

/** What the children's seconds of CPU, or others, have grown by. */
export function cpuSince(before: number | undefined, now = cpuOfChildren()): number | undefined {
    return before === undefined || now === undefined ? undefined : now - before;
}

/** Seconds of CPU of the processes that this one has waited for, and of those that they have waited for. */
export function cpuOfChildren(): number | undefined {
    return ticks(fieldsOf("self")?.slice(13, 15));
}

/** Seconds of CPU of another process and of those that it has waited for: of a server's postmaster, with all sessions that ended. */
export function cpuOfServer(pid: number): number | undefined {
    return ticks(fieldsOf(pid)?.slice(11, 15));
}

function ticks(fields: readonly string[] | undefined): number | undefined {
    return fields?.reduce((sum, field) => sum + Number(field) / TICKS_PER_SECOND, 0);
}

/** Kilobytes that a process and its descendants have in memory. */
export function memoryOf(root: number | undefined): number {
    const parents = new Map(processes().map((pid) => [pid, Number(fieldsOf(pid)?.[1])]));
    const isOf = (pid: number | undefined): boolean =>
        pid !== undefined && (pid === root || isOf(parents.get(pid) === pid ? undefined : parents.get(pid)));
    return [...parents.keys()]
        .filter(isOf)
        .reduce((sum, pid) => sum + Number(/^VmRSS:\s*(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0), 0);
}

function processes(): number[] {
    try {
        return readdirSync("/proc")
            .map(Number)
            .filter((pid) => pid > 0);
    } catch {
        return [];
    }
}

/** The fields after the name, which may contain anything: the process' state comes first. */
function fieldsOf(pid: number | "self"): string[] | undefined {
    const stat = text(`/proc/${pid}/stat`);
    return stat === "" ? undefined : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function text(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}
