import { identifier, join, literal, parameter, sql } from "../../../toolkit/sql";
import type { Queryable } from "../../../toolkit/session";
import { visible } from "../../../toolkit/visible";

/** Roles that existed before the program, which use a database. */
export interface ExistingUsers {
    /** Those that log in with a password. */
    readonly logins: readonly string[];
    /** Those that sessions act as, those that log in among them. */
    readonly roles: readonly string[];
}

/**
 * Why PUBLIC's rights on a database and its schema `public` cannot be taken: an existing role would lose a right that it has in no
 * other way. The new logins are members of the database's group, but their sessions act as these roles.
 */
export async function shutOut(
    session: Queryable,
    database: string,
    { logins, roles }: ExistingUsers,
): Promise<string[]> {
    const { rows } = await session.query<{ role: string; privilege: string; kind: string }>(sql`
        SELECT r.rolname::text AS role, o.privilege, o.kind
        FROM (${join(
            [
                sql`SELECT 'CONNECT' AS privilege, 'DATABASE' AS kind, coalesce(datacl, acldefault('d', datdba)) AS list, ${parameter(logins)}::text[] AS names
                    FROM pg_database WHERE datname = ${literal(database)}`,
                sql`SELECT 'USAGE', 'SCHEMA', coalesce(nspacl, acldefault('n', nspowner)), ${parameter(roles)}::text[]
                    FROM pg_namespace n WHERE nspname = 'public'
                        AND (EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid) OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid))`,
            ],
            sql` UNION ALL `,
        )}) o JOIN pg_roles r ON r.rolname = ANY (o.names)
        WHERE EXISTS (SELECT FROM aclexplode(o.list) a WHERE a.privilege_type = o.privilege AND a.grantee = 0)
            AND NOT EXISTS (SELECT FROM aclexplode(o.list) a
                WHERE a.privilege_type = o.privilege AND a.grantee <> 0 AND pg_has_role(r.oid, a.grantee, 'USAGE'))
        ORDER BY kind, 1`);
    return rows.map(({ role, privilege, kind }) => {
        const what = kind === "DATABASE" ? `the database ${database}` : "the schema public";
        const on = kind === "DATABASE" ? sql`DATABASE ${identifier(database)}` : sql`SCHEMA public`;
        const grant = `GRANT ${privilege} ON ${on.text} TO ${identifier(role).text}`;
        return `access.publicRights: revoke would take PUBLIC's ${privilege} on ${what}, which ${visible(role)} has in no other way; nothing of it has changed: write publicRights: keep, or run, as the owner, ${grant}`;
    });
}
