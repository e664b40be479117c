import { readFileSync } from "node:fs";
import { connect, Socket } from "node:net";

import { Client } from "pg";
import type { ClientConfig, QueryResultRow } from "pg";

import { cancellable, type Cancellable, unlessInterrupted } from "./cancel";
import { connected } from "./dial";
import { needSql, sql, type Sql } from "./sql";

export { DatabaseError } from "pg";
export type { ClientConfig, QueryResultRow } from "pg";

/** The part of a session that most code needs. */
export interface Queryable {
    query<Row extends QueryResultRow>(statement: Sql): Promise<{ readonly rows: Row[] }>;
}

export type Row = Readonly<Record<string, string | boolean | number | null>>;

/** Runs a statement in a database and returns its rows. */
export type Ask = (database: string, statement: Sql) => Promise<readonly Row[]>;

export interface SessionConfig extends Omit<ClientConfig, "stream"> {
    /** Connects to the server; required if the host and port alone do not reach it. */
    readonly reach?: () => Promise<Socket>;
    /** Returns the error to throw in place of one that a statement failed with. */
    readonly explain?: (error: unknown) => Promise<unknown>;
}

/** A Postgres session. It accepts only {@link Sql}, which external text cannot become, and whole files. */
export class Session implements Queryable, Cancellable {
    readonly #client: Client;
    readonly #config: SessionConfig;
    readonly #socket: Socket | undefined;

    /** @param socket the client's connection */
    constructor(client: Client, config: SessionConfig = {}, socket?: Socket) {
        this.#client = client;
        this.#config = config;
        this.#socket = socket;
    }

    /** @throws TypeError for a statement that toolkit/sql.ts did not build */
    async query<Row extends QueryResultRow>(statement: Sql): Promise<{ readonly rows: Row[] }> {
        needSql(statement);
        try {
            return await this.#client.query<Row>(statement);
        } catch (error) {
            throw (await this.#config.explain?.(error)) ?? error;
        }
    }

    /** Runs all statements of a file, such as migrations, or none of them. */
    async runFile(path: string): Promise<void> {
        await this.#client.query(readFileSync(path, "utf8"));
    }

    /** Calls back when the session has ended for any reason; possibly more than once. */
    onOver(listener: () => void): void {
        this.#client.on("error", listener);
        this.#client.on("end", listener);
    }

    /** Resolves once the connection is closed, even if the server never closes it. */
    async end(): Promise<void> {
        const timer = setTimeout(() => this.#socket?.destroy(), END_MS);
        try {
            await this.#client.end();
        } finally {
            clearTimeout(timer);
        }
    }

    /** The process id of the session on its server. */
    get pid(): number | undefined {
        return keyOf(this.#client)?.pid;
    }

    /**
     * Cancels the statement that the session is running, if there is one, over a separate connection:
     * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
     */
    async cancel(): Promise<void> {
        const key = keyOf(this.#client);
        if (key !== undefined) {
            const request = Buffer.alloc(16);
            [request.length, 80_877_102, key.pid, key.secret].forEach((value, index) =>
                request.writeInt32BE(value, 4 * index),
            );
            const { reach = directly(this.#client) } = this.#config;
            const socket = await reach();
            socket.on("error", () => undefined).end(request);
        }
    }
}

/** What the server sends when a session begins (BackendKeyData); `pg` keeps it, but its types do not declare it. */
function keyOf(client: Client): { readonly pid: number; readonly secret: number } | undefined {
    const [pid, secret] = ["processID", "secretKey"].map((name): unknown => Reflect.get(client, name));
    return typeof pid === "number" && typeof secret === "number" ? { pid, secret } : undefined;
}

function directly({ host, port }: Client): () => Promise<Socket> {
    return async () => (host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host));
}

/** How long the server may take to begin a session, in milliseconds, unless the config says otherwise. */
const CONNECT_MS = 60_000;
/** How long the server may take to close a connection, in milliseconds. */
const END_MS = 5_000;

/**
 * Opens a session; leaves nothing behind if that fails. By itself, `pg` leaves the connection open when it gives
 * up first, for example without a password: the server then waits for it for a minute, which blocks DROP DATABASE
 * meanwhile.
 *
 * A server may accept a connection and not answer: without its relcache file, a starting session waits for locks on catalogs,
 * before it reads `lock_timeout` and before it can be cancelled:
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/cache/relcache.c (RelationCacheInitializePhase3)
 */
export async function openSession(config: SessionConfig): Promise<Session> {
    const socket = await openSocket(config);
    const client = clientOf({ connectionTimeoutMillis: CONNECT_MS, ...config, stream: () => socket });
    // A broken connection also fails the next query, which reports it.
    client.on("error", () => undefined);
    try {
        await unlessInterrupted(client.connect());
    } catch (error) {
        socket.destroy();
        throw error;
    }
    const session = new Session(client, config, socket);
    cancellable(session);
    return session;
}

/** The socket that `pg` connects, or one that already is. */
async function openSocket({ reach }: SessionConfig): Promise<Socket> {
    if (reach === undefined) {
        return new Socket();
    }
    const reaching = reach();
    try {
        return connected(await unlessInterrupted(reaching));
    } catch (error) {
        void reaching.then(
            (late) => late.destroy(),
            () => undefined,
        );
        throw error;
    }
}

/** What a session reads from the environment by itself: its caller reads and checks everything else. */
const FROM_ENVIRONMENT: ReadonlySet<string> = new Set(["PGPASSWORD", "PGPASSFILE", "PGAPPNAME"]);

/**
 * A client whose config the environment does not extend. `pg` looks there for anything that the config lacks when the client is
 * created, including PGREPLICATION, PGBINARY and PGOPTIONS: https://github.com/brianc/node-postgres/blob/master/packages/pg/lib/connection-parameters.js
 */
function clientOf(config: ClientConfig): Client {
    const others = Object.entries(process.env).filter(([name]) => name.startsWith("PG") && !FROM_ENVIRONMENT.has(name));
    others.forEach(([name]) => Reflect.deleteProperty(process.env, name));
    try {
        return new Client(config);
    } finally {
        Object.assign(process.env, Object.fromEntries(others));
    }
}

/** Runs statements in order in one transaction. */
export async function inTransaction(session: Queryable, statements: readonly Sql[]): Promise<void> {
    await session.query(sql`BEGIN`);
    try {
        for (const statement of statements) {
            await session.query(statement);
        }
        await session.query(sql`COMMIT`);
    } catch (error) {
        await session.query(sql`ROLLBACK`);
        throw error;
    }
}
