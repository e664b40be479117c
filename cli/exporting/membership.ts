import { UserError } from "../../toolkit/userError";
import { copyable } from "../../toolkit/copyable";
import { reason, shown } from "../../toolkit/shown";
import { DatabaseError, type Queryable, type Session } from "../../toolkit/session";
import { identifier, parameter, sql } from "../../toolkit/sql";

/** The member, the role and the sessions. */
export interface Joining {
    readonly session: Queryable;
    /** Opens another session of the member, for use if that one has ended. */
    readonly again: () => Promise<Session>;
    readonly member: string;
    readonly owner: string;
}

/**
 * Does some work as a temporary member of the owner's role, and ends the membership even if the session has ended: a failover
 * or an administrator may end an idle one during the work.
 *
 * @throws UserError if the membership cannot be granted or, with the statement that ends it, cannot be ended
 */
export async function asMember(joining: Joining, work: () => Promise<void>): Promise<void> {
    const { session, owner } = joining;
    // From Postgres 16, a role's creator may grant it to others but does not have its privileges: https://www.postgresql.org/docs/16/role-attributes.html
    const { rows } = await session.query<{ may: boolean }>(sql`
        SELECT pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS may
        FROM pg_roles WHERE rolname = ${parameter(owner)}`);
    if (rows[0] === undefined) {
        throw new UserError(`the server has no role ${owner}; deploy the stack first`);
    }
    if (rows[0].may) {
        return work();
    }
    await join(joining);
    try {
        await work();
    } catch (error) {
        await leave(joining, error);
        throw error;
    }
    await leave(joining);
}

/** A server that refuses reports it; a session that ends first may have become a member unnoticed. */
async function join(joining: Joining): Promise<void> {
    const { session, member, owner } = joining;
    try {
        await session.query(sql`GRANT ${identifier(owner)} TO ${identifier(member)}`);
    } catch (error) {
        if (!(error instanceof DatabaseError && error.severity === "ERROR")) {
            await leave(joining, error);
        }
        throw new UserError(shown`${member} cannot become a member of ${owner}: ${reason(error)}`);
    }
}

/** @param earlier why the work failed, to report too if leaving also fails */
async function leave({ session, again, member, owner }: Joining, earlier?: unknown): Promise<void> {
    const revoke = sql`REVOKE ${identifier(owner)} FROM ${identifier(member)}`;
    try {
        await session.query(revoke);
    } catch {
        try {
            const other = await again();
            try {
                await other.query(revoke);
            } finally {
                await other.end();
            }
        } catch (error) {
            const first = earlier === undefined ? shown`` : shown`${reason(earlier)}; and `;
            throw new UserError(
                shown`${first}${member} is still a member of ${owner}, because the session ended and no other one could end that: ${reason(error)}\nrun this as ${member}:\n    ${copyable(revoke)}`,
            );
        }
    }
}
