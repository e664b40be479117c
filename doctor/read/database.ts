import { setTimeout as pause } from "node:timers/promises";

import { CatalogReader } from "../../access/catalog/read";
import type { Ask, Session } from "../../toolkit/session";
import { Sessions } from "../../toolkit/sessions";
import { sql } from "../../toolkit/sql";
import type { Catalog, DatabaseCatalog, DatabaseFacts, ForeignServer, SessionGroup } from "../facts";
import { attempt } from "../known";
import { BEGUN, EXTENSIONS, FOREIGN_SERVERS, HIDDEN, LOAD, PASSWORDS, SESSIONS } from "./queries";

export interface DatabaseSubject {
    /** A database that admits the login. */
    readonly database: string;
    readonly open: (database: string) => Promise<Session>;
    /** For how many seconds new sessions are counted. */
    readonly seconds: number;
}

/**
 * A server in production must neither wait for this nor be changed by it, whatever the session's own settings: no statement waits for a lock, such
 * as one of a migration, or runs for long (https://www.postgresql.org/docs/current/runtime-config-client.html). What is cancelled is not known.
 */
const CAREFUL = sql`SELECT pg_catalog.set_config('default_transaction_read_only', 'on', false),
    pg_catalog.set_config('lock_timeout', '1s', false), pg_catalog.set_config('statement_timeout', '30s', false)`;

/** Reads in READ ONLY transactions, which are rolled back. */
export async function readDatabase(
    { database, open, seconds }: DatabaseSubject,
    wait: (seconds: number) => Promise<unknown> = (some) => pause(some * 1000),
): Promise<DatabaseFacts> {
    const sessions = new Sessions(async (name) => {
        const session = await open(name);
        await session.query(CAREFUL);
        return session;
    });
    // One statement a transaction: one that is refused does not spoil the others, and statistics are read anew.
    const ask: Ask = async (name, statement) => {
        const session = await sessions.in(name);
        await session.query(sql`BEGIN TRANSACTION READ ONLY`);
        try {
            return (await session.query(statement)).rows;
        } finally {
            await session.query(sql`ROLLBACK`);
        }
    };
    const begun = async () => Number((await ask(database, BEGUN))[0]?.["begun"]);
    try {
        return {
            sessions: await attempt("sessions", () => readSessions(ask, database)),
            load: await attempt("connections", async () => {
                const [row] = await ask(database, LOAD);
                return { open: Number(row?.["open"]), most: Number(row?.["most"]) };
            }),
            catalog: await attempt("the catalogs", () => readCatalog(ask, database)),
            passwords: await attempt(
                "passwords",
                async () => new Set((await ask(database, PASSWORDS)).map(({ name }) => String(name))),
            ),
            loginRate: await attempt("new sessions", async () => {
                const before = await begun();
                await wait(seconds);
                return { perSecond: Math.max(0, (await begun()) - before) / seconds, seconds };
            }),
        };
    } finally {
        await sessions.end();
    }
}

/** @throws Error if the login may not see all sessions */
async function readSessions(ask: Ask, database: string): Promise<readonly SessionGroup[]> {
    const [hidden] = await ask(database, HIDDEN);
    if (Number(hidden?.["count"]) > 0) {
        throw new Error(
            `${hidden?.["count"]} are hidden from this login; use a member of pg_read_all_stats, such as the master`,
        );
    }
    return (await ask(database, SESSIONS)) as unknown as readonly SessionGroup[];
}

async function readCatalog(ask: Ask, database: string): Promise<Catalog> {
    const reader = new CatalogReader(ask, database);
    const { major } = await reader.version();
    const { roles } = await reader.roles();
    const databases: DatabaseCatalog[] = [];
    for (const name of await reader.databases()) {
        databases.push({
            name,
            objects: await reader.objects(name),
            defaults: await reader.defaults(name),
            extensions: (await ask(name, EXTENSIONS)).map((row) => String(row["name"])),
            foreignServers: (await ask(name, FOREIGN_SERVERS)) as unknown as readonly ForeignServer[],
        });
    }
    return { major, roles, memberships: await reader.memberships(), databases };
}
