import { ownSessions } from "./cancel";
import { readLocks } from "./locks";
import { describeSession, readSessions } from "./openSessions";
import { DatabaseError, type Session } from "./session";
import { separated, shown } from "./shown";
import { sql } from "./sql";

/** `lock_not_available`: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockNotAvailable = "55P03";

/** A server that many sessions hold up has one cause, which is among the oldest. */
const most = 5;

/**
 * Adds to the error of a statement that waited in vain for a lock which sessions may hold it.
 *
 * @param open opens another session, because the one with the error may be in a transaction that has failed
 */
export async function explainLockTimeout(error: unknown, open: () => Promise<Session>): Promise<unknown> {
    if (error instanceof DatabaseError && error.code === lockNotAvailable) {
        error.message += `; ${await lockHolders(open)}`;
    }
    return error;
}

/**
 * Names the sessions of others that a lock may be waited for, and the command that ends each: any login can take advisory locks
 * on roles and databases, as the provider does (locks.ts), and keep them as long as it likes.
 */
export async function lockHolders(open: () => Promise<Session>): Promise<string> {
    const hint = "`npm run keyless -- sessions --blocking` lists who holds locks";
    try {
        const session = await open();
        try {
            const holding = new Set((await readLocks(session)).map(({ pid }) => pid));
            const { rows } = await session.query<{ login: string }>(sql`SELECT session_user AS login`);
            const ours = new Set(ownSessions());
            const found = (await readSessions(session)).filter(
                ({ pid, login }) => holding.has(pid) && !ours.has(pid) && login !== rows[0]?.login,
            );
            const named = found
                .slice(0, most)
                .map(
                    (one) =>
                        shown`\n  ${describeSession(one, Date.now())}\n    to end it: npm run keyless -- sessions --end-pid ${one.pid}`,
                );
            const more = found.length > most ? `\n  and ${found.length - most} more: ${hint}` : "";
            const where = "\n  (with --stack NAME for a stack in the sandbox, with --live env for a server on AWS)";
            return found.length === 0
                ? `nobody holds it any more; ${hint}`
                : `the lock may be held by:${separated(named, shown``)}${more}${where}`;
        } finally {
            await session.end();
        }
    } catch {
        return hint;
    }
}
