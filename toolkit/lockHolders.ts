import { ownSessions } from "./cancel";
import { type Held, readHolding, readLocks } from "./locks";
import { describeSession, type OpenSession, readSessions } from "./openSessions";
import { DatabaseError, type Session } from "./session";
import { separated, shown } from "./shown";
import { sql } from "./sql";

/** `lock_not_available`: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const lockNotAvailable = "55P03";

/** Many blocking sessions usually have one cause, among the oldest. */
const most = 5;

/**
 * Adds to a lock timeout's error which sessions may hold the lock.
 *
 * @param open opens another session, because the failed one may be in an aborted transaction
 */
export async function explainLockTimeout(error: unknown, open: () => Promise<Session>): Promise<unknown> {
    if (error instanceof DatabaseError && error.code === lockNotAvailable) {
        error.message += `; ${await lockHolders(open)}`;
    }
    return error;
}

/**
 * How likely a session is to hold the lock, most likely first; undefined if it cannot. Most kinds of locks prove nothing by themselves:
 * every query holds some. But a session that causes a lock timeout has had a transaction open for at least that long.
 */
function rankOf(
    { pid, since, transactionMs }: OpenSession,
    strong: readonly Held[],
    any: ReadonlySet<number>,
    waited: number,
): number | undefined {
    const held = strong.find((one) => one.pid === pid);
    if (held !== undefined) {
        return held.waiting.length > 0 ? 0 : held.shared ? 2 : 1;
    }
    const hidden = since === null;
    return any.has(pid) && (hidden || (transactionMs ?? -1) >= waited) ? 3 : undefined;
}

/** In milliseconds; a hidden one may be older than all others. */
function ageOf({ since, transactionMs }: OpenSession): number {
    return transactionMs ?? (since === null ? Number.MAX_SAFE_INTEGER : 0);
}

/**
 * Names the other sessions that may hold the lock, and the command that terminates each: any login can acquire the provider's
 * advisory locks on roles and databases (locks.ts) and hold them indefinitely.
 */
export async function lockHolders(open: () => Promise<Session>): Promise<string> {
    const hint = "`npm run keyless -- sessions --blocking` lists who holds locks";
    try {
        const session = await open();
        try {
            const strong = await readLocks(session);
            const any = await readHolding(session);
            const { rows } = await session.query<{ login: string; waited: number }>(
                sql`SELECT session_user AS login, setting::int AS waited FROM pg_settings WHERE name = 'lock_timeout'`,
            );
            const [{ login: own, waited } = { login: "", waited: 0 }] = rows;
            const ours = new Set(ownSessions());
            const found = (await readSessions(session))
                .filter(({ pid, login }) => !ours.has(pid) && login !== own)
                .map((one) => ({ one, rank: rankOf(one, strong, any, waited) }))
                .filter(({ rank }) => rank !== undefined)
                .sort((a, b) => Number(a.rank) - Number(b.rank) || ageOf(b.one) - ageOf(a.one))
                .map(({ one }) => one);
            const named = found
                .slice(0, most)
                .map(
                    (one) =>
                        shown`\n  ${describeSession(one, Date.now())}\n    to terminate it: npm run keyless -- sessions --end-pid ${one.pid}`,
                );
            const more = found.length > most ? `\n  and ${found.length - most} more: ${hint}` : "";
            const where = "\n  (with --stack NAME for a stack in the sandbox, with --live env for a server on AWS)";
            return found.length === 0
                ? `no session holds it any longer; ${hint}`
                : `the lock may be held by:${separated(named, shown``)}${more}${where}`;
        } finally {
            await session.end();
        }
    } catch {
        return hint;
    }
}
