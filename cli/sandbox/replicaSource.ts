import { Store } from "../../sandbox/cloud/store";
import { releaseMaster } from "../../sandbox/providers/aws/rds/release";
import { backendDir } from "../../sandbox/run";
import type { RunLog } from "../../sandbox/run/events";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import type { Session } from "./session";

/** The resource type of a database's copy in another region. */
const COPY = "keyless:platform:AnotherRegion";

/**
 * Deploys a stack's platform without its database's copy, then releases the master's password from RDS, in the order that a
 * deployment on AWS requires (docs/databases.md). Does nothing if no copy is configured, or if one exists.
 *
 * @returns the log of a run that failed
 */
export async function deployReplicaSource({
    run,
    stack,
    settings,
    config,
    progress,
}: Session): Promise<RunLog | undefined> {
    const { platform } = settings;
    const wanted = typeof platform === "object" && "network" in platform && platform.replica !== undefined;
    if (!wanted || (readDeployment(backendDir(), stack)?.resources ?? []).some(({ type }) => type === COPY)) {
        return undefined;
    }
    progress.line(
        "RDS can copy a database only when it does not manage the master's password: deploying without the copy first",
    );
    const alone = Object.fromEntries(
        Object.entries(config["keyless:platform"] ?? {}).filter(([key]) => key !== "replica"),
    );
    const { ok, log } = await run("up", { "keyless:platform": alone, "keyless:deploy": "platform" });
    if (!ok) {
        return log;
    }
    releaseMaster(new Store(), String(log.outputs["clusterResourceId"]));
    return undefined;
}
