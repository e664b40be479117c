import type { Queryable } from "../toolkit/session";
import { identifier, parameter, sql, type Sql } from "../toolkit/sql";

/** What others own, and keep. */
export interface KeepOwner {
    /** Existing roles that tenants act as: the provisioner may add members to them, and holds none of their rights. */
    readonly roles: readonly string[];
}

/** A database that keeps its owner. */
export interface KeptDatabase {
    readonly owner: string;
    /** Whether the master has the owner's rights, which granting needs. */
    readonly owned: boolean;
    /** Whether the master may `SET ROLE` to the owner. */
    readonly settable: boolean;
    /** Whether the provisioner may grant CONNECT to others. */
    readonly grantsConnect: boolean;
    readonly creates: boolean;
}

/** An existing role. */
export interface KeptRole {
    readonly superuser: boolean;
    /** Whether it is the master, whose rights nobody can lend from Postgres 16. */
    readonly master: boolean;
    /** Whether the provisioner may add members. */
    readonly admits: boolean;
}

/** What a bootstrap finds of what others keep. */
export interface KeptState {
    readonly major: number;
    readonly databases: ReadonlyMap<string, KeptDatabase>;
    readonly roles: ReadonlyMap<string, KeptRole>;
}

/**
 * The missing grants to the provisioner, as the master. They take nothing from anybody.
 *
 * CONNECT, which the provisioner passes on to the group of a database, and CREATE, which a trusted extension needs. Up to Postgres 15
 * CREATEROLE suffices to add members to a role; from 16 it takes the ADMIN option, here without the role's rights (INHERIT) and without
 * `SET ROLE`: https://www.postgresql.org/docs/16/role-attributes.html (createrole), https://www.postgresql.org/docs/16/sql-grant.html
 */
export function keptStatements({ major, databases, roles }: KeptState, provisioner: string): Sql[] {
    const to = identifier(provisioner);
    return [
        ...[...databases].flatMap(([name, { owner, owned, settable, grantsConnect, creates }]) => {
            const on = sql`ON DATABASE ${identifier(name)} TO ${to}`;
            const grants = [
                ...(grantsConnect ? [] : [sql`GRANT CONNECT ${on} WITH GRANT OPTION`]),
                ...(creates ? [] : [sql`GRANT CREATE ${on}`]),
            ];
            if (owner === provisioner || grants.length === 0) {
                return [];
            }
            return owned ? grants : asOwner(owner, settable, grants);
        }),
        ...[...roles]
            .filter(([, { admits }]) => major >= 16 && !admits)
            .map(([role]) => sql`GRANT ${identifier(role)} TO ${to} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`),
    ];
}

/** Only for the transaction: a membership that the master did not have ends again. */
function asOwner(owner: string, settable: boolean, grants: readonly Sql[]): Sql[] {
    const role = identifier(owner);
    return [
        ...(settable ? [] : [sql`GRANT ${role} TO SESSION_USER`]),
        sql`SET LOCAL ROLE ${role}`,
        ...grants,
        sql`RESET ROLE`,
        ...(settable ? [] : [sql`REVOKE ${role} FROM SESSION_USER`]),
    ];
}

/** What prevents it. */
export function keptProblems({ major, roles }: KeptState, wanted: readonly string[]): string[] {
    return wanted.flatMap((name): string[] => {
        const found = roles.get(name);
        if (found === undefined) {
            return [`role "${name}" does not exist: create it as the master first, or leave it out`];
        }
        if (/^(pg_|rds)/.test(name)) {
            return [`role "${name}" belongs to Postgres or RDS: nobody may act as it; leave it out`];
        }
        if (found.superuser) {
            return [`role "${name}" is a superuser: only a superuser may add members to it; leave it out`];
        }
        return found.master && major >= 16
            ? [
                  `role "${name}" is the master, and no role has the ADMIN option on itself: give the application a role of its own first`,
              ]
            : [];
    });
}

export async function readKept(
    session: Queryable,
    provisioner: string,
    databases: readonly string[],
    roles: readonly string[],
): Promise<KeptState> {
    const { rows: versions } = await session.query<{ major: number }>(
        sql`SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    const major = versions[0]?.major ?? 0;
    const way = major >= 16 ? sql`'SET'` : sql`'MEMBER'`;
    const { rows: found } = await session.query<KeptDatabase & { name: string }>(sql`
        SELECT d.datname::text AS name, o.rolname::text AS owner, pg_has_role(d.datdba, 'USAGE') AS owned, pg_has_role(d.datdba, ${way}) AS settable,
            EXISTS (SELECT FROM aclexplode(d.datacl) a JOIN pg_roles p ON p.oid = a.grantee WHERE p.rolname = ${parameter(provisioner)}
                AND a.privilege_type = 'CONNECT' AND a.is_grantable) AS "grantsConnect",
            EXISTS (SELECT FROM aclexplode(d.datacl) a JOIN pg_roles p ON p.oid = a.grantee WHERE p.rolname = ${parameter(provisioner)}
                AND a.privilege_type = 'CREATE') AS creates
        FROM pg_database d JOIN pg_roles o ON o.oid = d.datdba WHERE d.datname = ANY (${parameter(databases)})`);
    const { rows: existing } = await session.query<KeptRole & { name: string }>(sql`
        SELECT r.rolname::text AS name, r.rolsuper AS superuser, r.rolname = session_user AS master,
            EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles p ON p.oid = m.member WHERE m.roleid = r.oid AND m.admin_option
                AND p.rolname = ${parameter(provisioner)}) AS admits
        FROM pg_roles r WHERE r.rolname = ANY (${parameter(roles)}) ORDER BY 1`);
    return {
        major,
        databases: new Map(found.map(({ name, ...rest }) => [name, rest])),
        roles: new Map(existing.map(({ name, ...rest }) => [name, rest])),
    };
}
