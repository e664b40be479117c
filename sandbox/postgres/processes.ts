import { commandLine } from "../../toolkit/system/commandLine";

/**
 * Whether this process is the Postgres server of this data folder. A process id alone says nothing: they are given out
 * again.
 */
export function isServerOf(pid: number, data: string): boolean {
    const words = commandLine(pid);
    return words.includes("postgres") && words.includes(data);
}
