import type { Client } from "pg";

/** A fact in a server's catalogs: its kind, and the names of all its objects. */
export interface Fact {
    readonly what: string;
    readonly names: readonly string[];
}

const ACLS = `SELECT 'database' AS kind, ARRAY[datname::text] AS place, datdba AS owner, coalesce(datacl, acldefault('d', datdba)) AS acl FROM pg_database WHERE datname <> 'template0'
    UNION ALL SELECT 'schema', ARRAY[nspname::text], nspowner, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'
    UNION ALL SELECT 'relation ' || relkind::text, ARRAY[nspname::text, relname::text], relowner, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner))
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^(pg_|information_schema$)'
    UNION ALL SELECT 'column', ARRAY[nspname::text, relname::text, attname::text], relowner, attacl
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE attnum > 0 AND relkind = 'r' AND nspname !~ '^(pg_|information_schema$)'
    UNION ALL SELECT 'routine ' || prokind::text || CASE WHEN prosecdef THEN ' definer' ELSE '' END, ARRAY[nspname::text, proname::text], proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^(pg_|information_schema$)'
    UNION ALL SELECT 'large object', ARRAY[oid::text], lomowner, coalesce(lomacl, acldefault('L', lomowner)) FROM pg_largeobject_metadata`;

const FACTS = `WITH acls AS (${ACLS})
    SELECT 'role' || CASE WHEN rolcanlogin THEN ' login' ELSE '' END || CASE WHEN rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls THEN ' powerful' ELSE '' END AS what,
        ARRAY[rolname::text] AS names FROM pg_roles WHERE oid >= 16384
    UNION ALL SELECT 'member' || CASE WHEN admin_option THEN ' admin' ELSE '' END, ARRAY[pg_get_userbyid(roleid)::text, pg_get_userbyid(member)::text] FROM pg_auth_members WHERE member >= 16384
    UNION ALL SELECT kind, place || pg_get_userbyid(owner)::text FROM acls
    UNION ALL SELECT kind || ' ' || i.privilege_type || CASE WHEN i.is_grantable THEN '*' ELSE '' END, place || CASE WHEN i.grantee = 0 THEN 'PUBLIC of all' ELSE pg_get_userbyid(i.grantee)::text END
        FROM acls, aclexplode(acl) i
    UNION ALL SELECT 'default ' || defaclobjtype::text || ' ' || i.privilege_type, ARRAY[pg_get_userbyid(defaclrole)::text, coalesce(nspname::text, pg_get_userbyid(defaclrole)::text),
        CASE WHEN i.grantee = 0 THEN 'PUBLIC of all' ELSE pg_get_userbyid(i.grantee)::text END]
        FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace, aclexplode(defaclacl) i
    UNION ALL SELECT 'setting ' || split_part(c, '=', 1), ARRAY[coalesce(rolname::text, 'all roles'), coalesce(datname::text, rolname::text)]
        FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = setrole LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) c
    UNION ALL SELECT 'event trigger', ARRAY[evtname::text] FROM pg_event_trigger
    UNION ALL SELECT 'extension', ARRAY[extname::text] FROM pg_extension`;

/** Everything that a statement could change: roles, memberships, objects with owners and access lists, default privileges, settings. */
export async function factsOf(admin: Client): Promise<readonly Fact[]> {
    const { rows } = await admin.query<Fact>(`SELECT what, names FROM (${FACTS}) f ORDER BY f::text COLLATE "C"`);
    return rows;
}

/** The facts in the second but not in the first. */
export function added(before: readonly Fact[], after: readonly Fact[]): Fact[] {
    const known = new Set(before.map((fact) => JSON.stringify(fact)));
    return after.filter((fact) => !known.has(JSON.stringify(fact)));
}
