import type { Queryable } from "../../../toolkit/session";
import { identifier, parameter, sql } from "../../../toolkit/sql";
import { unlessContended } from "./contention";
import { withPrivilegesOf } from "../lentPrivileges";

/**
 * Revokes what lets a login connect to databases. None of it is stored in the role's own row, which an open transaction
 * may keep locked. `rds_iam` stays: without it, the login could use a password that this transaction has set.
 *
 * @returns the databases that the login can still connect to
 */
export async function takeConnect(session: Queryable, role: string): Promise<string[]> {
    const { rows: groups } = await session.query<{ name: string }>(
        sql`SELECT DISTINCT g.rolname AS name FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles l ON l.oid = m.member
            CROSS JOIN pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            WHERE l.rolname = ${parameter(role)} AND g.rolname <> 'rds_iam' AND a.privilege_type = 'CONNECT' AND a.grantee <> 0
                AND pg_has_role(g.oid, a.grantee, 'MEMBER') ORDER BY 1`,
    );
    const { rows: own } = await session.query<{ name: string }>(
        sql`SELECT d.datname AS name FROM pg_database d CROSS JOIN aclexplode(d.datacl) a JOIN pg_roles l ON l.oid = a.grantee
            WHERE l.rolname = ${parameter(role)} AND a.privilege_type = 'CONNECT' ORDER BY 1`,
    );
    const from = identifier(role);
    const revokes = [
        ...groups.map(({ name }) => sql`REVOKE ${identifier(name)} FROM ${from}`),
        ...own.map(({ name }) => sql`REVOKE CONNECT ON DATABASE ${identifier(name)} FROM ${from}`),
    ];
    for (const revoke of revokes) {
        await unlessContended(
            withPrivilegesOf(session, [], "COMMIT", async () => {
                await session.query(sql`SET LOCAL lock_timeout = '1s'`);
                await session.query(revoke);
            }),
        );
    }
    const { rows: left } = await session.query<{ name: string }>(
        sql`SELECT datname AS name FROM pg_database WHERE datallowconn AND has_database_privilege(${parameter(role)}, oid, 'CONNECT') ORDER BY 1`,
    );
    return left.map(({ name }) => name);
}
