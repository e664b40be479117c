import { readFileSync, readdirSync } from "node:fs";

export interface Process {
    readonly pid: number;
    readonly command: string;
}

/** The living processes that belong to a state folder: it stands in their environment or arguments. */
export function processesOf(stateDir: string): Process[] {
    return readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .filter((pid) => [`/proc/${pid}/environ`, `/proc/${pid}/cmdline`].some((file) => text(file).includes(stateDir)))
        .map((pid) => ({ pid: Number(pid), command: text(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim() }))
        .filter(({ command }) => command !== "");
}

function text(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch {
        return "";
    }
}
