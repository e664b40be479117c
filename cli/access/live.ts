import { accessOf, Columns, readCatalog, readColumns, resourceIdOf, rolesTried, trialsOf, verify } from "../../access";
import type { AccessModel, Catalog, DeclaredServer, Difference, LiveResult, Resource, Trial } from "../../access";
import { BREAK_GLASS, PROVISIONER } from "../../bootstrap";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { makeSamples, samplesOf, type Maker } from "../../sandbox/proof/samples";
import { tryAs } from "../../sandbox/proof/session";
import { inTurn } from "../../sandbox/proof/turn";
import type { Server } from "../../sandbox/server";
import { cancelled } from "../../toolkit/cancel";
import type { Ask, Row, Session } from "../../toolkit/session";

/** Concurrent logins: more than the machine's cores, fewer than the server's connections. */
const CONCURRENT = 4;
const REFUSED = "42501";

/** Sessions in a server's databases, opened on first use. */
export class Sessions {
    private readonly open = new Map<string, Promise<Session>>();

    constructor(private readonly connect: (database: string) => Promise<Session>) {}

    in(database: string): Promise<Session> {
        const session = this.open.get(database) ?? this.connect(database);
        this.open.set(database, session);
        return session;
    }

    readonly ask: Ask = async (database, statement) => (await (await this.in(database)).query<Row>(statement)).rows;

    async end(): Promise<void> {
        const opened = await Promise.allSettled(this.open.values());
        await Promise.all(opened.flatMap((one) => (one.status === "fulfilled" ? [one.value.end()] : [])));
    }
}

/** Compares the access computed for one server with its catalogs. */
export function compareCatalog(
    resources: readonly Resource[],
    key: string,
    catalog: Catalog,
): { readonly model: AccessModel; readonly result: LiveResult } {
    const model = accessOf(
        resources,
        new Map([[key, catalog.objects]]),
        catalog.roles.has(PROVISIONER) ? PROVISIONER : undefined,
    );
    const declared = model.servers.find(({ server }) => server.key === key);
    const { cells, differences } =
        declared === undefined
            ? { cells: 0, differences: [] }
            : verify(model.graph, declared, withoutBreakGlass(catalog, declared));
    return { model, result: { cells, attempts: 0, differences } };
}

/** No resource declares the break-glass login, unless it was granted something. */
function withoutBreakGlass(catalog: Catalog, { rights }: DeclaredServer): Catalog {
    const roles = new Map([...catalog.roles].filter(([name]) => name !== BREAK_GLASS || rights.world.roles.has(name)));
    return { ...catalog, roles };
}

/**
 * Compares the computed matrix with every Postgres server that the resources create in the sandbox: with its catalogs, and
 * with real attempts by each login. First creates a table in every schema as its creators, to cover future objects.
 *
 * @param mine urns of the resources whose servers to look at
 */
export async function verifySandbox(
    server: Pick<Server, "postgresFor">,
    resources: readonly Resource[],
    mine: ReadonlySet<string>,
): Promise<LiveResult> {
    let result: LiveResult = { cells: 0, attempts: 0, differences: [] };
    for (const declared of accessOf(resources).servers) {
        const id = resourceIdOf(declared.server);
        if (id !== undefined && mine.has(declared.server.resource?.urn ?? "")) {
            const one = await verifyServer(await server.postgresFor(id), resources, declared);
            result = {
                cells: result.cells + one.cells,
                attempts: result.attempts + one.attempts,
                differences: [...result.differences, ...one.differences],
            };
        }
    }
    return result;
}

async function verifyServer(
    postgres: Postgres,
    resources: readonly Resource[],
    planned: DeclaredServer,
): Promise<LiveResult> {
    const { key } = planned.server;
    const samples = (name: string) => samplesOf(makersOf(planned), name);
    return inTurn(postgres, samples, async (name) => {
        const sessions = new Sessions((database) => postgres.guardedAdmin(database));
        try {
            const failed = await makeSamples((database) => sessions.in(database), samples(name));
            const unmade = failed.map(({ database, schema, owner, message }): Difference => {
                return {
                    server: key,
                    cell: `${owner} CREATE schema ${database}/${schema}`,
                    what: "missing",
                    why: message,
                };
            });
            const catalog = await readCatalog(sessions.ask, "postgres");
            const { model, result } = compareCatalog(resources, key, catalog);
            const declared = model.servers.find(({ server }) => server.key === key) ?? planned;
            const tried = await tryEverything(postgres, declared, catalog, sessions);
            return {
                cells: result.cells + unmade.length,
                attempts: tried.attempts,
                differences: [...unmade, ...result.differences, ...tried.differences],
            };
        } finally {
            await sessions.end();
        }
    });
}

