import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";

import { Store } from "../../sandbox/cloud/store";
import { stateDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { backendDir, forgetStack, run } from "../../sandbox/run";
import { shortName } from "../../sandbox/run/events";
import { listStacks, readDeployment } from "../../sandbox/backend/checkpoints";
import type { Deployment } from "../../sandbox/backend/deployment";
import { stopServer } from "../../sandbox/server";
import { inLines, separated, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { readOptions } from "../command/options";
import { tellProblems } from "./report";
import { type Sandbox, deployerOption, deployerUsage, inSandbox } from "./session";

export const USAGE = shown`usage: keyless down [OPTIONS]

Destroys a stack's resources in the sandbox, in the engine's order as on AWS, and stops
its servers. Destroying the last stack also deletes the sandbox's state.

  --stack NAME   the stack (default: local)
  --discard      delete the stack and its data without the engine, even if protected
${deployerUsage}`;

export async function down(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, {
        stack: { type: "string", default: "local" },
        ...deployerOption,
        discard: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { stack, discard } = options;
    const deployment = readDeployment(backendDir(), stack);
    if (deployment === undefined) {
        print(`the sandbox has no stack ${stack}`);
    } else {
        if (!discard) {
            refuseProtected(stack, deployment);
        }
        if (
            !(await inSandbox(
                (sandbox) => (discard ? throwAway(stack, deployment, sandbox) : takeDown(stack, sandbox)),
                options,
            ))
        ) {
            return 1;
        }
    }
    await stopServer();
    if (listStacks(backendDir()).length === 0) {
        removeState();
    }
    return 0;
}

async function takeDown(stack: string, sandbox: Sandbox): Promise<boolean> {
    const { ok, log } = await run("destroy", { ...sandbox, stack });
    tellProblems(log);
    if (ok) {
        await forgetStack(stack, sandbox.engine);
        print(`${stack}: ${log.changes.delete} resources deleted`);
    }
    return ok;
}

async function throwAway(stack: string, { resources = [] }: Deployment, { engine }: Sandbox): Promise<boolean> {
    const store = new Store();
    for (const { type, id } of resources) {
        if (id !== undefined) {
            store.remove(type, id);
        }
    }
    await forgetStack(stack, engine);
    print(`${stack}: discarded`);
    return true;
}

function refuseProtected(stack: string, { resources = [] }: Deployment): void {
    const kept = resources.filter(({ protect }) => protect);
    if (kept.length > 0) {
        throw new UserError(
            inLines([
                shown`the stack ${stack} protects ${separated(kept.map(({ urn }) => shortName(urn)))} from being deleted`,
                shown`  set protect: false under keyless:platform, database, and start it again; or discard the rehearsal:`,
                shown`  npm run down -- --stack ${stack} --discard`,
            ]),
        );
    }
}

const KEPT = [
    ...[
        "cloud",
        "credentials.json",
        "databases",
        "engine",
        "home",
        "keys",
        "locks",
        "logs",
        "passphrase",
        "plugins",
        "postgres",
    ],
    ...["serve.log", "server.json", "server.log", "tls", "work"],
];

/** Deletes only the sandbox's own files, by name: the folder may hold files of the user. */
function removeState(): void {
    for (const name of KEPT) {
        rmSync(stateDir(name), { recursive: true, force: true });
    }
    if (existsSync(stateDir()) && readdirSync(stateDir()).length === 0) {
        rmdirSync(stateDir());
    }
}
