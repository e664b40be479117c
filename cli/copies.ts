import { Store } from "../sandbox/cloud/store";
import { releaseMaster } from "../sandbox/providers/aws/rds/release";
import { backendDir } from "../sandbox/run";
import type { RunLog } from "../sandbox/run/events";
import { readDeployment } from "../sandbox/run/recovery";
import type { Session } from "./session";

/** What says that a stack's database has its copy in another region. */
const COPY = "keyless:platform:AnotherRegion";

/**
 * Makes a stack's platform without the copy of its database, and takes the master's password away from RDS, as whoever
 * deploys does in that order (docs/databases.md); nothing where there shall be no copy, or there is one.
 *
 * @returns the log of a run that failed
 */
export async function makeWhatIsCopied({
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
    progress.line("a database is copied once RDS no longer keeps its master's password: without the copy first");
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
