import { readdirSync } from "node:fs";
import { join } from "node:path";

import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { backendDir } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import type { ResourceState } from "../../sandbox/backend/deployment";
import { down } from "./down";
import { deployReplicaSource } from "./replicaSource";
import { migrate, migrationsBeside } from "./migrate";
import { tellProblems } from "./report";
import { stackFileOf } from "../command/stackChoice";
import { inSession } from "./session";

/** The names of all example stacks. */
export function exampleStacks(): string[] {
    const files = readdirSync(join(projectDir, "examples", "stacks"));
    return files.flatMap((name) => /^(.+)\.yaml$/.exec(name)?.[1] ?? []).sort();
}

/**
 * The resources of a stack in the sandbox, with all values known. A missing stack is deployed first and discarded
 * afterwards.
 *
 * @throws UserError when the deployment fails
 */
export async function deployedResources(stack: string): Promise<readonly ResourceState[]> {
    const before = readDeployment(backendDir(), stack);
    if (before?.resources === undefined) {
        await bringUp(stack);
    }
    const resources = readDeployment(backendDir(), stack)?.resources ?? [];
    if (before === undefined) {
        await down(["--stack", stack, "--discard"]);
    }
    return resources;
}

async function bringUp(stack: string): Promise<void> {
    const migrations = migrationsBeside(stackFileOf({ stack }));
    const log = await inSession({ stack }, async (session) => {
        const failed =
            (await deployReplicaSource(session)) ??
            (migrations === undefined ? undefined : await migrate(session, migrations));
        if (failed !== undefined) {
            return failed;
        }
        const { ok, log } = await session.run("up");
        return ok ? undefined : log;
    });
    if (log !== undefined) {
        tellProblems(log);
        throw new UserError(`cannot deploy the stack ${stack}`);
    }
}
