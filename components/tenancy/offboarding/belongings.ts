import type { Queryable } from "../../../toolkit/session";
import { parameter, sql, type Sql } from "../../../toolkit/sql";

/** An object that a role owns. */
export interface Belonging {
    /** The type as `pg_identify_object` returns it: `function`, `large object`. */
    readonly type: string;
    /** Its name, quoted and qualified for SQL. */
    readonly identity: string;
    /** The owner of its schema; null for an object without a schema. */
    readonly schemaOwner: string | null;
    /** Whether it is a routine that runs with its owner's rights. */
    readonly definer: boolean;
}

const oidOf = (role: string): Sql => sql`(SELECT oid FROM pg_roles WHERE rolname = ${parameter(role)})`;

/** Dependencies on the role in a database, or on shared objects. */
const dependsIn = (database: string | undefined, role: string): Sql =>
    sql`s.refclassid = 'pg_authid'::regclass AND s.refobjid = ${oidOf(role)} AND s.dbid = COALESCE((SELECT oid FROM pg_database WHERE datname = ${parameter(database ?? null)}), 0)`;

/**
 * The databases in which something depends on the roles; undefined stands for shared objects, such as a database's own
 * access list. One catalog lists them all: https://www.postgresql.org/docs/current/catalog-pg-shdepend.html
 */
export async function placesOf(session: Queryable, roles: readonly string[]): Promise<(string | undefined)[]> {
    const { rows } = await session.query<{ name: string | null }>(
        sql`SELECT DISTINCT d.datname AS name FROM pg_shdepend s LEFT JOIN pg_database d ON d.oid = s.dbid
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid IN (SELECT oid FROM pg_roles WHERE rolname = ANY (${parameter(roles)})) ORDER BY 1`,
    );
    return rows.map(({ name }) => name ?? undefined);
}

/**
 * What a role owns in the session's database, or outside all databases. Excludes default privileges, which affect only
 * objects that the role would create, and the temporary objects of its sessions.
 *
 * @param exceptIn a schema to skip, with everything in it
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

/** The contents of a schema as DROP sees them: a table's index or row type goes with the table. */
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
 * The roles that granted a role something in this database: only the grantor, or for policies the table's owner, can
 * revoke it. A role can grant on objects that it does not own (WITH GRANT OPTION), so owners alone are not enough.
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

/** What still refers to the role here in objects of others: privileges, policies. */
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

/** Removes some of them: each requires a lock, and a server cannot hold enough locks for many at once. */
export async function unlinkSome(session: Queryable, role: string): Promise<void> {
    await session.query(
        sql`SELECT count(lo_unlink(o.oid)) FROM (SELECT oid FROM pg_largeobject_metadata WHERE lomowner = ${oidOf(role)} LIMIT 1000) o`,
    );
}
