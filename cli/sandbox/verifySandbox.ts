import {
    DatabaseTrials,
    existingRoles,
    holds,
    NOTHING_ELSEWHERE,
    readCatalog,
    readColumns,
    resourceIdOf,
    rolesTried,
    serversOf,
} from "../../access";
import type {
    Catalog,
    Corrections,
    DeclaredServer,
    Difference,
    ExistingRole,
    LiveResult,
    Resource,
    Trial,
} from "../../access";
import { markOf, tryAll, type Result, type Tried } from "../../sandbox/attempts/run";
import { withSamples, type Sample } from "../../sandbox/attempts/samples";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { knownPassword } from "../../sandbox/postgres/persistedServer";
import type { Server } from "../../sandbox/server";
import { RDS_IAM } from "../../toolkit/serverNames";
import { Sessions } from "../../toolkit/sessions";
import { compareCatalog } from "../access/compareCatalog";
import { ChosenTrials } from "./chosenTrials";

export const NOTHING_COMPARED: LiveResult = {
    cells: 0,
    attempts: 0,
    differences: [],
    undecided: [],
    elsewhere: NOTHING_ELSEWHERE,
    rowSecurity: [],
};

/**
 * Compares the computed matrix with every Postgres server that the resources create in the sandbox: with its catalogs, and
 * with real attempts by each login. First creates a table in every schema as its creators, to cover future objects.
 *
 * @param mine urns of the resources whose servers to look at
 * @param exhaustive whether every login tries everything, however many there are
 */
export async function verifySandbox(
    server: Pick<Server, "postgresFor">,
    resources: readonly Resource[],
    mine: ReadonlySet<string>,
    exhaustive?: boolean,
): Promise<LiveResult> {
    // By id: other stacks too may use a database that exists.
    const own = serversOf(resources.filter(({ urn }) => mine.has(urn))).map(({ server }) => resourceIdOf(server));
    let result = NOTHING_COMPARED;
    for (const declared of serversOf(resources)) {
        const id = resourceIdOf(declared.server);
        if (id !== undefined && own.includes(id)) {
            const one = await verifyServer(await server.postgresFor(id), resources, declared, exhaustive);
            result = {
                cells: result.cells + one.cells,
                attempts: result.attempts + one.attempts,
                differences: [...result.differences, ...one.differences],
                undecided: [...result.undecided, ...one.undecided],
                elsewhere: {
                    logins: [...result.elsewhere.logins, ...one.elsewhere.logins],
                    rights: [...result.elsewhere.rights, ...one.elsewhere.rights],
                },
                rowSecurity: [...result.rowSecurity, ...one.rowSecurity],
            };
        }
    }
    return result;
}

async function verifyServer(
    postgres: Postgres,
    resources: readonly Resource[],
    planned: DeclaredServer,
    exhaustive: boolean | undefined,
): Promise<LiveResult> {
    const { key } = planned.server;
    return withSamples(
        postgres,
        (name) => samplesOf(planned, name),
        async (sample, unmade) => {
            const sessions = new Sessions((database) => postgres.guardedAdmin(database));
            try {
                const made = unmade.map(({ database, schema, owner, answer }) => {
                    const attempt = { cell: `${owner} CREATE schema ${database}/${schema}` };
                    return { attempt, answer, mark: markOf({ expected: true }, answer) };
                });
                const missing = made.flatMap((one) => differenceOf(key, one));
                const catalog = await readCatalog(sessions.ask, "postgres");
                const { model, result, corrections } = compareCatalog(resources, key, catalog);
                const declared = model.servers.find(({ server }) => server.key === key) ?? planned;
                const tried = await tryAccess(
                    postgres,
                    { declared, existing: existingRoles(model.graph), catalog, corrections },
                    sessions,
                    exhaustive,
                );
                return {
                    cells: result.cells + missing.length,
                    attempts: tried.attempts,
                    differences: [...missing, ...result.differences, ...tried.differences],
                    undecided: [...made.flatMap((one) => undecidedOf(key, one)), ...tried.undecided],
                    elsewhere: {
                        ...result.elsewhere,
                        rights: result.elsewhere.rights.filter(({ on }) => !on.includes(sample)),
                    },
                    rowSecurity: result.rowSecurity,
                };
            } finally {
                await sessions.end();
            }
        },
    );
}

/** One for each role that will create objects in a schema; the provisioner's own objects do not matter. */
function samplesOf({ rights, administrators }: DeclaredServer, name: string): readonly Sample[] {
    const makers = new Map<string, Omit<Sample, "name">>();
    for (const { future, kind, database, schema, owner } of rights.world.objects) {
        if (future === true && kind === "table" && schema !== undefined && !administrators.includes(owner)) {
            makers.set(JSON.stringify([database, schema, owner]), { database, schema, owner });
        }
    }
    return [...makers.values()].map((maker, index) => ({ ...maker, name: `${name}_${index}` }));
}

