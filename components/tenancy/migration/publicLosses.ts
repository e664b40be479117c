import { isOwnRole } from "../../../toolkit/ownRoles";
import { PROVISIONER } from "../../../toolkit/serverNames";
import type { Queryable } from "../../../toolkit/session";
import { join, literal, parameter, sql } from "../../../toolkit/sql";
import { connectGroup, connectSuffix } from "../names";

/** Roles that existed before the program, which use a database. */
export interface ExistingUsers {
    /** Those that log in with a password. */
    readonly logins: readonly string[];
    /** Those that sessions act as, those that log in among them. */
    readonly roles: readonly string[];
}

/** A right of PUBLIC's that a role has in no other way. */
export interface Loss {
    readonly role: string;
    readonly privilege: "CONNECT" | "TEMPORARY" | "USAGE";
    /** Whether something here would fail for want of it. */
    readonly used: boolean;
    /** A login of which the server shows nothing in any other database. */
    readonly closable: boolean;
    /** The logins whose sessions begin as the role. */
    readonly users: readonly string[];
    /** Functions, or checks of foreign keys, run as the role. */
    readonly runs: boolean;
}

/**
 * Who would lose PUBLIC's rights on a database and its schema `public`, and has them in no other way. Those that use the database are
 * problems: the roles of this stack's tenants; logins that have a session in it, a setting for it, or, also through a role that they are
 * a member of, a thing or a right in it; roles that the sessions of these begin as; owners of SECURITY DEFINER functions, and of tables in
 * `public` with foreign keys, which are checked as the owner
 * (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/ri_triggers.c, ri_PerformCheck). Every other login is a warning.
 *
 * Members of the database's group have its rights. Not counted: superusers, RDS' own roles, whose rights are in every database, the
 * provisioner and the break-glass login; logins that cannot log in; tenants of other databases, whose groups they are in: to take their
 * access to this one is what the revocation is for. Those of which something is here are a warning. The members of rds_superuser count as
 * others do: nothing says that it passes a database's list. Of those that also create roles and databases, as the master does, a session is
 * the administrator's and shows no use: only what they hold counts
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html). All may see the user and the
 * database of every session (https://www.postgresql.org/docs/current/monitoring-stats.html).
 */
