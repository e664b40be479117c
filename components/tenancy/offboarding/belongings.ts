import type { Queryable } from "../../../toolkit/session";
import { parameter, sql, type Sql } from "../../../toolkit/sql";

/** Something that a role owns. */
export interface Belonging {
    /** As `pg_identify_object` says it: `function`, `large object`. */
    readonly type: string;
    /** Its name, quoted and qualified as SQL takes it. */
    readonly identity: string;
    /** Who owns the schema that it is in; null where it is in none. */
    readonly schemaOwner: string | null;
    /** Whether it is a routine that runs with its owner's rights. */
    readonly definer: boolean;
}

const oidOf = (role: string): Sql => sql`(SELECT oid FROM pg_roles WHERE rolname = ${parameter(role)})`;

/** What depends on the role in a database, or outside all of them. */
const dependsIn = (database: string | undefined, role: string): Sql =>
    sql`s.refclassid = 'pg_authid'::regclass AND s.refobjid = ${oidOf(role)} AND s.dbid = COALESCE((SELECT oid FROM pg_database WHERE datname = ${parameter(database ?? null)}), 0)`;

/**
 * The databases in which something depends on the roles; undefined stands for what is outside all of them, such as a
 * database's own access list. One catalog has them all: https://www.postgresql.org/docs/current/catalog-pg-shdepend.html
 */
export async function placesOf(session: Queryable, roles: readonly string[]): Promise<(string | undefined)[]> {
    const { rows } = await session.query<{ name: string | null }>(
        sql`SELECT DISTINCT d.datname AS name FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid IN (SELECT oid FROM pg_roles WHERE rolname = ANY (${parameter(roles)})) ORDER BY 1`,
    );
    return rows.map(({ name }) => name ?? undefined);
}

/**
 * What a role owns in the session's database, or outside all of them. Default privileges are none of it, which concern only what the
 * role would make, nor are the temporary objects of its sessions.
 *
 * @param exceptIn a schema that is left out, with all that is in it
 */
export async function belongingsOf(
    session: Queryable,
    role: string,
    database: string | undefined,
    exceptIn = "",
): Promise<Belonging[]> {
    const { rows } = await session.query<Belonging>(
        sql`SELECT i.type, i.identity, pg_get_userbyid(n.nspowner) AS "schemaOwner", COALESCE(p.prosecdef, false) AS definer
            FROM pg_shdepend s CROSS JOIN LATERAL pg_identify_object(s.classid, s.objid, s.objsubid) i
            LEFT JOIN pg_namespace n ON quote_ident(n.nspname) = i.schema
            LEFT JOIN pg_proc p ON s.classid = 'pg_proc'::regclass AND p.oid = s.objid
            WHERE ${dependsIn(database, role)} AND s.deptype = 'o' AND s.classid <> 'pg_default_acl'::regclass
                AND COALESCE(NOT starts_with(n.nspname, 'pg_temp') AND NOT starts_with(n.nspname, 'pg_toast_temp') AND n.nspname <> ${parameter(exceptIn)}, true)
                AND NOT (i.type = 'schema' AND i.name = quote_ident(${parameter(exceptIn)}))
            ORDER BY 1, 2`,
    );
    return rows;
}

/** What is in a schema, as its removal sees it: a table's index or row type goes with the table. */
export async function contentOf(session: Queryable, schema: string): Promise<Belonging[]> {
    const { rows } = await session.query<Belonging>(
        sql`SELECT i.type, i.identity, NULL AS "schemaOwner", false AS definer
            FROM pg_depend d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
            WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = ${parameter(schema)}) AND d.deptype = 'n'
            ORDER BY 1, 2`,
    );
    return rows;
}

/**
 * Who gave a role something in this database: only the giver, or the owner of a table for its policies, can take it back.
 * One may grant on what belongs to others (WITH GRANT OPTION), so that owners alone are not all.
 */
export async function granters(session: Queryable, role: string): Promise<string[]> {
    const { rows } = await session.query<{ name: string }>(
        sql`SELECT DISTINCT pg_get_userbyid(granter) AS name FROM (
                SELECT a.grantor AS granter FROM (
                    SELECT relacl AS acl FROM pg_class UNION ALL SELECT attacl FROM pg_attribute UNION ALL SELECT proacl FROM pg_proc
                    UNION ALL SELECT nspacl FROM pg_namespace UNION ALL SELECT typacl FROM pg_type UNION ALL SELECT lomacl FROM pg_largeobject_metadata
                    UNION ALL SELECT lanacl FROM pg_language UNION ALL SELECT fdwacl FROM pg_foreign_data_wrapper UNION ALL SELECT srvacl FROM pg_foreign_server
                    UNION ALL SELECT datacl FROM pg_database UNION ALL SELECT spcacl FROM pg_tablespace UNION ALL SELECT paracl FROM pg_parameter_acl
                ) o, aclexplode(o.acl) a WHERE a.grantee = ${oidOf(role)}
                UNION ALL
                SELECT c.relowner FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE ${oidOf(role)} = ANY (p.polroles)
            ) g WHERE granter <> ${oidOf(role)} ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
}

/** What of others' still names the role here: privileges, policies. */
export async function remainsOf(session: Queryable, role: string, database: string | undefined): Promise<string[]> {
    const { rows } = await session.query<{ what: string }>(
        sql`SELECT i.type || ' ' || i.identity AS what FROM pg_shdepend s CROSS JOIN LATERAL pg_identify_object(s.classid, s.objid, s.objsubid) i
            WHERE ${dependsIn(database, role)} ORDER BY 1`,
    );
    return rows.map(({ what }) => what);
}

/** How many large objects a role owns in this database. */
export async function largeObjectsOf(session: Queryable, role: string): Promise<number> {
    const { rows } = await session.query<{ count: number }>(
        sql`SELECT count(*)::int AS count FROM pg_largeobject_metadata WHERE lomowner = ${oidOf(role)}`,
    );
    return rows[0]?.count ?? 0;
}

/** Removes some of them: each takes a lock, of which a server has not enough for many at once. */
export async function unlinkSome(session: Queryable, role: string): Promise<void> {
    await session.query(
        sql`SELECT count(lo_unlink(o.oid)) FROM (SELECT oid FROM pg_largeobject_metadata WHERE lomowner = ${oidOf(role)} LIMIT 1000) o`,
    );
}