/** invalid_authorization_specification (NOLOGIN) and invalid_password: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CLOSED: ReadonlySet<string> = new Set(["28000", "28P01"]);

interface Compared {
    readonly declared: DeclaredServer;
    /** The roles that tenants of the model `existing` act as. */
    readonly existing: readonly ExistingRole[];
    readonly catalog: Catalog;
    readonly corrections: Corrections;
}

/**
 * Every IAM login attempts to access each database as itself, even if its sessions start in another role; so does each login that
 * still has a password beside a tenant's, where the sandbox knows it, and one whose password is gone must not come in with it.
 */
async function tryAccess(
    postgres: Postgres,
    { declared, existing, catalog, corrections }: Compared,
    sessions: Sessions,
    exhaustive: boolean | undefined,
): Promise<Pick<LiveResult, "attempts" | "differences" | "undecided">> {
    const { rights, administrators, server } = declared;
    const { members } = rights.privileges;
    const password = knownPassword(postgres);
    const former = (of: "passwordLogin" | "closedLogin") =>
        new Set(
            password === undefined
                ? []
                : existing.filter(({ name }) => rights.world.roles.has(name)).flatMap((role) => role[of] ?? []),
        );
    const [open, closed] = [former("passwordLogin"), former("closedLogin")];
    const logins = [...catalog.roles.values()]
        .filter(({ name, attributes }) => attributes.login || open.has(name))
        .map(({ name }) => name)
        .filter((name) => !administrators.includes(name) && (members.belongs(name).has(RDS_IAM) || open.has(name)));
    const databases = catalog.objects.filter(({ kind }) => kind === "database").map(({ name }) => name);
    const chosen = new ChosenTrials(rights, logins, exhaustive);
    const roles = chosen.roles();
    const trials = new Map<string, DatabaseTrials>();
    for (const database of databases) {
        trials.set(
            database,
            new DatabaseTrials(rights, database, await readColumns(sessions.ask, database), corrections),
        );
    }
    // A database at a time: a login may have fewer sessions than there are databases.
    function* series() {
        for (const [database, here] of trials) {
            const schemas = chosen.schemas(here);
            for (const login of logins) {
                const onData = here.of(login, schemas.of(login));
                // The same in every database: in the first to which it may connect.
                const first = databases.find((name) => mayConnect(rights, corrections, login, name)) === database;
                const becoming = first ? rolesTried(declared, login, roles.of(login), corrections) : [];
                const attempts = [...onData, ...becoming];
                yield { login, database, attempts, ...(open.has(login) && { password }) };
            }
            for (const login of closed) {
                yield { login, database, password, attempts: [] };
            }
        }
    }
    const keep = ({ login, database, connect, results }: Tried<Trial>) => {
        const expected = !closed.has(login) && mayConnect(rights, corrections, login, database);
        const attempt = { cell: `${login} CONNECT database ${database}` };
        // A login that may connect and cannot is a fault, for whatever reason; that one is closed, only the login's own refusal shows.
        const failed = (code: string) =>
            expected ? "missing" : closed.has(login) && !CLOSED.has(code) ? "leak" : "refused";
        const mark = connect.outcome === "allowed" ? markOf({ expected }, connect) : failed(connect.code);
        const all = [{ attempt, answer: connect, mark }, ...results];
        return {
            attempts: all.length,
            differences: all.flatMap((one) => differenceOf(server.key, one)),
            undecided: all.flatMap((one) => undecidedOf(server.key, one)),
        };
    };
    const kept = await tryAll(postgres, series(), keep, { role: "none" });
    return {
        attempts: kept.reduce((sum, { attempts }) => sum + attempts, 0),
        differences: kept.flatMap(({ differences }) => differences),
        undecided: kept.flatMap(({ undecided }) => undecided),
    };
}

function mayConnect(
    rights: DeclaredServer["rights"],
    corrections: Corrections,
    login: string,
    database: string,
): boolean {
    const found = rights.world.objects.find(({ kind, name }) => kind === "database" && name === database);
    return found !== undefined && holds(rights, corrections, login, found, "CONNECT");
}

type Judged = Pick<Result, "answer" | "mark"> & { readonly attempt: Pick<Trial, "cell"> };

function differenceOf(server: string, { attempt: { cell }, answer, mark }: Judged): Difference[] {
    return mark === "leak" || mark === "missing"
        ? [{ server, cell, what: mark === "leak" ? "too much" : "missing", why: reasonOf(answer) }]
        : [];
}

function undecidedOf(server: string, { attempt: { cell }, answer, mark }: Judged): LiveResult["undecided"] {
    return mark === "undecided" ? [{ server, cell, why: reasonOf(answer) }] : [];
}

function reasonOf(answer: Result["answer"]): string {
    return answer.outcome === "allowed"
        ? "an attempt succeeded"
        : answer.outcome === "refused"
          ? `an attempt was refused: ${answer.message}`
          : `an attempt failed for another reason (${answer.code}): ${answer.message}`;
}
