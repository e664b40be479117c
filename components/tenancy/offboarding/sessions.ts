import { setTimeout as pause } from "node:timers/promises";
import { ENDED_BY_RESTART } from "../../../toolkit/openSessions";
import type { Queryable } from "../../../toolkit/session";
import { identifier, parameter, sql, type Sql } from "../../../toolkit/sql";
import { takeConnect } from "./connect";
import { unlessContended } from "./contention";
import { codeOf, insufficientPrivilege, withPrivilegesOf } from "../lentPrivileges";
import type { ServerSessions } from "../server";

/** Maximum time for a session to terminate, in milliseconds. */
const endMs = 10_000;
const pollMs = 20;
const rounds = 5;

/**
 * Locks a login out. NOLOGIN comes first, committed separately, so that no session can start even if a later step
 * fails; then its sessions are terminated, because revoking its rights does not end them.
 *
 * @param patience maximum time for a session to end, in milliseconds
 */
export async function closeLogin(server: ServerSessions, role: string, patience = endMs): Promise<void> {
    const session = await server.session();
    const { rows } = await session.query<{ login: boolean }>(
        sql`SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = ${parameter(role)}`,
    );
    if (rows[0]?.login === true) {
        await forbidLogin(server, session, role, patience);
    }
    await endSessions(session, role, patience);
}

/**
 * Revokes memberships of a login that stays, and ends its sessions: one that has assumed a role (SET ROLE) would keep
 * it until it ends.
 */
export async function takeMemberships(server: ServerSessions, login: string, groups: readonly string[]): Promise<void> {
    const session = await server.session();
    const { rows } = await session.query<{ name: string }>(
        sql`SELECT g.rolname AS name FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles l ON l.oid = m.member
            WHERE l.rolname = ${parameter(login)} AND g.rolname = ANY (${parameter(groups)}) GROUP BY 1`,
    );
    for (const { name } of rows) {
        await session.query(sql`REVOKE ${identifier(name)} FROM ${identifier(login)}`);
    }
    await endSessions(session, login);
}

/** Future sessions of the login start as the login itself. */
export async function resetRole(server: ServerSessions, login: string): Promise<void> {
    const session = await server.session();
    await session.query(sql`ALTER ROLE ${identifier(login)} RESET ROLE`);
}

async function forbidLogin(server: ServerSessions, session: Queryable, role: string, patience: number): Promise<void> {
    const forbid = sql`ALTER ROLE ${identifier(role)} NOLOGIN`;
    const soon = withPrivilegesOf(session, [], "COMMIT", async () => {
        await session.query(sql`SET LOCAL lock_timeout = '1s'`);
        await session.query(forbid);
    });
    if (await unlessContended(soon)) {
        return;
    }
    // An open transaction has changed the role, for example by setting its own password, and keeps it locked. Its
    // session may end late or never, so block new sessions first.
    const admitting = await takeConnect(session, role);
    try {
        await forbidInTurn(server, session, role, forbid, patience);
    } catch (error) {
        if (error instanceof Error) {
            const access =
                admitting.length === 0 ? "connect to no database" : `still connect to ${admitting.join(", ")}`;
            error.message = `${role} still has LOGIN, because an open transaction keeps its role locked, and may ${access}; ${error.message}`;
        }
        throw error;
    }
}

/**
 * Queues for the lock on the role and meanwhile ends all of the login's sessions, so that none of them blocks the
 * queue.
 */
async function forbidInTurn(
    server: ServerSessions,
    session: Queryable,
    role: string,
    forbid: Sql,
    patience: number,
): Promise<void> {
    await server.aside(async (queued) => {
        for (let round = 0; round < rounds; round += 1) {
            let over = false;
            const turn = unlessContended(queued.query(forbid)).finally(() => (over = true));
            turn.catch(() => undefined);
            while (!over) {
                await endSessions(session, role, patience);
                await pause(pollMs);
            }
            if (await turn) {
                return;
            }
        }
        throw new Error(
            `the transaction is not one of ${role}'s own sessions: see pg_locks and pg_prepared_xacts, and run again`,
        );
    });
}

/**
 * Ends the role's sessions and waits until they are gone. Ending a session requires the privileges of its login, which
 * the provisioner holds for that moment only:
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 *
 * @throws Error naming the sessions that the provisioner may not end, or that do not end
 */
export async function endSessions(session: Queryable, role: string, patience = endMs): Promise<void> {
    const open = sql`FROM pg_stat_activity WHERE usesysid = (SELECT oid FROM pg_roles WHERE rolname = ${parameter(role)}) AND pid <> pg_backend_pid()`;
    const { rows } = await session.query<{ pid: number }>(sql`SELECT pid ${open}`);
    if (rows.length === 0) {
        return;
    }
    try {
        await withPrivilegesOf(session, [role], "ROLLBACK", async () => {
            for (const end = Date.now() + patience; ; await pause(pollMs)) {
                // A transaction caches the sessions as of its first read.
                await session.query(sql`SELECT pg_stat_clear_snapshot()`);
                const { rows: left } = await session.query<{ pid: number }>(
                    sql`SELECT pid, pg_terminate_backend(pid) ${open}`,
                );
                if (left.length === 0) {
                    return;
                }
                if (Date.now() > end) {
                    throw new Error(
                        `sessions of ${role} have not ended after ${patience / 1000} s (${pidsOf(left)}), and keep the rights of ${role}: ` +
                            `${ENDED_BY_RESTART}; reboot it, and run again`,
                    );
                }
            }
        });
    } catch (error) {
        if (codeOf(error) !== insufficientPrivilege) {
            throw error;
        }
        throw new Error(
            `${role} has open sessions, which the provisioner may not end (${pidsOf(rows)}), and which keep the rights that they began with: ` +
                `end them as the master, SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}', and run again`,
            { cause: error },
        );
    }
}

function pidsOf(rows: readonly { readonly pid: number }[]): string {
    return rows.map(({ pid }) => `pid ${pid}`).join(", ");
}
