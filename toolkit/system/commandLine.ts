import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** What a process was started with, by the system's own separators; empty when it is gone, or only waits to be buried. */
export function commandLine(pid: number): string {
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
