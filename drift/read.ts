import { isOwnRole } from "../access/postgres/ownRoles";
import type { Kind, Privilege } from "../access/postgres/serverState";
import { FALLBACK, MAINTENANCE, RDS_IAM } from "../bootstrap/index";
import { RESTRICTS, settingOf } from "../toolkit/roleSettings";
import type { Ask, Row } from "../toolkit/session";
import { identifier, join, literal, parameter, sql, type Sql } from "../toolkit/sql";
import type { DefaultList, Facts, Item, Listed, MembershipFacts, RoleFacts } from "./facts";

const VERSION = sql`SELECT current_setting('server_version_num')::int / 10000 AS major, ${RESTRICTS}`;

const ROLES = sql`SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolinherit AS inherit, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolbypassrls AS "bypassRls", r.rolreplication AS replication, r.rolconnlimit AS "connectionLimit"
    FROM pg_roles r WHERE NOT ${isOwnRole(sql`r`)}`;

/** Characters of a setting that are compared. No declared value comes near; a login may set hundreds of megabytes on itself. */
const SETTING_LENGTH = 4_000;

/** Settings of roles; excludes settings for all roles of a database or server. */
const SETTINGS = sql`SELECT r.rolname AS role, coalesce(d.datname, '') AS database,
    CASE WHEN length(c) > ${literal(SETTING_LENGTH)} THEN left(c, 100) || '… (' || length(c) || ' characters)' ELSE c END AS setting
    FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c`;

/**
 * Excludes memberships among the roles of Postgres and RDS, except those of rds_iam: every login inherits them.
 */
const MEMBERSHIPS = sql`SELECT g.rolname AS role, m.rolname AS member, pg_get_userbyid(a.grantor) AS grantor, a.admin_option AS admin
    FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
    WHERE m.oid <> 10 AND (m.rolname = ${literal(RDS_IAM)} OR NOT (${isOwnRole(sql`g`)} AND ${isOwnRole(sql`m`)}))`;

const SCHEMAS = sql`n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;
/** An extension determines the privileges of its objects. */
const notOfExtension = (catalog: string, alias: Sql): Sql =>
    sql`NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${literal(catalog)}::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

const relations = (kind: Kind, letter: string, kinds: readonly string[]): Sql =>
    sql`SELECT ${literal(kind)}, n.nspname, c.relname::text, NULL, NULL::json, NULL::name, c.relowner, coalesce(c.relacl, acldefault(${literal(letter)}, c.relowner)),
        c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refobjsubid > 0)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN (${join(kinds.map((one) => literal(one)))}) AND ${SCHEMAS} AND ${notOfExtension("pg_class", sql`c`)}`;

/** The types of a routine's input arguments, each with its schema: they identify an overload. */
const ARGUMENTS = sql`(SELECT coalesce(json_agg(json_build_array(tn.nspname, t.typname) ORDER BY a.place), '[]') FROM unnest(p.proargtypes) WITH ORDINALITY a (type, place)
    JOIN pg_type t ON t.oid = a.type JOIN pg_namespace tn ON tn.oid = t.typnamespace)`;

/** Objects with every item of their access lists. A column's name is its table's. */
const listed = (
    objects: Sql,
): Sql => sql`SELECT o.kind, o.schema::text, o.name::text, o.signature, o.arguments, o."column"::text AS "column", pg_get_userbyid(o.owner)::text AS owner, o.linked,
    i.privilege_type AS privilege, i.is_grantable AS grantable,
    CASE WHEN i.grantee = 0 THEN 'public' ELSE pg_get_userbyid(i.grantee)::text END AS grantee, pg_get_userbyid(i.grantor)::text AS grantor
FROM (${objects}) o (kind, schema, name, signature, arguments, "column", owner, acl, linked) LEFT JOIN LATERAL aclexplode(o.acl) i ON true`;

const databaseLists = (which: Sql): Sql =>
    sql`SELECT 'database', NULL::name, datname::text, NULL, NULL::json, NULL::name, datdba, coalesce(datacl, acldefault('d', datdba)), false FROM pg_database WHERE ${which}`;

/**
 * A range type's constructors are created with it and always belong to the server's first superuser: the type's owner can
 * neither own them nor revoke EXECUTE on them (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/typecmds.c, makeRangeConstructors).
 */
const OF_TYPE = sql`EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.refclassid = 'pg_type'::regclass AND e.deptype = 'i')`;

/** All objects of the current database. */
const OBJECTS = listed(sql`
    ${databaseLists(sql`datname = current_database()`)}
    UNION ALL SELECT 'schema', NULL, n.nspname, NULL, NULL, NULL, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)), false FROM pg_namespace n
        WHERE ${SCHEMAS} AND ${notOfExtension("pg_namespace", sql`n`)}
    UNION ALL ${relations("table", "r", ["r", "p", "v", "m", "f"])}
    UNION ALL ${relations("sequence", "s", ["S"])}
    UNION ALL SELECT 'function', n.nspname, p.proname, oidvectortypes(p.proargtypes), ${ARGUMENTS}, NULL, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), false
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${SCHEMAS} AND ${notOfExtension("pg_proc", sql`p`)} AND NOT ${OF_TYPE}
    UNION ALL SELECT 'column', n.nspname, c.relname, NULL, NULL, a.attname, c.relowner, a.attacl, false FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ${SCHEMAS}`);

