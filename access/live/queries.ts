import { join, literal, parameter, sql, type Sql } from "../../toolkit/sql";
import { isOwnRole } from "../postgres/ownRoles";
import type { Kind, Privilege } from "../postgres/serverState";

/** Major version, and the attributes of every role. */
export const ROLES = sql`SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolinherit AS inherit, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolbypassrls AS "bypassRls", r.rolreplication AS replication, ${isOwnRole(sql`r`)} AS own FROM pg_roles r`;

export const MAJOR = sql`SELECT current_setting('server_version_num')::int / 10000 AS major`;

/** The accessible databases; RDS reserves one, and -2 marks an interrupted DROP DATABASE: no client can connect. */
export const DATABASES = sql`SELECT d.datname AS name FROM pg_database d
    WHERE NOT d.datistemplate AND d.datallowconn AND d.datconnlimit <> -2 AND d.datname <> 'rdsadmin' AND has_database_privilege(d.oid, 'CONNECT')`;

/** Which roles each login belongs to (MEMBER), has the privileges of (USAGE) and may become (SET; up to 15 every member may). */
export function memberships(logins: readonly string[], major: number): Sql {
    const set = literal(major >= 16 ? "SET" : "MEMBER");
    return sql`SELECT m.rolname AS login, way, r.rolname AS role
        FROM pg_roles m, pg_roles r, (VALUES ('USAGE', 'USAGE'), ('MEMBER', 'MEMBER'), ('SET', ${set})) ways (way, asked)
        WHERE m.rolname = ANY (${parameter(logins)}) AND m.oid <> r.oid AND pg_has_role(m.oid, r.oid, asked)`;
}

const SCHEMAS = sql`n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
/** An extension determines the privileges of its objects. */
const OF_EXTENSION = (catalog: string, alias: Sql): Sql =>
    sql`EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${literal(catalog)}::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

function relations(kinds: readonly string[]): Sql {
    return sql`SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner, c.relacl::text AS acl, 0::smallint AS part
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN (${join(kinds.map((kind) => literal(kind)))}) AND ${SCHEMAS} AND NOT ${OF_EXTENSION("pg_class", sql`c`)}`;
}

interface Listed {
    readonly kind: Kind;
    readonly from: Sql;
    /** `has_…_privilege` of the role `r` on the object `o`. */
    readonly test: Sql;
}

/** Queries that find the objects of each kind in a database. A function's name carries its argument types, a column's its table. */
export const LISTED: readonly Listed[] = [
    {
        kind: "database",
        from: sql`SELECT oid, NULL AS schema, datname AS name, pg_get_userbyid(datdba) AS owner, datacl::text AS acl, 0::smallint AS part
            FROM pg_database WHERE datname = current_database()`,
        test: sql`has_database_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "schema",
        from: sql`SELECT n.oid, NULL AS schema, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner, n.nspacl::text AS acl, 0::smallint AS part
            FROM pg_namespace n WHERE ${SCHEMAS} AND NOT ${OF_EXTENSION("pg_namespace", sql`n`)}`,
        test: sql`has_schema_privilege(r.oid, o.oid, p)`,
    },
    { kind: "table", from: relations(["r", "p", "v", "m", "f"]), test: sql`has_table_privilege(r.oid, o.oid, p)` },
    { kind: "sequence", from: relations(["S"]), test: sql`has_sequence_privilege(r.oid, o.oid, p)` },
    {
        kind: "function",
        from: sql`SELECT p.oid, n.nspname AS schema, p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name, pg_get_userbyid(p.proowner) AS owner,
            p.proacl::text AS acl, 0::smallint AS part FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${SCHEMAS} AND NOT ${OF_EXTENSION("pg_proc", sql`p`)}`,
        test: sql`has_function_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "column",
        from: sql`SELECT c.oid, n.nspname AS schema, c.relname || '.' || a.attname AS name, pg_get_userbyid(c.relowner) AS owner, a.attacl::text AS acl, a.attnum AS part
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ${SCHEMAS}`,
        test: sql`has_column_privilege(r.oid, o.oid, o.part, p)`,
    },
];

/** The objects of one kind in the current database. */
export function objects({ from }: Listed): Sql {
    return sql`SELECT o.schema::text, o.name::text, o.owner::text, o.acl FROM (${from}) o`;
}

/** Each combination of login (or PUBLIC), privilege and object of one kind for which the privilege is held. */
export function holdings({ from, test }: Listed, logins: readonly string[], privileges: readonly Privilege[]): Sql {
    return sql`SELECT r.rolname AS login, p AS privilege, o.schema::text, o.name::text FROM (${from}) o,
        (SELECT oid, rolname::text FROM pg_roles WHERE rolname = ANY (${parameter(logins)}) UNION ALL SELECT 0::oid, 'public') r,
        unnest(${parameter(privileges)}::text[]) p WHERE ${test}`;
}

/** What `ALTER DEFAULT PRIVILEGES` set in this database, entry by entry; grantee 0 is PUBLIC. */
export const DEFAULTS = sql`SELECT pg_get_userbyid(d.defaclrole)::text AS owner, n.nspname::text AS schema, d.defaclobjtype::text AS kind,
    CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_get_userbyid(e.grantee)::text END AS grantee, e.privilege_type AS privilege
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LEFT JOIN LATERAL aclexplode(d.defaclacl) e ON true`;