export async function lossesOf(
    session: Queryable,
    database: string,
    { logins, roles }: ExistingUsers,
    breakGlass: string,
): Promise<Loss[]> {
    const named = (names: readonly string[]) =>
        sql`SELECT oid FROM pg_roles WHERE rolname = ANY (${parameter(names)}::text[])`;
    const ours = parameter([PROVISIONER, breakGlass]);
    const { rows } = await session.query<Loss>(sql`
        WITH RECURSIVE db AS (SELECT oid, coalesce(datacl, acldefault('d', datdba)) AS list FROM pg_database WHERE datname = ${literal(database)}),
        public AS (
            SELECT oid, coalesce(nspacl, acldefault('n', nspowner)) AS list FROM pg_namespace n WHERE nspname = 'public'
                AND EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid AND classid <> 'pg_default_acl'::regclass)
        ),
        others AS (SELECT * FROM pg_roles r WHERE NOT rolsuper AND rolname <> ALL (${ours}::text[]) AND NOT ${isOwnRole(sql`r`)}),
        candidates AS (
            SELECT oid, rolcreaterole AND rolcreatedb
                AND EXISTS (SELECT FROM pg_roles a WHERE a.rolname = 'rds_superuser' AND pg_has_role(r.oid, a.oid, 'MEMBER')) AS master
            FROM others r WHERE rolcanlogin AND rolconnlimit <> 0
        ),
        reach AS (
            SELECT oid AS login, oid AS role FROM candidates
            UNION SELECT login, roleid FROM reach JOIN pg_auth_members ON member = role JOIN others o ON o.oid = roleid
        ),
        uses AS (
            SELECT login, database FROM reach JOIN (
                SELECT DISTINCT refobjid AS role, CASE dbid WHEN 0 THEN objid ELSE dbid END AS database FROM pg_shdepend
                WHERE refclassid = 'pg_authid'::regclass AND (dbid <> 0 OR classid = 'pg_database'::regclass)) held USING (role)
            UNION SELECT usesysid, datid FROM pg_stat_activity JOIN candidates ON oid = usesysid WHERE NOT master
            UNION SELECT setrole, setdatabase FROM pg_db_role_setting WHERE setdatabase <> 0
        ),
        groups AS (
            SELECT g.oid, datname FROM pg_database JOIN pg_roles g ON g.rolname = datname || ${literal(connectSuffix)} AND NOT rolcanlogin
            WHERE EXISTS (SELECT FROM aclexplode(datacl) a WHERE a.grantee = g.oid AND a.privilege_type = 'CONNECT')
        ),
        found AS (
            SELECT c.oid, master, EXISTS (SELECT FROM uses WHERE login = c.oid AND database = (SELECT oid FROM db)) AS here,
                EXISTS (SELECT FROM groups g WHERE datname <> ${literal(database)} AND pg_has_role(c.oid, g.oid, 'USAGE')) AS tenant
            FROM candidates c
        ),
        logins AS (
            SELECT oid, bool_or(used) AS used FROM (
                SELECT oid, here AND NOT tenant AS used FROM found WHERE here OR NOT (tenant OR master)
                UNION ALL SELECT oid, true FROM (${named(logins)}) own
            ) l GROUP BY oid
        ),
        acting AS (
            SELECT l.oid AS login, r.oid, used FROM logins l
            JOIN pg_db_role_setting s ON s.setrole IN (0, l.oid) AND s.setdatabase IN (0, (SELECT oid FROM db))
            CROSS JOIN unnest(s.setconfig) c JOIN pg_roles r ON c = 'role=' || r.rolname
        ),
        running AS (
            SELECT o.oid FROM others o JOIN pg_proc ON proowner = o.oid AND prosecdef
            UNION SELECT o.oid FROM others o JOIN pg_class t ON t.relowner = o.oid AND t.relnamespace = (SELECT oid FROM public)
                JOIN pg_constraint f ON f.contype = 'f' AND t.oid IN (f.conrelid, f.confrelid)
        ),
        users AS (
            SELECT oid FROM logins WHERE used UNION SELECT oid FROM acting WHERE used UNION SELECT oid FROM running UNION ${named(roles)}
        ),
        lists AS (${join(
            [
                sql`SELECT 'CONNECT' AS privilege, list, l.oid, used FROM db, logins l`,
                sql`SELECT 'TEMPORARY', list, u.oid, true FROM db, users u`,
                sql`SELECT 'USAGE', list, u.oid, true FROM public, users u`,
            ],
            sql` UNION ALL `,
        )})
        SELECT r.rolname::text AS role, o.privilege, o.used,
            r.rolcanlogin AND NOT EXISTS (SELECT FROM uses WHERE login = r.oid AND database <> (SELECT oid FROM db))
                AND r.oid NOT IN (SELECT oid FROM candidates WHERE master) AS closable,
            ARRAY(SELECT l.rolname::text FROM acting a JOIN pg_roles l ON l.oid = a.login WHERE a.oid = r.oid AND a.oid <> a.login AND a.used ORDER BY 1) AS users,
            r.oid IN (SELECT oid FROM running) AS runs
        FROM lists o JOIN pg_roles r ON r.oid = o.oid
        WHERE EXISTS (SELECT FROM aclexplode(o.list) a WHERE a.privilege_type = o.privilege AND a.grantee = 0)
            AND NOT EXISTS (SELECT FROM aclexplode(o.list) a
                WHERE a.privilege_type = o.privilege AND a.grantee <> 0 AND pg_has_role(r.oid, a.grantee, 'USAGE'))
            AND NOT EXISTS (SELECT FROM pg_roles g
                WHERE g.rolname = ${literal(connectGroup(database))} AND o.privilege <> 'TEMPORARY' AND pg_has_role(r.oid, g.oid, 'USAGE'))
        ORDER BY 2, 1`);
    return rows;
}
