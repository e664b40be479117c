import { Client } from "pg";
import type { ClientConfig, QueryResultRow } from "pg";

import { sql, type Sql } from "./sql";

/** What most of a session's users need of it: a statement goes out, rows come back. */
export interface Queryable {
    query<Row extends QueryResultRow>(statement: Sql): Promise<{ readonly rows: Row[] }>;
}

export type Row = Readonly<Record<string, string | boolean | number | null>>;

/** Runs a statement in a database and answers with its rows. */
export type Ask = (database: string, statement: Sql) => Promise<readonly Row[]>;

/**
 * Opens a session; nothing stays of one that could not be opened. By itself `pg` leaves the connection open when it gives
 * up first, for want of a password, say: the server waits for it for a minute, and whoever drops a database meanwhile
 * waits for the server.
 */
export async function openSession(config: ClientConfig): Promise<Client> {
    const client = new Client(config);
    // What breaks fails whatever is asked next, too: there it is told.
    client.on("error", () => undefined);
    try {
        await client.connect();
        return client;
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
