import type { Kind, Privilege } from "../access/postgres/world";
import type { Ask, DefaultList, Facts, Item, Listed, MembershipFacts, RoleFacts, Row } from "./facts";

/** Roles that Postgres and RDS make for themselves. */
const OWN = "(r.rolname ~ '^(pg_|rds)' OR r.oid = 10)";

const ROLES = `SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolinherit AS inherit, r.rolsuper AS superuser, r.rolcreaterole AS "createRole",
    r.rolcreatedb AS "createDatabase", r.rolbypassrls AS "bypassRls", r.rolreplication AS replication, r.rolconnlimit AS "connectionLimit"
    FROM pg_roles r WHERE NOT ${OWN}`;

/** A setting for all roles of a database, or for all roles everywhere, is nobody's. */
const SETTINGS = `SELECT r.rolname AS role, coalesce(d.datname, '') AS database, c AS setting
    FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c`;

const MEMBERSHIPS = `SELECT g.rolname AS role, m.rolname AS member, pg_get_userbyid(a.grantor) AS grantor, a.admin_option AS admin
    FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member WHERE m.rolname !~ '^(pg_|rds)' AND m.oid <> 10`;

const SCHEMAS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
/** What an extension brought has the rights that the extension gives. */
const notOfExtension = (catalog: string, alias: string): string =>
    `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = '${catalog}'::regclass AND e.objid = ${alias}.oid AND e.deptype = 'e')`;

const relations = (kind: Kind, letter: string, kinds: string): string =>
    `SELECT '${kind}', n.nspname, c.relname::text, c.relowner, coalesce(c.relacl, acldefault('${letter}', c.relowner)),
        c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refobjsubid > 0), NULL
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (${kinds}) AND ${SCHEMAS} AND ${notOfExtension("pg_class", "c")}`;

/** Every object of the database one is connected to, and every item of its access list. */
const OBJECTS = `SELECT o.kind, o.schema::text, o.name, o.linked, o."column"::text AS "column", pg_get_userbyid(o.owner)::text AS owner, i.privilege_type AS privilege, i.is_grantable AS grantable,
    CASE WHEN i.grantee = 0 THEN 'public' ELSE pg_get_userbyid(i.grantee)::text END AS grantee, pg_get_userbyid(i.grantor)::text AS grantor
FROM (
    SELECT 'database', NULL::name, datname::text, datdba, coalesce(datacl, acldefault('d', datdba)), false, NULL::name FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT 'schema', NULL, n.nspname::text, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)), false, NULL FROM pg_namespace n WHERE ${SCHEMAS} AND ${notOfExtension("pg_namespace", "n")}
    UNION ALL ${relations("table", "r", "'r', 'p', 'v', 'm', 'f'")}
    UNION ALL ${relations("sequence", "s", "'S'")}
    UNION ALL SELECT 'function', n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), false, NULL
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${SCHEMAS} AND ${notOfExtension("pg_proc", "p")}
    UNION ALL SELECT 'column', n.nspname, c.relname || '.' || a.attname, c.relowner, a.attacl, false, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ${SCHEMAS}
) o (kind, schema, name, owner, acl, linked, "column") LEFT JOIN LATERAL aclexplode(o.acl) i ON true`;

const DEFAULTS = `SELECT pg_get_userbyid(d.defaclrole)::text AS owner, n.nspname::text AS schema, d.defaclobjtype::text AS letter, i.privilege_type AS privilege,
    i.is_grantable AS grantable, CASE WHEN i.grantee = 0 THEN 'public' ELSE pg_get_userbyid(i.grantee)::text END AS grantee
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace LEFT JOIN LATERAL aclexplode(d.defaclacl) i ON true`;

const DEFAULT_KINDS: Readonly<Record<string, Kind>> = { r: "table", S: "sequence", f: "function", T: "type", n: "schema" };

/** Reads the catalogs of a server; any login may. `databases` are those whose objects to look at. */
export async function readFacts(ask: Ask, databases: readonly string[]): Promise<Facts> {
    const [first = "postgres"] = databases;
    const [version] = await ask(first, "SELECT current_setting('server_version_num')::int / 10000 AS major");
    const settings = await ask(first, SETTINGS);
    const roles = (await ask(first, ROLES)).map(({ name, connectionLimit, ...attributes }): RoleFacts => {
        const own = settings.filter(({ role }) => role === name).map(({ database, setting }) => ({ database: String(database), ...settingOf(String(setting)) }));
        return { name: String(name), connectionLimit: Number(connectionLimit), attributes: attributes as unknown as RoleFacts["attributes"], settings: own };
    });
    const objects: Listed[] = [];
    const defaults: DefaultList[] = [];
    for (const database of databases) {
        objects.push(...grouped(await ask(database, OBJECTS), ({ kind, schema, name, owner, linked, column }) => ({
            kind: kind as Kind,
            database,
            ...(schema == null ? {} : { schema: String(schema) }),
            name: String(name),
            ...(column == null ? {} : { column: String(column) }),
            owner: String(owner),
            linked: linked === true,
        })));
        const rows = (await ask(database, DEFAULTS)).filter(({ letter }) => String(letter) in DEFAULT_KINDS);
        defaults.push(...grouped(rows, ({ owner, schema, letter }) => ({
            database,
            owner: String(owner),
            ...(schema == null ? {} : { schema: String(schema) }),
            kind: DEFAULT_KINDS[String(letter)] ?? "table",
        })));
    }
    const memberships = (await ask(first, MEMBERSHIPS)) as unknown as readonly MembershipFacts[];
    return { major: Number(version?.["major"]), roles: new Map(roles.map((role) => [role.name, role])), memberships, objects, defaults };
}

/** The rows of one list together; a list without an item has one row without a privilege. */
function grouped<T extends object>(rows: readonly Row[], head: (row: Row) => T): (T & { items: Item[] })[] {
    const found = new Map<string, T & { items: Item[] }>();
    for (const row of rows) {
        const of = head(row);
        const key = JSON.stringify(of);
        const one = found.get(key) ?? { ...of, items: [] };
        found.set(key, one);
        if (row["privilege"] !== null) {
            const { grantee, grantor, privilege, grantable } = row;
            one.items.push({ grantee: String(grantee), grantor: String(grantor), privilege: privilege as Privilege, grantable: grantable === true });
        }
    }
    return [...found.values()];
}

function settingOf(setting: string): { name: string; value: string } {
    const at = setting.indexOf("=");
    return { name: setting.slice(0, at), value: setting.slice(at + 1) };
}
