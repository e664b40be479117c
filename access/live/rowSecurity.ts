import { sql } from "../../toolkit/sql";
import { isOwnRole } from "../../toolkit/ownRoles";

/** A row-level security policy, as the server deparses it. */
export interface Policy {
    readonly name: string;
    readonly command: string;
    readonly permissive: boolean;
    /** `public` for every role. */
    readonly roles: readonly string[];
    /** Which rows the command sees. */
    readonly using: string | null;
    /** Which rows it may write; null means the same. */
    readonly check: string | null;
}

/** A table with row-level security or policies. */
export interface RowSecurity {
    readonly database: string;
    readonly schema: string;
    readonly table: string;
    readonly owner: string;
    /** Whether policies apply at all (`ENABLE ROW LEVEL SECURITY`). */
    readonly enabled: boolean;
    /** Whether they apply to the owner, too (`FORCE ROW LEVEL SECURITY`). */
    readonly forced: boolean;
    readonly policies: readonly Policy[];
    /** The roles that see all rows whatever the policies say, and why. */
    readonly bypassing: readonly { readonly role: string; readonly why: string }[];
}

/** How the policies of a table affect one identity of the matrix. */
export interface FilteredReach {
    readonly identity: string;
    readonly login: string;
    /** The verb of its level: `read`, `write`, `own`. */
    readonly may: string;
    /** Undefined: the policies apply. */
    readonly bypass?: string | undefined;
}

/** {@link RowSecurity} of one server's table, and what it means in the matrix. */
export interface ReportedRowSecurity extends RowSecurity {
    readonly server: string;
    readonly reach: readonly FilteredReach[];
}

/**
 * The tables with row-level security in the current database. Superusers, roles with BYPASSRLS, and, unless forced, whoever has the
 * owner's privileges see all rows (check_enable_rls, https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/misc/rls.c).
 * Of the roles that Postgres and RDS have for themselves none but the superusers bypasses.
 */
export const ROW_SECURITY = sql`SELECT n.nspname::text AS schema, c.relname::text AS table, pg_get_userbyid(c.relowner)::text AS owner,
        c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
        (SELECT coalesce(json_agg(json_build_object('name', p.polname, 'permissive', p.polpermissive,
            'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
            'roles', (SELECT json_agg(CASE WHEN o = 0 THEN 'public' ELSE pg_get_userbyid(o)::text END) FROM unnest(p.polroles) o),
            'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)) ORDER BY p.polname), '[]')
            FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
        (SELECT coalesce(json_agg(json_build_object('role', r.rolname, 'why', CASE WHEN r.rolsuper THEN 'superuser' WHEN r.rolbypassrls THEN 'BYPASSRLS'
            WHEN r.oid = c.relowner THEN 'owner without FORCE' ELSE 'has the privileges of the owner, without FORCE' END) ORDER BY r.rolname), '[]')
            FROM pg_roles r WHERE (r.rolcanlogin OR r.oid = c.relowner)
                AND (r.rolsuper OR (NOT ${isOwnRole(sql`r`)} AND (r.rolbypassrls OR (NOT c.relforcerowsecurity AND pg_has_role(r.oid, c.relowner, 'USAGE')))))) AS bypassing
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (c.relrowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
    ORDER BY 1, 2`;

/** What changed since an earlier look, one line for each table, policy and role: `+`, `-` or `~` and what it is. */
export function rowSecurityChanges(
    before: readonly ReportedRowSecurity[],
    after: readonly ReportedRowSecurity[],
): readonly string[] {
    const [old, now] = [before, after].map((tables) => new Map(tables.flatMap(facts)));
    const names = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
    return names.flatMap((name) => {
        const [was, is] = [old?.get(name), now?.get(name)];
        return was === is
            ? []
            : was === undefined
              ? [`+ ${name}: ${is ?? ""}`]
              : is === undefined
                ? [`- ${name}: ${was}`]
                : [`~ ${name}: ${was} → ${is}`];
    });
}

function facts(table: ReportedRowSecurity): [string, string][] {
    const where = tableName(table);
    return [
        [`row security of ${where}`, stateOf(table)],
        ...table.policies.map((policy): [string, string] => [`policy ${policy.name} on ${where}`, policyText(policy)]),
        ...table.bypassing.map(({ role, why }): [string, string] => [`bypass of policies on ${where} by ${role}`, why]),
    ];
}

export function tableName({ server, database, schema, table }: ReportedRowSecurity): string {
    return `table ${server}/${database}/${schema}.${table}`;
}

export function stateOf({ enabled, forced }: RowSecurity): string {
    return !enabled ? "disabled" : forced ? "enabled, for the owner too" : "enabled";
}

/** `FOR ALL TO PUBLIC USING (…)`, as CREATE POLICY would write it. */
export function policyText({ command, permissive, roles, using, check }: Policy): string {
    const to = roles.map((role) => (role === "public" ? "PUBLIC" : role)).join(", ");
    return [
        ...(permissive ? [] : ["AS RESTRICTIVE"]),
        `FOR ${command} TO ${to}`,
        ...(using === null ? [] : [`USING (${using})`]),
        ...(check === null ? [] : [`WITH CHECK (${check})`]),
    ].join(" ");
}
