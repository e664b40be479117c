import { accessSync, constants, existsSync } from "node:fs";

import { UserError } from "../../toolkit/userError";
import { backendDir } from "../../sandbox/run";
import type { RunLog } from "../../sandbox/run/events";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { reason, shown } from "../../toolkit/shown";
import type { Session } from "./session";

/** The resource type that exists once a stack's profiles, and the tables before them, exist. */
const GRANTS = "keyless:tenancy:TenantGrants";

/**
 * Deploys the stack without its profiles and runs the migrations, in the order that a deployment requires. Does nothing if
 * the profiles exist.
 *
 * @returns the log of a run that failed
 * @throws UserError with the server's message when a statement fails
 */
export async function migrate(
    { run, stack, server, config, progress }: Session,
    file: string,
): Promise<RunLog | undefined> {
    needReadable(file);
    if ((readDeployment(backendDir(), stack)?.resources ?? []).some(({ type }) => type === GRANTS)) {
        return undefined;
    }
    const access = Object.fromEntries(
        Object.entries(config["keyless:access"] ?? {}).filter(([key]) => key !== "profiles" && key !== "people"),
    );
    const { ok, log } = await run("up", { "keyless:access": access });
    if (!ok) {
        return log;
    }
    const step = progress.step("running the migrations");
    const postgres = await server.postgresFor(String(log.outputs["clusterResourceId"]));
    const session = await postgres.admin(String(log.outputs["database"]));
    try {
        await session.runFile(file);
    } catch (error) {
        throw new UserError(shown`${file} fails: ${reason(error)}`);
    } finally {
        await session.end();
        step.done();
    }
    return undefined;
}

/** A stack file's migrations: the SQL file beside it with the same name. */
export function migrationsBeside(stackFile: string): string | undefined {
    const file = stackFile.replace(/\.ya?ml$/, ".sql");
    return file !== stackFile && existsSync(file) ? file : undefined;
}

/** Checks the file before anything is deployed. */
function needReadable(file: string): void {
    try {
        accessSync(file, constants.R_OK);
    } catch (error) {
        throw new UserError(shown`can't read the migrations: ${reason(error)}`);
    }
}
