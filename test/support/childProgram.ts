import { spawn } from "node:child_process";
import { once } from "node:events";

/** A program's output, and its exit code or signal. */
export interface Outcome {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a Node program to completion in exactly this environment. */
export async function runNode(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
    const child = spawn(process.execPath, [file, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? -1, stdout, stderr };
}
