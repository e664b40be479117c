import { RESTRICTS } from "../../toolkit/roleSettings";
import { RDS_IAM } from "../../toolkit/serverNames";
import { join, literal, parameter, sql, type Sql } from "../../toolkit/sql";
import { isOwnRole } from "../../toolkit/ownRoles";
import type { ObjectKind, Privilege } from "../postgres/serverState";

export const VERSION = sql`SELECT current_setting('server_version_num')::int / 10000 AS major, ${RESTRICTS}`;

/** Every role; `own` marks those that Postgres and RDS reserve for themselves. */
export const ROLES = sql`SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolinherit AS inherit, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolbypassrls AS "bypassRls", r.rolreplication AS replication, r.rolconnlimit AS "connectionLimit",
    CASE WHEN isfinite(r.rolvaliduntil) THEN to_char(r.rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') END AS "validUntil",
    ${isOwnRole(sql`r`)} AS own FROM pg_roles r`;

/** Characters of a setting that are read. No declared value comes near; a login may set hundreds of megabytes on itself. */
const SETTING_LENGTH = 4_000;

/** Settings of roles; excludes settings for all roles of a database or server. */
export const SETTINGS = sql`SELECT r.rolname AS role, coalesce(d.datname, '') AS database,
    CASE WHEN length(c) > ${literal(SETTING_LENGTH)} THEN left(c, 100) || '… (' || length(c) || ' characters)' ELSE c END AS setting
    FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c`;

/** Excludes memberships among the roles of Postgres and RDS, except those of rds_iam: every login inherits them. */
export const MEMBERSHIPS = sql`SELECT g.rolname AS role, m.rolname AS member, pg_get_userbyid(a.grantor) AS grantor, a.admin_option AS admin,
        coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit) AS inherit, coalesce((to_jsonb(a) ->> 'set_option')::boolean, true) AS set
    FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
    WHERE m.oid <> 10 AND (m.rolname = ${literal(RDS_IAM)} OR NOT (${isOwnRole(sql`g`)} AND ${isOwnRole(sql`m`)}))`;

/** What each login is to each role, as the server derives it; up to Postgres 15 every member may become the role. */
export function reached(logins: readonly string[], major: number): Sql {
    const set = literal(major >= 16 ? "SET" : "MEMBER");
    return sql`SELECT m.rolname AS login, way, r.rolname AS role
        FROM pg_roles m, pg_roles r, (VALUES ('USAGE', 'USAGE'), ('MEMBER', 'MEMBER'), ('SET', ${set})) ways (way, asked)
        WHERE m.rolname = ANY (${parameter(logins)}) AND m.oid <> r.oid AND pg_has_role(m.oid, r.oid, asked)`;
}

/** The accessible databases; RDS reserves one, and -2 marks an interrupted DROP DATABASE: no client can connect. */
export const DATABASES = sql`SELECT d.datname AS name FROM pg_database d
    WHERE NOT d.datistemplate AND d.datallowconn AND d.datconnlimit <> -2 AND d.datname <> 'rdsadmin' AND has_database_privilege(d.oid, 'CONNECT')`;

/** The schemas, `n`, that are not Postgres' own. */
export const SCHEMAS = sql`n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
/** An extension determines the privileges of its objects. */
export const notOfExtension = (catalog: string, alias: Sql): Sql =>
    sql`NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${literal(catalog)}::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

/** A column's sequence depends on the column. */
const LINKED = sql`c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refobjsubid > 0)`;
const OF_TYPE = sql`EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.refclassid = 'pg_type'::regclass AND e.deptype = 'i')`;
const TYPES = sql`(SELECT coalesce(json_agg(json_build_array(tn.nspname, t.typname) ORDER BY a.place), '[]') FROM unnest(p.proargtypes) WITH ORDINALITY a (type, place)
    JOIN pg_type t ON t.oid = a.type JOIN pg_namespace tn ON tn.oid = t.typnamespace)`;

/** A function's name carries its argument types, a column's its table; `standard` is the list of an object without one. */
const COLUMNS = sql`(kind, oid, part, schema, name, "on", "column", types, owner, acl, standard, linked, generated)`;

const databases = (which: Sql): Sql =>
    sql`SELECT 'database', oid, 0::smallint, NULL::name, datname::text, datname, NULL::name, NULL::json, datdba, datacl, acldefault('d', datdba), false, false
        FROM pg_database WHERE ${which}`;

