import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { projectDir, stateDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { backendDir, guard, surroundings, type Ways } from "../../sandbox/run";
import { engineEnvironment } from "../../sandbox/run/environment";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { workDir } from "../../sandbox/run/workspace";
import { findServer } from "../../sandbox/server";
import { inLines, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { visible } from "../../toolkit/visible";
import { readOptions } from "../command/options";

export const USAGE = shown`usage: eval "$(npm run --silent keyless env)"

Prints environment variables with which plain pulumi, with its language host for
Node.js, previews and updates a stack of the sandbox. The databases run in the
background until \`npm run down\`.

  --stack NAME   the stack (default: local)`;

const SERVE_MS = 30_000;
const POLL_MS = 100;

export async function env(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, { stack: { type: "string", default: "local" } });
    if (options === undefined) {
        return 0;
    }
    const { stack } = options;
    if (readDeployment(backendDir(), stack) === undefined) {
        throw new UserError(`the sandbox has no stack ${JSON.stringify(stack)} yet: npm start -- --stack ${stack}`);
    }
    const { policyPacks, policyPackConfigs } = guard(stack);
    const environment = {
        ...engineEnvironment(process.env, surroundings(await served())),
        // Every engine flag has an environment variable. The repository's files stay unchanged.
        PULUMI_STACK: stack,
        PULUMI_OPTION_CONFIG_FILE: join(workDir(stack), `Pulumi.${stack}.yaml`),
        PULUMI_OPTION_POLICY_PACK: policyPacks.join(),
        PULUMI_OPTION_POLICY_PACK_CONFIG: policyPackConfigs.join(),
    };
    print(inLines(Object.entries(environment).map(asShell)));
    return 0;
}

/** @throws UserError for a value that the shell would not receive unchanged */
function asShell([name, value]: [string, string | undefined]): string {
    if (value !== undefined && visible(value) !== value) {
        throw new UserError(
            `${name} is ${JSON.stringify(value)}, which cannot be printed for a shell; remove its invisible characters`,
        );
    }
    return value === undefined ? `unset ${name}` : `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
}

/** The addresses of the running server, or of one started in the background. */
async function served(): Promise<Ways> {
    const log = stateDir("serve.log");
    mkdirSync(stateDir(), { recursive: true });
    const end = Date.now() + SERVE_MS;
    let found = findServer();
    if (found === undefined) {
        const output = openSync(log, "w");
        const main = [...process.execArgv, join(projectDir, "cli", "main.ts"), "serve"];
        spawn(process.execPath, main, { detached: true, stdio: ["ignore", output, output] }).unref();
        closeSync(output);
    }
    while (found === undefined) {
        if (Date.now() > end) {
            throw new UserError(
                `the databases' server did not start within ${SERVE_MS / 1000} s; see its log in ${log}`,
            );
        }
        await pause(POLL_MS);
        found = findServer();
    }
    return found;
}