/** Databases that come with a server. Their access lists always count: any session can read them. */
const maintained = (except: readonly string[]): Sql =>
    listed(databaseLists(sql`datname = ANY (${parameter(MAINTENANCE.filter((name) => !except.includes(name)))})`));

const LETS_IN = sql`SELECT has_database_privilege(${literal(FALLBACK)}, 'CONNECT') AS open`;

const DEFAULTS = sql`SELECT pg_get_userbyid(d.defaclrole)::text AS owner, n.nspname::text AS schema, d.defaclobjtype::text AS letter, i.privilege_type AS privilege,
    i.is_grantable AS grantable, CASE WHEN i.grantee = 0 THEN 'public' ELSE pg_get_userbyid(i.grantee)::text END AS grantee
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LEFT JOIN LATERAL aclexplode(d.defaclacl) i ON true`;

const DEFAULT_KINDS: Readonly<Record<string, Kind>> = {
    r: "table",
    S: "sequence",
    f: "function",
    T: "type",
    n: "schema",
};

/** Reads a server's catalogs, as any login may. `declared` are the databases whose objects to read. */
export async function readFacts(ask: Ask, declared: readonly string[]): Promise<Facts> {
    const first = declared.find((name) => name !== FALLBACK) ?? FALLBACK;
    const closed = first !== FALLBACK && (await ask(first, LETS_IN))[0]?.["open"] === false;
    const databases = declared.filter((name) => !closed || name !== FALLBACK);
    const [version] = await ask(first, VERSION);
    const settings = await ask(first, SETTINGS);
    const roles = (await ask(first, ROLES)).map(({ name, connectionLimit, ...attributes }): RoleFacts => {
        const own = settings
            .filter(({ role }) => role === name)
            .map(({ database, setting }) => ({ database: String(database), ...settingOf(String(setting)) }));
        return {
            name: String(name),
            connectionLimit: Number(connectionLimit),
            attributes: attributes as unknown as RoleFacts["attributes"],
            settings: own,
        };
    });
    const objects: Listed[] = grouped(await ask(first, maintained(databases)), (row) =>
        objectOf(String(row["name"]), row),
    );
    const defaults: DefaultList[] = [];
    for (const database of databases) {
        objects.push(...grouped(await ask(database, OBJECTS), (row) => objectOf(database, row)));
        const rows = (await ask(database, DEFAULTS)).filter(({ letter }) => String(letter) in DEFAULT_KINDS);
        defaults.push(
            ...grouped(rows, ({ owner, schema, letter }) => ({
                database,
                owner: String(owner),
                ...(schema == null ? {} : { schema: String(schema) }),
                kind: DEFAULT_KINDS[String(letter)] ?? "table",
            })),
        );
    }
    const memberships = (await ask(first, MEMBERSHIPS)) as unknown as readonly MembershipFacts[];
    return {
        major: Number(version?.["major"]),
        restricts: version?.["restricts"] === true,
        roles: new Map(roles.map((role) => [role.name, role])),
        memberships,
        objects,
        defaults,
    };
}

function objectOf(database: string, row: Row): Omit<Listed, "items"> {
    const [kind, name, owner] = [row["kind"] as Kind, String(row["name"]), String(row["owner"])];
    const common = { kind, database, owner, linked: row["linked"] === true };
    if (row["schema"] === null) {
        return {
            ...common,
            name,
            on: kind === "database" ? sql`DATABASE ${identifier(name)}` : sql`SCHEMA ${identifier(name)}`,
        };
    }
    const schema = String(row["schema"]);
    const place = identifier(schema, name);
    if (kind === "function") {
        const types = (row["arguments"] as unknown as readonly (readonly [string, string])[]).map(
            (type) => sql`IN ${identifier(...type)}`,
        );
        // ROUTINE is a function, a procedure or an aggregate. IN means that the list omits output arguments, which is allowed:
        // https://www.postgresql.org/docs/current/sql-grant.html, https://www.postgresql.org/docs/current/sql-alterprocedure.html
        return {
            ...common,
            schema,
            name: `${name}(${String(row["signature"])})`,
            on: sql`ROUTINE ${place}(${join(types)})`,
        };
    }
    if (kind === "column") {
        const column = String(row["column"]);
        return { ...common, schema, name: `${name}.${column}`, on: sql`TABLE ${place}`, column };
    }
    return { ...common, schema, name, on: kind === "sequence" ? sql`SEQUENCE ${place}` : sql`TABLE ${place}` };
}

/** Groups rows by list; an empty list has one row without a privilege. */
function grouped<T extends object>(rows: readonly Row[], head: (row: Row) => T): (T & { items: Item[] })[] {
    const found = new Map<string, T & { items: Item[] }>();
    for (const row of rows) {
        const of = head(row);
        const key = JSON.stringify(of);
        const one = found.get(key) ?? { ...of, items: [] };
        found.set(key, one);
        if (row["privilege"] !== null) {
            const { grantee, grantor, privilege, grantable } = row;
            one.items.push({
                grantee: String(grantee),
                grantor: String(grantor),
                privilege: privilege as Privilege,
                grantable: grantable === true,
            });
        }
    }
    return [...found.values()];
}
