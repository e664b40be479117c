import type { Queryable } from "../toolkit/session";
import { identifier, parameter, sql, type Sql } from "../toolkit/sql";

/** A role in a group that existed. */
export interface GroupMember {
    readonly group: string;
    readonly member: string;
}

/**
 * The members whose membership is the master's own grant, and no more than a plain GRANT gives. From Postgres 16 each grantor's grant is
 * separate, and only who has the grantor's rights revokes it; before, CREATEROLE suffices
 * (https://www.postgresql.org/docs/16/sql-revoke.html).
 */
export async function readHandOver(session: Queryable, members: readonly GroupMember[]): Promise<GroupMember[]> {
    const { rows } = await session.query<GroupMember>(sql`
        SELECT g.rolname::text AS "group", m.rolname::text AS member FROM pg_auth_members a
            JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
            JOIN unnest(${parameter(members.map(({ group }) => group))}::text[], ${parameter(members.map(({ member }) => member))}::text[]) w (role, member)
                ON w.role = g.rolname AND w.member = m.rolname
        WHERE current_setting('server_version_num')::int >= 160000 AND pg_get_userbyid(a.grantor) = session_user AND NOT a.admin_option
            AND (to_jsonb(a) ->> 'set_option')::boolean AND (to_jsonb(a) ->> 'inherit_option')::boolean = m.rolinherit ORDER BY 1, 2`);
    return rows;
}

/** What takes the master's grants, after the provisioner's own. */
export interface HandOver {
    readonly asProvisioner: readonly Sql[];
    readonly asMaster: readonly Sql[];
}

/**
 * The same memberships as the provisioner's grants, by the provisioner itself: the master has no rights over it, and a master that
 * became its member would be one of `rds_iam`. In between there are both grants, so nobody is without one.
 */
export function handOverOf(members: readonly GroupMember[]): HandOver {
    const names = members.map(({ group, member }) => [identifier(group), identifier(member)] as const);
    return {
        asProvisioner: names.map(([group, member]) => sql`GRANT ${group} TO ${member}`),
        asMaster: names.map(([group, member]) => sql`REVOKE ${group} FROM ${member}`),
    };
}
