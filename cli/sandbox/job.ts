import { join } from "node:path";
import { parseArgs } from "node:util";

import { Store } from "../../sandbox/cloud/store";
import { findJob } from "../../sandbox/jobs/declared";
import { openPod } from "../../sandbox/jobs/pod";
import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { startServer } from "../../sandbox/server";
import { reason, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { userPath } from "../command/options";
import { foreground } from "../command/foreground";
import { adviseOn } from "./workload";

/** The source folder of a connection test's image. */
export const clientDir = join(projectDir, "examples", "connection-test");

export const USAGE = shown`usage: keyless job NAMESPACE/NAME [OPTIONS] [-- COMMAND [ARGUMENTS…]]

Runs one pod of a Kubernetes Job of the sandbox, which has no kubelet: with its service
account's credentials and its container's declared variables, arguments and volumes. The
exit code is the program's.

  --files DIR      the contents of the image's working directory (default: examples/connection-test)
  --cluster NAME   the EKS cluster, if there are several
  COMMAND          the command to run instead of the container's`;

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
                throw new UserError(
                    `${name} declares no command (its image's entrypoint would run); pass one after --`,
                );
            }
            adviseOn(pod.names, command);
            return await foreground(
                ...pod.names.launch(command, rest),
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
