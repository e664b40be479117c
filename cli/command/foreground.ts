import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

import { reason, shown } from "../../toolkit/shown";
import { UserError } from "../../toolkit/userError";
import { interrupt, passingSignals } from "./interrupt";

/** Runs a program in the foreground; returns its exit code, 128 and more if a signal ended it. @throws UserError */
export async function foreground(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    cwd = process.env["INIT_CWD"] ?? process.cwd(),
): Promise<number> {
    // eslint-disable-next-line keyless/one-terminal -- the user's program owns the terminal
    const child = spawn(command, args, { env, stdio: "inherit", cwd });
    const stop = () => child.kill("SIGTERM");
    // The parent process is gone.
    interrupt.addEventListener("abort", stop);
    try {
        // The program decides what a signal means: psql, for example, cancels a query on Ctrl-C and continues.
        const [code, signal] = await passingSignals(
            (signal) => child.kill(signal),
            () => once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
        );
        return code ?? 128 + constants.signals[signal ?? "SIGKILL"];
    } catch (error) {
        throw new UserError(shown`can't run ${JSON.stringify(command)}: ${reason(error)}`);
    } finally {
        interrupt.removeEventListener("abort", stop);
    }
}
