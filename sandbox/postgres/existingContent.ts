import { openSession } from "../../toolkit/session";
import { parameter, sql } from "../../toolkit/sql";
import { reason, shown } from "../../toolkit/shown";
import { readIfThere, writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";
import { existingPassword, filesOf } from "./persistedServer";

/** The server, and how its master comes in. */
interface FilledServer {
    readonly resourceId: string;
    readonly host: string;
    readonly port: number;
    readonly authority: string;
    readonly master: { readonly username: string; readonly password: string };
}

/**
 * Fills the server of a database that exists before the stack, as its owner did: with logins, schemas and data. Its master
 * runs the statements once, before anything of the stack's is there.
 *
 * No password is written in them: `current_setting('sandbox.password')` is one that this server alone has.
 *
 * @param database the database to run them in
 * @throws UserError with the server's message; nothing of the file has an effect then
 */
export async function fillExisting(server: FilledServer, database = "postgres"): Promise<void> {
    const { existing, existingRan } = filesOf(server.resourceId);
    if (readIfThere(existing) === undefined || readIfThere(existingRan) !== undefined) {
        return;
    }
    const { host, port, authority: ca, master } = server;
    const session = await openSession({
        ...{ host, port, database, user: master.username, password: master.password },
        ssl: { ca },
    });
    try {
        await session.query(sql`SELECT set_config('sandbox.password', ${parameter(existingPassword(server))}, false)`);
        await session.runFile(existing);
    } catch (error) {
        throw new UserError(shown`the SQL of the existing database fails: ${reason(error)}`);
    } finally {
        await session.end();
    }
    writeWhole(existingRan, "");
}
