import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/**
 * Whether this process is the Postgres server of this data folder. A process id alone says nothing: they are given out
 * again.
 */
export function isServerOf(pid: number, data: string): boolean {
    const words = commandLine(pid);
    return words.includes("postgres") && words.includes(data);
}

/** What a process was started with; empty when there is no such process. */
function commandLine(pid: number): string {
    try {
        // Small container images have no `ps`, macOS has no /proc.
        return existsSync("/proc/self/cmdline")
            ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
            : execFileSync("ps", ["-ww", "-o", "command=", "-p", `${pid}`], {
                  encoding: "utf8",
                  stdio: ["ignore", "pipe", "ignore"],
              });
    } catch {
        return "";
    }
}
