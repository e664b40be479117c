import { identifier, join, literal, parameter, sql } from "../../../toolkit/sql";
import { PROVISIONER } from "../../../toolkit/serverNames";
import type { Queryable } from "../../../toolkit/session";
import { visible } from "../../../toolkit/visible";
import { connectGroup } from "../names";

/** Roles that existed before the program, which use a database. */
export interface ExistingUsers {
    /** Those that log in with a password. */
    readonly logins: readonly string[];
    /** Those that sessions act as, those that log in among them. */
    readonly roles: readonly string[];
}

/** What taking PUBLIC's rights would do. */
export interface ShutOut {
    /** Why it cannot be done. */
    readonly problems: readonly string[];
    /** What it takes that only a program that uses it would miss. */
    readonly warnings: readonly string[];
}

interface Loss {
    readonly role: string;
    readonly privilege: "CONNECT" | "TEMPORARY" | "USAGE";
    readonly login: boolean;
    /** The logins whose sessions begin as the role. */
    readonly users: readonly string[];
}

/**
 * Who would lose PUBLIC's rights on a database and its schema `public`, and has them in no other way: the roles of this stack's tenants, all
 * other logins of the server, whoever created them, and the roles that sessions of these begin as, such as those of another stack's tenants.
 * Members of the database's group have its rights; their sessions may act as another role. Not counted: superusers, the provisioner and the break-glass login, RDS' own
 * roles (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html) and the members of
 * rds_superuser, who administer the server; logins that cannot log in.
 */
export async function shutOut(
    session: Queryable,
    database: string,
    { logins, roles }: ExistingUsers,
    breakGlass: string,
): Promise<ShutOut> {
    const named = (names: readonly string[]) =>
        sql`SELECT oid FROM pg_roles WHERE rolname = ANY (${parameter(names)}::text[])`;
    const { rows } = await session.query<Loss>(sql`
        WITH db AS (SELECT oid, coalesce(datacl, acldefault('d', datdba)) AS list FROM pg_database WHERE datname = ${literal(database)}),
        public AS (
            SELECT coalesce(nspacl, acldefault('n', nspowner)) AS list FROM pg_namespace n WHERE nspname = 'public'
                AND (EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid) OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid))
        ),
        logins AS (
            SELECT r.oid FROM pg_roles r
            WHERE rolcanlogin AND NOT rolsuper AND rolconnlimit <> 0 AND rolname <> ALL (${parameter([PROVISIONER, breakGlass])}::text[]) AND rolname !~ '^(rds|pg_)'
                AND NOT EXISTS (SELECT FROM pg_roles a WHERE a.rolname = 'rds_superuser' AND pg_has_role(r.oid, a.oid, 'MEMBER'))
            UNION ${named(logins)}
        ),
        acting AS (
            SELECT l.oid AS login, r.oid FROM logins l
            JOIN pg_db_role_setting s ON s.setrole IN (0, l.oid) AND s.setdatabase IN (0, (SELECT oid FROM db))
            CROSS JOIN unnest(s.setconfig) c JOIN pg_roles r ON c = 'role=' || r.rolname
        ),
        users AS (SELECT oid FROM logins UNION SELECT oid FROM acting UNION ${named(roles)}),
        lists AS (${join(
            [
                sql`SELECT 'CONNECT' AS privilege, list, l.oid FROM db, logins l`,
                sql`SELECT 'TEMPORARY', list, u.oid FROM db, users u`,
                sql`SELECT 'USAGE', list, u.oid FROM public, users u`,
            ],
            sql` UNION ALL `,
        )})
        SELECT r.rolname::text AS role, o.privilege, r.rolcanlogin AS login,
            ARRAY(SELECT l.rolname::text FROM acting a JOIN pg_roles l ON l.oid = a.login WHERE a.oid = r.oid AND a.oid <> a.login ORDER BY 1) AS users
        FROM lists o JOIN pg_roles r ON r.oid = o.oid
        WHERE EXISTS (SELECT FROM aclexplode(o.list) a WHERE a.privilege_type = o.privilege AND a.grantee = 0)
            AND NOT EXISTS (SELECT FROM aclexplode(o.list) a
                WHERE a.privilege_type = o.privilege AND a.grantee <> 0 AND pg_has_role(r.oid, a.grantee, 'USAGE'))
            AND NOT EXISTS (SELECT FROM pg_roles g
                WHERE g.rolname = ${literal(connectGroup(database))} AND o.privilege <> 'TEMPORARY' AND pg_has_role(r.oid, g.oid, 'USAGE'))
        ORDER BY 2, 1`);
    const temporary = rows.filter(({ privilege }) => privilege === "TEMPORARY").map(({ role }) => role);
    const grantees = temporary.map((role) => identifier(role).text).join(", ");
    return {
        problems: rows.flatMap((loss) => (loss.privilege === "TEMPORARY" ? [] : [problem(loss, database)])),
        warnings:
            temporary.length === 0
                ? []
                : [
                      `access.publicRights: revoke takes PUBLIC's TEMPORARY on the database ${database}, which ${temporary.map(visible).join(", ")} had in no other way: for those that create temporary tables, run, as the owner, GRANT TEMPORARY ON DATABASE ${identifier(database).text} TO ${grantees}`,
                  ],
    };
}

function problem({ role, privilege, login, users }: Loss, database: string): string {
    const ofDatabase = privilege === "CONNECT";
    const what = ofDatabase ? `the database ${database}` : "the schema public";
    const on = ofDatabase ? sql`DATABASE ${identifier(database)}` : sql`SCHEMA public`;
    const grant = `GRANT ${privilege} ON ${on.text} TO ${identifier(role).text}`;
    const whose = users.length === 0 ? "" : ` (sessions of ${users.map(visible).join(", ")} act as it)`;
    const close = login ? `, or ALTER ROLE ${identifier(role).text} NOLOGIN if nobody should log in as it` : "";
    return `access.publicRights: revoke would take PUBLIC's ${privilege} on ${what}, which ${visible(role)}${whose} has in no other way; nothing of it has changed: write publicRights: keep, or run, as the owner, ${grant}${close}`;
}
