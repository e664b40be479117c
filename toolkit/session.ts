import { readFileSync } from "node:fs";

import { Client } from "pg";
import type { ClientConfig, QueryResultRow } from "pg";

import { needSql, sql, type Sql } from "./sql";

export { DatabaseError } from "pg";
export type { ClientConfig, QueryResultRow } from "pg";

/** What most of a session's users need of it: a statement goes out, rows come back. */
export interface Queryable {
    query<Row extends QueryResultRow>(statement: Sql): Promise<{ readonly rows: Row[] }>;
}

export type Row = Readonly<Record<string, string | boolean | number | null>>;

/** Runs a statement in a database and answers with its rows. */
export type Ask = (database: string, statement: Sql) => Promise<readonly Row[]>;

/** A session of Postgres. Nothing gets through it but {@link Sql}, which no text from outside becomes, and a file as a whole. */
export class Session implements Queryable {
    readonly #client: Client;

    constructor(client: Client) {
        this.#client = client;
    }

    /** @throws TypeError for a statement that toolkit/sql.ts did not build */
    async query<Row extends QueryResultRow>(statement: Sql): Promise<{ readonly rows: Row[] }> {
        needSql(statement);
        return this.#client.query<Row>(statement);
    }

    /** Runs what stands in a file, such as migrations: as many statements as there are, all of them or none. */
    async runFile(path: string): Promise<void> {
        await this.#client.query(readFileSync(path, "utf8"));
    }

    /** Calls when the session is over, whoever ended it; perhaps more than once. */
    onOver(listener: () => void): void {
        this.#client.on("error", listener);
        this.#client.on("end", listener);
    }

    end(): Promise<void> {
        return this.#client.end();
    }
}

/**
 * Opens a session; nothing stays of one that could not be opened. By itself `pg` leaves the connection open when it gives
 * up first, for want of a password, say: the server waits for it for a minute, and whoever drops a database meanwhile
 * waits for the server.
 */
export async function openSession(config: ClientConfig): Promise<Session> {
    const client = new Client(config);
    // What breaks fails whatever is asked next, too: there it is told.
    client.on("error", () => undefined);
    try {
        await client.connect();
        return new Session(client);
    } catch (error) {
        void client.end();
        throw error;
    }
}

/** Runs statements one after the other: all of them, or none. */
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
