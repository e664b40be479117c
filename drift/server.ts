import { accessOf } from "../access";
import type { Resource } from "../access";
import type { Session } from "../toolkit/session";
import { Sessions } from "../toolkit/sessions";
import { NOT_COMPARED } from "./catalog/decisions";
import { type DriftOptions, type Finding, type Fix, findDrift, fixAll, readFacts } from "./index";

/** The drift of one server or several; what `keyless drift --json` prints. */
export interface DriftResult {
    readonly findings: readonly Finding[];
    /** With `--fix`: each attempted fix, with the server's message if it failed. */
    readonly fixed: readonly Fix[];
    /** What gives access and is not compared. */
    readonly notCompared: readonly string[];
}

/** What to look at, and whether to fix it. */
export interface DriftChoice extends DriftOptions {
    readonly fix: boolean;
}

/** Finds differences, fixes them if requested, and looks again for what remains. */
export async function serverDrift(
    resources: readonly Resource[],
    open: (database: string) => Promise<Session>,
    choice: DriftChoice,
): Promise<DriftResult> {
    const sessions = new Sessions(open);
    const databases = databasesOf(resources, choice.server);
    const look = async () => findDrift(resources, await readFacts(sessions.ask, databases), choice);
    try {
        const findings = await look();
        if (!choice.fix || findings.length === 0) {
            return { findings, fixed: [], notCompared: NOT_COMPARED };
        }
        const fixed = await fixAll((database) => sessions.in(database), findings);
        return { findings: await look(), fixed, notCompared: NOT_COMPARED };
    } finally {
        await sessions.end();
    }
}

/** The databases that the resources use; others are out of scope. */
function databasesOf(resources: readonly Resource[], key: string): string[] {
    const server = accessOf(resources).servers.find((one) => one.server.key === key);
    const objects = server?.rights.world.objects ?? [];
    return [...new Set(objects.filter(({ kind }) => kind === "database").map(({ name }) => name))];
}
