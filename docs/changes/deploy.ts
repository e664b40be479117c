import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ofProject } from "../../cli/command/stackChoice";
import { migrate, migrationsBeside } from "../../cli/sandbox/migrate";
import { seedReferencedRoles } from "../../cli/sandbox/rehearsal";
import { deployReplicaSource } from "../../cli/sandbox/replicaSource";
import type { Sandbox, Session } from "../../cli/sandbox/session";
import { engineOf, parseSettings } from "../../config/settings";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import { endpointsOf } from "../../sandbox/cloud/aws/databaseEndpoints";
import { Store } from "../../sandbox/cloud/store";
import type { Runner } from "../../sandbox/inProcess/runner";
import { putExistingObjects, type ExistingObject } from "../../sandbox/run/existingObjects";
import { backendDir } from "../../sandbox/run";
import type { RunLog } from "../../sandbox/run/events";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { configOf, fileOf, type Base } from "./stacks/bases";

/**
 * Deploys a base; nothing changes where it is deployed already.
 *
 * @throws with the errors of a run that failed
 */
export async function deploy(base: Base, sandbox: Sandbox, runner: Runner): Promise<void> {
    const config = { "keyless:caBundle": sandbox.server.caFile, ...configOf(base) };
    const region = String(configOf(base)["aws:region"]);
    const settings = parseSettings(ofProject(config));
    putExistingObjects(new Cloud(new Store(), region), existing());
    seedReferencedRoles(settings, region);
    sandbox.progress.line(`deploying ${base}`);
    const run: Session["run"] = (_, instead) => runner.run("up", base, { ...config, ...instead });
    const failed = await bringUp({ ...sandbox, stack: base, settings, config, run });
    if (failed !== undefined) {
        throw new Error(`${base} cannot be deployed: ${failed.errors.join("; ")}`);
    }
}

/** What stands in AWS before the stacks: an application server's network, roles, policies. */
function existing(): ExistingObject[] {
    return JSON.parse(readFileSync(join(__dirname, "stacks", "existing.json"), "utf8")) as ExistingObject[];
}

async function bringUp(session: Session): Promise<RunLog | undefined> {
    const migrations = migrationsBeside(fileOf(session.stack as Base));
    const failed =
        (await deployReplicaSource(session)) ??
        (await deployPlatform(session)) ??
        (migrations === undefined ? undefined : await migrate(session, migrations));
    if (failed !== undefined) {
        return failed;
    }
    const { ok, log } = await session.run("up");
    return ok ? undefined : log;
}

/**
 * The platform, as in a stack's first run, and then its server: its start may take longer than a provider waits for it.
 */
async function deployPlatform({ run, stack, server, settings }: Session): Promise<RunLog | undefined> {
    if (settings.access === undefined || engineOf(settings) === "mysql") {
        return undefined;
    }
    if (typeof settings.platform === "object" && readDeployment(backendDir(), stack)?.resources === undefined) {
        const { ok, log } = await run("up", { "keyless:deploy": "platform" });
        if (!ok) {
            return log;
        }
    }
    const before = fileOf(stack as Base).replace(/\.yaml$/, ".existing.sql");
    for (const { spec } of endpointsOf(new Store())) {
        const postgres = await server.postgresFor(spec.resourceId);
        if (existsSync(before)) {
            const session = await postgres.admin(spec.database);
            await session.runFile(before).finally(() => session.end());
        }
    }
    return undefined;
}
