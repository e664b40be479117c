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

/** Reads in READ ONLY transactions, which are rolled back. */
export async function readDatabase(
    { database, open, seconds }: DatabaseSubject,
    wait: (seconds: number) => Promise<unknown> = (some) => pause(some * 1000),
): Promise<DatabaseFacts> {
    const sessions = new Sessions(open);
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
