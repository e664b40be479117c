import { spawn } from "node:child_process";
import { once } from "node:events";

/** What a program wrote, and how it ended. */
export interface Outcome {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a Node program to its end in this environment, and in no other. */
export async function runNode(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
    const child = spawn(process.execPath, [file, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code: code ?? -1, stdout, stderr };
}
