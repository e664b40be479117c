import { CatalogReader } from "../access/catalog/read";
import { readFacts, type Facts } from "../drift/index";
import type { Session } from "../toolkit/session";
import { Sessions } from "../toolkit/sessions";
import { sql } from "../toolkit/sql";

/** Everybody's rights in all databases that admit the login, read in READ ONLY transactions. */
export async function readServer(database: string, open: (database: string) => Promise<Session>): Promise<Facts> {
    const sessions = new Sessions(open);
    const ask: Sessions["ask"] = async (name, statement) => {
        const session = await sessions.in(name);
        await session.query(sql`BEGIN TRANSACTION READ ONLY`);
        try {
            return await sessions.ask(name, statement);
        } finally {
            await session.query(sql`ROLLBACK`);
        }
    };
    try {
        const others = (await new CatalogReader(ask, database).databases()).filter((name) => name !== database);
        return await readFacts(ask, [database, ...others.sort()]);
    } finally {
        await sessions.end();
    }
}