const relations = (kind: ObjectKind, letter: string, kinds: readonly string[]): Sql =>
    sql`SELECT ${literal(kind)}, c.oid, 0::smallint, n.nspname, c.relname::text, c.relname, NULL::name, NULL::json, c.relowner, c.relacl, acldefault(${literal(letter)}, c.relowner), ${LINKED}, false
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN (${join(kinds.map((one) => literal(one)))}) AND ${SCHEMAS} AND ${notOfExtension("pg_class", sql`c`)}`;

interface Listed {
    readonly kind: ObjectKind;
    /** The objects of the kind in the current database. */
    readonly from: Sql;
    /** `has_…_privilege` of the role `r` on the object `o`. */
    readonly test: Sql;
}

export const LISTED: readonly Listed[] = [
    {
        kind: "database",
        from: databases(sql`datname = current_database()`),
        test: sql`has_database_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "schema",
        from: sql`SELECT 'schema', n.oid, 0::smallint, NULL::name, n.nspname::text, n.nspname, NULL::name, NULL::json, n.nspowner, n.nspacl, acldefault('n', n.nspowner), false, false
            FROM pg_namespace n WHERE ${SCHEMAS} AND ${notOfExtension("pg_namespace", sql`n`)}`,
        test: sql`has_schema_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "table",
        from: relations("table", "r", ["r", "p", "v", "m", "f"]),
        test: sql`has_table_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "sequence",
        from: relations("sequence", "s", ["S"]),
        test: sql`has_sequence_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "function",
        from: sql`SELECT 'function', p.oid, 0::smallint, n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', p.proname, NULL::name, ${TYPES}, p.proowner, p.proacl,
            acldefault('f', p.proowner), false, ${OF_TYPE} FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${SCHEMAS} AND ${notOfExtension("pg_proc", sql`p`)}`,
        test: sql`has_function_privilege(r.oid, o.oid, p)`,
    },
    {
        kind: "column",
        from: sql`SELECT 'column', c.oid, a.attnum, n.nspname, c.relname || '.' || a.attname, c.relname, a.attname, NULL::json, c.relowner, a.attacl, NULL::aclitem[], false, false
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ${SCHEMAS}`,
        test: sql`has_column_privilege(r.oid, o.oid, o.part, p)`,
    },
];

/** The name of an entry's grantee, `i`. */
export const GRANTEE = sql`CASE WHEN i.grantee = 0 THEN 'public' ELSE pg_get_userbyid(i.grantee)::text END`;

const objectsIn = (from: Sql): Sql =>
    sql`SELECT o.kind, o.schema::text, o.name, o."on"::text AS "on", o."column"::text AS "column", o.types, pg_get_userbyid(o.owner)::text AS owner, o.acl::text AS acl, o.linked, o.generated,
    (SELECT coalesce(json_agg(json_build_object('grantee', ${GRANTEE}, 'grantor', pg_get_userbyid(i.grantor), 'privilege', i.privilege_type, 'grantable', i.is_grantable)), '[]')
        FROM aclexplode(coalesce(o.acl, o.standard)) i) AS items FROM (${from}) o ${COLUMNS}`;

/** All objects of the current database, one row each. */
export const OBJECTS = objectsIn(
    join(
        LISTED.map(({ from }) => from),
        sql` UNION ALL `,
    ),
);

/** These databases; any session can read their access lists. */
export const databasesNamed = (names: readonly string[]): Sql =>
    objectsIn(databases(sql`datname = ANY (${parameter(names)})`));

/** Each combination of login (or PUBLIC), privilege and object of one kind for which the server says that the privilege is held. */
export function held({ from, test }: Listed, logins: readonly string[], privileges: readonly Privilege[]): Sql {
    return sql`SELECT r.rolname AS login, p AS privilege, o.schema::text, o.name FROM (${from}) o ${COLUMNS},
        (SELECT oid, rolname::text FROM pg_roles WHERE rolname = ANY (${parameter(logins)}) UNION ALL SELECT 0::oid, 'public') r,
        unnest(${parameter(privileges)}::text[]) p WHERE ${test}`;
}

/** What `ALTER DEFAULT PRIVILEGES` set in this database, entry by entry; an emptied list has a row without an entry. */
export const DEFAULTS = sql`SELECT pg_get_userbyid(d.defaclrole)::text AS owner, n.nspname::text AS schema, d.defaclobjtype::text AS letter,
    ${GRANTEE} AS grantee, i.privilege_type AS privilege, i.is_grantable AS grantable
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LEFT JOIN LATERAL aclexplode(d.defaclacl) i ON true`;
