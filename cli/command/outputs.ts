import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { UserError } from "../../toolkit/userError";
import { reason, shown } from "../../toolkit/shown";
import { interrupt } from "./interrupt";

/** The outputs of a real stack, read with the user's backend and credentials. */
export async function readOutputs(stack: string): Promise<Record<string, unknown>> {
    try {
        const { stdout } = await promisify(execFile)(
            "pulumi",
            ["stack", "output", "--json", "--stack", stack, "--non-interactive"],
            { signal: interrupt },
        );
        return JSON.parse(stdout) as Record<string, unknown>;
    } catch (error) {
        throw new UserError(shown`can't read the outputs of the stack ${stack}: ${reason(error)}`);
    }
}
