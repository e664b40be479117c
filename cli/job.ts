import { join } from "node:path";
import { parseArgs } from "node:util";

import { Store } from "../sandbox/cloud/store";
import { findJob } from "../sandbox/jobs/declared";
import { openPod } from "../sandbox/jobs/pod";
import { projectDir } from "../sandbox/paths";
import { UserError } from "../sandbox/userError";
import { startServer } from "../sandbox/server";
import { reason, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { userPath } from "./options";
import { foreground } from "./workload";

/** What the image of a connection test is built from. */
export const clientDir = join(projectDir, "examples", "connection-test");

export const USAGE = shown`usage: keyless job NAMESPACE/NAME [OPTIONS] [-- COMMAND [ARGUMENTS…]]

Runs a Kubernetes Job of the sandbox, which has no kubelet: one pod of it, with its service
account's credentials, its container's variables, arguments and volumes as they are declared.
Its exit code is the program's.

  --files DIR      what the image holds in its working directory (default: examples/connection-test)
  --cluster NAME   the EKS cluster, where there are several
  COMMAND          what to run in place of the container's own command`;

export async function job(args: string[]): Promise<number> {
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    const own = args.slice(0, end);
    if (own.includes("--help")) {
        print(USAGE);
        return 0;
    }
    const { values, name } = read(own);
    const server = await startServer();
    try {
        const pod = await openPod(server, findJob(new Store(), name, values.cluster));
        try {
            const [command, ...rest] = end < args.length ? args.slice(end + 1) : pod.command;
            if (command === undefined) {
                throw new UserError(`what ${name} runs is said in its image only: write it after --`);
            }
            return await foreground(
                command,
                rest,
                pod.environment,
                values.files === undefined ? clientDir : userPath(values.files),
            );
        } finally {
            await pod.close();
        }
    } finally {
        await server.stop();
    }
}

function read(args: string[]) {
    const text = { type: "string" } as const;
    try {
        const { values, positionals } = parseArgs({
            args,
            options: { files: text, cluster: text },
            allowPositionals: true,
        });
        const [name, ...more] = positionals;
        if (name !== undefined && more.length === 0) {
            return { values, name };
        }
    } catch (error) {
        throw new UserError(shown`${reason(error)}\n\n${USAGE}`);
    }
    throw new UserError(shown`name one job\n\n${USAGE}`);
}
