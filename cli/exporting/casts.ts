import type { Showable } from "../../toolkit/shown";
import type { Queryable } from "../../toolkit/session";
import { parameter, sql } from "../../toolkit/sql";

/**
 * Casts from or to a type of a schema, as `CREATE CAST` names them. A cast is in no schema, so `pg_dump --schema` omits it:
 * https://www.postgresql.org/docs/current/app-pgdump.html. An extension's casts come with the extension.
 */
export async function castsOf(session: Queryable, schema: string): Promise<readonly string[]> {
    const { rows } = await session.query<{ cast: string }>(sql`
        SELECT pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)) AS cast
        FROM pg_catalog.pg_cast c
        WHERE EXISTS (SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                WHERE t.oid IN (c.castsource, c.casttarget) AND n.nspname = ${parameter(schema)})
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                WHERE e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')
        ORDER BY 1`);
    return rows.map(({ cast }) => cast);
}

/** What a restore needs besides the file; empty if no cast is missing. */
export function castWarning(casts: readonly string[]): Showable[] {
    return casts.length === 0
        ? []
        : [
              `not in it: ${casts.length === 1 ? "the cast" : "the casts"} ${casts.join(", ")}, which pg_dump leaves out; without ` +
                  "them, a restore loses the views and functions that use them, or they convert in another way: create them after " +
                  "the types, before what uses them (pg_restore --list and --use-list)",
          ];
}
