import { accessOf } from "../access";
import type { Resource } from "../access";
import type { Session } from "../toolkit/session";
import { Sessions } from "../toolkit/sessions";
import { NOT_COMPARED } from "./catalog/decisions";
import type { ServerState } from "../access/postgres/serverState";
import { UserError } from "../toolkit/userError";
import { keptOf } from "./publicKept";
import { type DriftOptions, type Finding, type Fix, type FromElsewhere, fixAll, readFacts, sortDrift } from "./index";

/** The drift of one server or several; what `keyless drift --json` prints. */
export interface DriftResult {
    readonly findings: readonly Finding[];
    /** With `--fix`: each attempted fix, with the server's message if it failed. */
    readonly fixed: readonly Fix[];
    /** On existing servers: what others have there, which is no difference. */
    readonly elsewhere: readonly FromElsewhere[];
    /** What gives access and is not compared. */
    readonly notCompared: readonly string[];
}

/** What to look at, and whether to fix it. */
export interface DriftChoice extends DriftOptions {
    readonly fix: boolean;
}

const OTHERS = "the object is not this stack's: its owner may run the SQL";

/** Finds differences, fixes them if requested, and looks again for what remains. */
export async function serverDrift(
    resources: readonly Resource[],
    open: (database: string) => Promise<Session>,
    choice: DriftChoice,
): Promise<DriftResult> {
    const declared = accessOf(resources).servers.find((one) => one.server.key === choice.server);
    const world = declared?.rights.world;
    const kept = world?.publicKept ?? new Set();
    // On an existing server no fix touches what is others'.
    if (choice.fix && kept.size > 0 && declared?.server.existing !== true) {
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
        return sortDrift(resources, facts, choice);
    };
    try {
        const { findings, elsewhere, unfixable } = await look();
        if (!choice.fix || findings.length === 0) {
            return { findings, fixed: [], elsewhere, notCompared };
        }
        const fixable = findings.filter((finding) => !unfixable.has(finding));
        const fixed = await fixAll((database) => sessions.in(database), fixable);
        const left = [...unfixable].map((finding) => ({ finding, failure: OTHERS }));
        const after = await look();
        return { findings: after.findings, fixed: [...fixed, ...left], elsewhere: after.elsewhere, notCompared };
    } finally {
        await sessions.end();
    }
}

/** The databases that the resources use; others are out of scope. */
function databasesOf(world: ServerState | undefined): string[] {
    const objects = world?.objects ?? [];
    return [...new Set(objects.filter(({ kind }) => kind === "database").map(({ name }) => name))];
}
