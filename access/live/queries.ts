import type { Kind, Privilege } from "../postgres/world";

/** A statement and the values of its parameters. */
export interface Query {
    readonly sql: string;
    readonly values?: readonly unknown[];
}

/** Roles that Postgres and RDS make for themselves; nobody declares them. */
const OWN = "(r.rolname ~ '^(pg_|rds)' OR r.oid = 10)";

/** Major version, and what every role may do. */
export const ROLES = `SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolinherit AS inherit, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolbypassrls AS "bypassRls", r.rolreplication AS replication, ${OWN} AS own FROM pg_roles r`;

export const MAJOR = "SELECT current_setting('server_version_num')::int / 10000 AS major";

/** The databases that one may look into; RDS keeps one for itself. */
export const DATABASES = `SELECT d.datname AS name FROM pg_database d
    WHERE NOT d.datistemplate AND d.datallowconn AND d.datname <> 'rdsadmin' AND has_database_privilege(d.oid, 'CONNECT')`;

/** Which roles each login belongs to (MEMBER), has the privileges of (USAGE) and may become (SET; up to 15 every member may). */
export function memberships(logins: readonly string[], major: number): Query {
    const set = major >= 16 ? "'SET'" : "'MEMBER'";
    return {
        sql: `SELECT m.rolname AS login, way, r.rolname AS role
            FROM pg_roles m, pg_roles r, (VALUES ('USAGE', 'USAGE'), ('MEMBER', 'MEMBER'), ('SET', ${set})) ways (way, asked)
            WHERE m.rolname = ANY ($1) AND m.oid <> r.oid AND pg_has_role(m.oid, r.oid, asked)`,
        values: [logins],
    };
}

const SCHEMAS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
/** What an extension brought has the rights that the extension gives. */
const OF_EXTENSION = (catalog: string, alias: string): string =>
    `EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

function relations(kinds: string): string {
    return `SELECT c.oid, n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner, c.relacl::text AS acl, 0::smallint AS part
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (${kinds}) AND ${SCHEMAS} AND NOT ${OF_EXTENSION("pg_class", "c")}`;
}

interface Listed {
    readonly kind: Kind;
    readonly from: string;
    /** `has_…_privilege` of the role `r` on the object `o`. */
    readonly test: string;
}

/** How the objects of each kind in a database are found. A function's name carries its argument types, a column's its table. */
export const LISTED: readonly Listed[] = [
    {
        kind: "database",
        from: "SELECT oid, NULL AS schema, datname AS name, pg_get_userbyid(datdba) AS owner, datacl::text AS acl, 0::smallint AS part FROM pg_database WHERE datname = current_database()",
        test: "has_database_privilege(r.oid, o.oid, p)",
    },
    {
        kind: "schema",
        from: `SELECT n.oid, NULL AS schema, n.nspname AS name, pg_get_userbyid(n.nspowner) AS owner, n.nspacl::text AS acl, 0::smallint AS part
            FROM pg_namespace n WHERE ${SCHEMAS} AND NOT ${OF_EXTENSION("pg_namespace", "n")}`,
        test: "has_schema_privilege(r.oid, o.oid, p)",
    },
    { kind: "table", from: relations("'r', 'p', 'v', 'm', 'f'"), test: "has_table_privilege(r.oid, o.oid, p)" },
    { kind: "sequence", from: relations("'S'"), test: "has_sequence_privilege(r.oid, o.oid, p)" },
    {
        kind: "function",
        from: `SELECT p.oid, n.nspname AS schema, p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name, pg_get_userbyid(p.proowner) AS owner,
            p.proacl::text AS acl, 0::smallint AS part FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${SCHEMAS} AND NOT ${OF_EXTENSION("pg_proc", "p")}`,
        test: "has_function_privilege(r.oid, o.oid, p)",
    },
    {
        kind: "column",
        from: `SELECT c.oid, n.nspname AS schema, c.relname || '.' || a.attname AS name, pg_get_userbyid(c.relowner) AS owner, a.attacl::text AS acl, a.attnum AS part
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ${SCHEMAS}`,
        test: "has_column_privilege(r.oid, o.oid, o.part, p)",
    },
];

/** The objects of one kind in the database that one is connected to. */
export function objects({ from }: Listed): Query {
    return { sql: `SELECT o.schema::text, o.name::text, o.owner::text, o.acl FROM (${from}) o` };
}

/** Each login (and PUBLIC), privilege and object of one kind that go together. */
export function holdings({ from, test }: Listed, logins: readonly string[], privileges: readonly Privilege[]): Query {
    return {
        sql: `SELECT r.rolname AS login, p AS privilege, o.schema::text, o.name::text FROM (${from}) o,
            (SELECT oid, rolname::text FROM pg_roles WHERE rolname = ANY ($1) UNION ALL SELECT 0::oid, 'public') r, unnest($2::text[]) p WHERE ${test}`,
        values: [logins, privileges],
    };
}

/** What `ALTER DEFAULT PRIVILEGES` set in this database, entry by entry; grantee 0 is PUBLIC. */
export const DEFAULTS = `SELECT pg_get_userbyid(d.defaclrole)::text AS owner, n.nspname::text AS schema, d.defaclobjtype::text AS kind,
    CASE WHEN e.grantee = 0 THEN 'public' ELSE pg_get_userbyid(e.grantee)::text END AS grantee, e.privilege_type AS privilege
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LEFT JOIN LATERAL aclexplode(d.defaclacl) e ON true`;
