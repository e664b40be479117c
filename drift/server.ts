import { accessOf } from "../access";
import type { Resource } from "../access";
import type { Session } from "../toolkit/session";
import { Sessions } from "../toolkit/sessions";
import { NOT_COMPARED } from "./catalog/decisions";
import type { ServerState } from "../access/postgres/serverState";
import { UserError } from "../toolkit/userError";
import { keptOf } from "./publicKept";
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
    const world = accessOf(resources).servers.find((one) => one.server.key === choice.server)?.rights.world;
    const kept = world?.publicKept ?? new Set();
    if (choice.fix && kept.size > 0) {
        throw new UserError(
            `--fix would take from others what nothing declares, on a server where PUBLIC keeps its rights (access.publicRights: keep on ${[...kept].join(", ")}); run without it, and pick from the printed SQL`,
        );
    }
    const sessions = new Sessions(open);
    const databases = databasesOf(world);
    let notCompared = NOT_COMPARED;
    const look = async () => {
        const facts = await readFacts(sessions.ask, databases);
        notCompared = [...NOT_COMPARED, ...keptOf(facts, kept)];
        return findDrift(resources, facts, choice);
    };
    try {
        const findings = await look();
        if (!choice.fix || findings.length === 0) {
            return { findings, fixed: [], notCompared };
        }
        const fixed = await fixAll((database) => sessions.in(database), findings);
        return { findings: await look(), fixed, notCompared };
    } finally {
        await sessions.end();
    }
}

/** The databases that the resources use; others are out of scope. */
function databasesOf(world: ServerState | undefined): string[] {
    const objects = world?.objects ?? [];
    return [...new Set(objects.filter(({ kind }) => kind === "database").map(({ name }) => name))];
}