/** The roles that will create objects, by schema; the provisioner's own objects do not matter. */
function makersOf({ rights, administrators }: DeclaredServer): readonly Maker[] {
    const found = new Map<string, Maker>();
    for (const { future, kind, database, schema, owner } of rights.world.objects) {
        if (future === true && kind === "table" && schema !== undefined && !administrators.includes(owner)) {
            found.set(JSON.stringify([database, schema, owner]), { database, schema, owner });
        }
    }
    return [...found.values()];
}

/** Every IAM login attempts every access in every database as itself. */
async function tryEverything(
    postgres: Postgres,
    declared: DeclaredServer,
    catalog: Catalog,
    sessions: Sessions,
): Promise<Omit<LiveResult, "cells">> {
    const { rights, administrators, server } = declared;
    const { members } = rights.privileges;
    const logins = [...catalog.roles.values()].filter(
        ({ name, attributes }) =>
            attributes.login && !administrators.includes(name) && members.belongs(name).has("rds_iam"),
    );
    const databases = catalog.objects.filter(({ kind }) => kind === "database").map(({ name }) => name);
    const columns = new Map<string, Columns>();
    for (const database of databases) {
        columns.set(database, await readColumns(sessions.ask, database));
    }
    const work = logins.flatMap(({ name }) => databases.map((database) => ({ login: name, database })));
    const differences: Difference[] = [];
    let attempts = 0;
    const worker = async (): Promise<void> => {
        for (let next = work.shift(); next !== undefined; next = work.shift()) {
            cancelled.throwIfAborted();
            const { login, database } = next;
            const trials = trialsOf(declared, login, database, columns.get(database) ?? new Columns());
            const becoming = database === place(declared, login, databases) ? rolesTried(declared, login) : [];
            const found = await tryOne(postgres, database, login, [...trials, ...becoming], declared);
            attempts += found.attempts;
            differences.push(...found.differences.map((one) => ({ server: server.key, ...one })));
        }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, worker));
    return { attempts, differences };
}

/** The first database that a login may connect to: there it attempts what is the same in all databases. */
function place({ rights }: DeclaredServer, login: string, databases: readonly string[]): string | undefined {
    return databases.find((name) => mayConnect(rights, login, name));
}

function mayConnect({ world, privileges }: DeclaredServer["rights"], login: string, database: string): boolean {
    const found = world.objects.find(({ kind, name }) => kind === "database" && name === database);
    return found !== undefined && privileges.holds(login, found, "CONNECT") !== undefined;
}

async function tryOne(
    postgres: Postgres,
    database: string,
    login: string,
    trials: readonly Trial[],
    { rights }: DeclaredServer,
): Promise<{ attempts: number; differences: Omit<Difference, "server">[] }> {
    const outcomes = await tryAs(
        postgres,
        database,
        login,
        trials.map(({ statement }) => statement),
    );
    const connect = {
        cell: `${login} CONNECT database ${database}`,
        expected: mayConnect(rights, login, database),
        passes: [],
    };
    if ("code" in outcomes) {
        return { attempts: 1, differences: judge(connect, outcomes) };
    }
    return {
        attempts: 1 + trials.length,
        differences: [...judge(connect, undefined), ...trials.flatMap((trial, index) => judge(trial, outcomes[index]))],
    };
}

function judge(
    { cell, expected, passes }: Omit<Trial, "statement">,
    failure: { code: string; message: string } | undefined,
): Omit<Difference, "server">[] {
    const did = failure === undefined || passes.includes(failure.code);
    if (did) {
        return expected ? [] : [{ cell, what: "too much", why: "an attempt succeeded" }];
    }
    if (failure.code === REFUSED) {
        return expected ? [{ cell, what: "missing", why: `an attempt was refused: ${failure.message}` }] : [];
    }
    return [
        {
            cell,
            what: expected ? "missing" : "too much",
            why: `an attempt failed for another reason (${failure.code}): ${failure.message}`,
        },
    ];
}
