import { randomBytes } from "node:crypto";

import type { Client } from "pg";

import { quoteIdentifier } from "../../bootstrap";

/** Where a role is to make something, as its migrations would. */
export interface Maker {
    readonly schema: string;
    readonly owner: string;
}

/** So that nobody's object can have the name, and what a killed run left can be told from it. */
const PATTERN = "^keyless_sample_[0-9a-f]{16}_[0-9]+$";

/** Objects that are there for a while, to see what rights they were born with. */
export interface Samples {
    /** Makers that could not make anything, with the server's words. */
    readonly failed: readonly (Maker & { readonly message: string })[];
    remove(): Promise<void>;
}

/**
 * Has each maker make a table with a sequence and a function, in the database that the session is in.
 *
 * @param admin a superuser's session, used until the samples are removed
 */
export async function makeSamples(admin: Client, makers: readonly Maker[]): Promise<Samples> {
    await removeSamples(admin);
    const prefix = `keyless_sample_${randomBytes(8).toString("hex")}`;
    const failed: (Maker & { message: string })[] = [];
    for (const [index, { schema, owner }] of makers.entries()) {
        const name = `${quoteIdentifier(schema)}.${quoteIdentifier(`${prefix}_${index}`)}`;
        try {
            // One message, so one transaction: all of it or nothing.
            await admin.query(`SET LOCAL ROLE ${quoteIdentifier(owner)}; CREATE TABLE ${name} (id bigserial, value integer);
                CREATE FUNCTION ${name}() RETURNS integer LANGUAGE sql AS 'SELECT 1'`);
        } catch (error) {
            failed.push({ schema, owner, message: error instanceof Error ? error.message : String(error) });
        }
    }
    return { failed, remove: () => removeSamples(admin) };
}

async function removeSamples(admin: Client): Promise<void> {
    const { rows } = await admin.query<{ name: string }>(
        `SELECT format('TABLE %I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname ~ $1 AND c.relkind = 'r'
        UNION ALL SELECT format('FUNCTION %I.%I()', n.nspname, p.proname) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.proname ~ $1`,
        [PATTERN],
    );
    for (const { name } of rows) {
        await admin.query(`DROP ${name.replace(" ", " IF EXISTS ")}`);
    }
}
