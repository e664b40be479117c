import { cancelled } from "../../toolkit/cancel";
import { inTransaction, type Queryable } from "../../toolkit/session";
import { identifier, sql } from "../../toolkit/sql";
import type { Place } from "./turn";

/** Where a role creates sample objects, as its migrations would. */
export interface Maker {
    readonly database: string;
    readonly schema: string;
    readonly owner: string;
}

/** A role that could not create anything, with the server's message. */
export interface Failed extends Maker {
    readonly message: string;
}

/** A role's sample; several roles may share a schema. */
export interface Sample extends Place {
    readonly owner: string;
}

export function samplesOf(makers: readonly Maker[], name: string): Sample[] {
    return makers.map((maker, index) => ({ ...maker, name: `${name}_${index}` }));
}

/**
 * Has each role create a table with a sequence and a function, to determine their default privileges.
 *
 * @param admin opens a superuser's session in a database
 */
export async function makeSamples(
    admin: (database: string) => Promise<Queryable>,
    samples: readonly Sample[],
): Promise<readonly Failed[]> {
    const failed: Failed[] = [];
    for (const { database, schema, owner, name } of samples) {
        cancelled.throwIfAborted();
        const place = identifier(schema, name);
        try {
            await inTransaction(await admin(database), [
                sql`SET LOCAL ROLE ${identifier(owner)}`,
                sql`CREATE TABLE ${place} (id bigserial, value integer)`,
                sql`CREATE FUNCTION ${place}() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
            ]);
        } catch (error) {
            failed.push({ database, schema, owner, message: error instanceof Error ? error.message : String(error) });
        }
    }
    return failed;
}
