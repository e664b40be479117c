import type { Queryable } from "../toolkit/session";
import { readHandOver, type GroupMember } from "./handOver";
import { ownerGroup } from "../toolkit/serverNames";
import { identifier, literal, parameter, sql, type Sql } from "../toolkit/sql";

/** What others own, and keep. */
export interface KeepOwner {
    /** Existing roles that tenants act as: the provisioner may add members to them, and holds none of their rights. */
    readonly roles: readonly string[];
    /**
     * Whether the provisioner gets an owner's rights on the databases, beside their owners: both become members of a group, to
     * which the databases belong.
     * @default false
     */
    readonly share?: boolean;
    /**
     * Members of groups that existed, which the provisioner may take from then on.
     * @default - only who granted them may, from Postgres 16
     */
    readonly handOver?: readonly GroupMember[];
}

/** A database that keeps its owner. */
export interface KeptDatabase {
    readonly owner: string;
    /** Whether the master has the owner's rights, which granting needs. */
    readonly owned: boolean;
    /** Whether the master may `SET ROLE` to the owner. */
    readonly settable: boolean;
    /** Whether the master has granted itself the owner, as `createrole_self_grant` makes it do. */
    readonly granted: boolean;
    /** Whether the provisioner may grant CONNECT to others. */
    readonly grantsConnect: boolean;
    readonly creates: boolean;
    /** Whether the owner is the master. */
    readonly masters: boolean;
    /** Whether the owner inherits the rights of what it is a member of. */
    readonly inherits: boolean;
    /** Whether the group that owners share exists. */
    readonly grouped: boolean;
    /** Whether the provisioner has the owner's rights. */
    readonly shared: boolean;
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
    /** Members that the master added. */
    readonly handOver: readonly GroupMember[];
}

/**
 * The missing grants to the provisioner, as the master. They take nothing from anybody.
 *
 * CONNECT, which the provisioner passes on to the group of a database, and CREATE, which a trusted extension needs. Up to Postgres 15
 * CREATEROLE suffices to add members to a role; from 16 it takes the ADMIN option, here without the role's rights (INHERIT) and without
 * `SET ROLE`: https://www.postgresql.org/docs/16/role-attributes.html (createrole), https://www.postgresql.org/docs/16/sql-grant.html
 */
export function keptStatements({ major, databases, roles }: KeptState, provisioner: string, share = false): Sql[] {
    const to = identifier(provisioner);
    return [
        ...[...databases].flatMap(([name, database]) => {
            if (share) {
                return database.shared ? [] : shareStatements(name, database, provisioner);
            }
            const { owner, owned, settable, grantsConnect, creates, shared } = database;
            const on = sql`ON DATABASE ${identifier(name)} TO ${to}`;
            const grants = [
                ...(grantsConnect ? [] : [sql`GRANT CONNECT ${on} WITH GRANT OPTION`]),
                ...(creates ? [] : [sql`GRANT CREATE ${on}`]),
            ];
            if (shared || grants.length === 0) {
                return [];
            }
            return owned ? grants : asOwner(owner, settable, grants);
        }),
        ...[...roles]
            .filter(([, { admits }]) => major >= 16 && !admits)
            .map(([role]) => sql`GRANT ${identifier(role)} TO ${to} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`),
    ];
}

/**
 * Gives the database to a group of its owner and the provisioner, as the master: a database's owner changes only to a role that
 * one may become, by one who has the owner's rights and CREATEDB
 * (https://www.postgresql.org/docs/current/sql-alterdatabase.html). The master leaves the group again if it did not own it. A membership
 * that it had granted itself keeps its other options, which GRANT leaves as they are.
 */
function shareStatements(name: string, database: KeptDatabase, provisioner: string): Sql[] {
    const { owner, owned, masters, grouped, granted } = database;
    const [group, old] = [identifier(ownerGroup(name)), identifier(owner)];
    const away = !masters && !owned;
    return [
        ...(grouped ? [] : [sql`CREATE ROLE ${group} NOLOGIN`]),
        sql`GRANT ${group} TO SESSION_USER`,
        ...(away
            ? [granted ? sql`GRANT ${old} TO SESSION_USER WITH INHERIT TRUE` : sql`GRANT ${old} TO SESSION_USER`]
            : []),
        ...(masters || owner === ownerGroup(name) ? [] : [sql`GRANT ${group} TO ${old}`]),
        ...(owner === ownerGroup(name) ? [] : [sql`ALTER DATABASE ${identifier(name)} OWNER TO ${group}`]),
        sql`GRANT ${group} TO ${identifier(provisioner)}`,
        ...(away
            ? [granted ? sql`GRANT ${old} TO SESSION_USER WITH INHERIT FALSE` : sql`REVOKE ${old} FROM SESSION_USER`]
            : []),
        ...(masters ? [] : [sql`REVOKE ${group} FROM SESSION_USER`]),
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
export function keptProblems({ major, databases, roles }: KeptState, { roles: wanted, share }: KeepOwner): string[] {
    const unfit = [...databases].filter(([, { inherits }]) => share === true && !inherits);
    const lost = unfit.map(
        ([name, { owner }]) =>
            `database "${name}" belongs to "${owner}", which is NOINHERIT and would have an owner's rights only after SET ROLE: ALTER ROLE "${owner}" INHERIT first`,
    );
    const taken = [...databases].filter(
        ([name, { owner, grouped }]) => share === true && grouped && owner !== ownerGroup(name),
    );
    const foreign = taken.map(
        ([name]) =>
            `role "${ownerGroup(name)}" exists, and its members would get an owner's rights on the database "${name}": rename it first`,
    );
    return [...lost, ...foreign].concat(
        wanted.flatMap((name): string[] => {
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
        }),
    );
}

const GRANTED = sql`EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles s ON s.oid = m.member
    WHERE m.roleid = d.datdba AND m.grantor = m.member AND s.rolname = session_user)`;

export async function readKept(
    session: Queryable,
    provisioner: string,
    databases: readonly string[],
    { roles, handOver = [] }: KeepOwner,
): Promise<KeptState> {
    const { rows: versions } = await session.query<{ major: number }>(
        sql`SELECT current_setting('server_version_num')::int / 10000 AS major`,
    );
    const major = versions[0]?.major ?? 0;
    const way = major >= 16 ? sql`'SET'` : sql`'MEMBER'`;
    const { rows: found } = await session.query<KeptDatabase & { name: string }>(sql`
        SELECT d.datname::text AS name, o.rolname::text AS owner, pg_has_role(d.datdba, 'USAGE') AS owned, pg_has_role(d.datdba, ${way}) AS settable,
            ${major >= 16 ? GRANTED : sql`false`} AS granted,
            EXISTS (SELECT FROM aclexplode(d.datacl) a JOIN pg_roles p ON p.oid = a.grantee WHERE p.rolname = ${parameter(provisioner)}
                AND a.privilege_type = 'CONNECT' AND a.is_grantable) AS "grantsConnect",
            EXISTS (SELECT FROM aclexplode(d.datacl) a JOIN pg_roles p ON p.oid = a.grantee WHERE p.rolname = ${parameter(provisioner)}
                AND a.privilege_type = 'CREATE') AS creates,
            o.rolname = session_user AS masters, o.rolinherit AS inherits, EXISTS (SELECT FROM pg_roles g WHERE g.rolname = d.datname || ${literal(ownerGroup(""))}) AS grouped,
            coalesce((SELECT pg_has_role(p.oid, d.datdba, 'USAGE') FROM pg_roles p WHERE p.rolname = ${parameter(provisioner)}), false) AS shared
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
        handOver: await readHandOver(session, handOver),
    };
}
