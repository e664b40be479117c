import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { parseSettings } from "../../config/settings";
import { run, surroundings } from "../../sandbox/run";
import { engineEnvironment } from "../../sandbox/run/environment";
import { workDir } from "../../sandbox/run/workspace";
import { UserError } from "../../toolkit/userError";
import { ofProject } from "../command/stackChoice";
import type { States } from "../fleet/move";
import { seedReferencedRoles } from "./rehearsal";
import { inSandbox } from "./session";
import { deploymentOf } from "./stacks";

/** Does some work with the states of the sandbox's stacks. */
export function withSandboxStates<T>(work: (states: States) => Promise<T>): Promise<T> {
    return inSandbox((sandbox) =>
        work({
            async preview({ name, config }) {
                seedReferencedRoles(parseSettings(ofProject(config)), String(config["aws:region"]));
                const { log } = await run("preview", { ...sandbox, stack: name, config });
                // The policy pack judges what is there already.
                if (log.errors.length > 0) {
                    throw new UserError(`${name} cannot be previewed: ${log.errors.join("\n")}`);
                }
                return log.resources;
            },
            resources: async (stack) => deploymentOf(stack).resources ?? [],
            async pulumi({ name }, args) {
                const env = { ...process.env, ...engineEnvironment(process.env, surroundings(sandbox.server)) };
                const options = { cwd: workDir(name), env, maxBuffer: 1 << 30 };
                return (await promisify(execFile)(sandbox.engine.command, args, options)).stdout;
            },
            named: ({ name }) => name,
        }),
    );
}
