import { spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { createInterface } from "node:readline";

import { UserError } from "../../toolkit/userError";

export interface Watch {
    readonly interrupt?: AbortSignal;
    readonly line?: (line: string) => void;
}

/** Runs a program to completion. @throws UserError with its last messages when it fails */
export async function runProgram(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    { interrupt, line }: Watch = {},
): Promise<{ stdout: string }> {
    const child = spawn(program, args, {
        env,
        stdio: ["ignore", "pipe", "pipe"],
        ...(interrupt && { signal: interrupt }),
    });
    const ended = once(child, "close") as Promise<[number | null]>;
    const said: string[] = [];
    createInterface(child.stderr).on("line", (text) => {
        line?.(text);
        said.push(text);
        said.splice(0, said.length - 5);
    });
    const stdout: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => stdout.push(data));
    const [code] = await ended;
    if (code !== 0) {
        throw new UserError(
            `${basename(program)} failed: ${said.filter((text) => /error|fatal|hint|detail/i.test(text)).join("; ") || said.at(-1) || `it ended with ${code}`}`,
        );
    }
    return { stdout: Buffer.concat(stdout).toString() };
}
