import { isAuthorization, useOf } from "../../../toolkit/connectionLines";
import type { Queryable } from "../../../toolkit/session";
import { sql } from "../../../toolkit/sql";
import type { ConnectionLog } from "./connectionLog";

const HOUR_MS = 3_600_000;
const POLL_MS = 5_000;
/** Nothing documents how long RDS takes to export a line. */
const PATIENCE_MS = 120_000;

/** Waits some milliseconds. */
export type Pause = (ms: number) => Promise<void>;

/**
 * Why it is not known that a server's log has been delivered up to now; undefined if it has. The log must show the session that
 * asks, which has just begun: that proves that connections are being logged, that their lines arrive, and that a search by a
 * login's name finds them.
 *
 * @param termsOf what to look for to find a login's lines
 */
export async function undelivered(
    session: Queryable,
    log: ConnectionLog,
    termsOf: (login: string) => readonly string[],
    pause: Pause,
): Promise<string | undefined> {
    const { rows } = await session.query<{ login: string; began: number }>(
        sql`SELECT usename::text AS login, floor(extract(epoch FROM backend_start))::float8 AS began
            FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
    );
    const [own] = rows;
    if (own === undefined) {
        return "the server does not show this session";
    }
    // The log has whole seconds, by the server's clock.
    const period = { from: own.began * 1000, to: own.began * 1000 + 24 * HOUR_MS };
    const isOwn = ({ text }: { readonly text: string }) =>
        isAuthorization(text) && useOf(own.login, text) !== undefined;
    for (let waited = 0; ; waited += POLL_MS) {
        for (const term of termsOf(own.login)) {
            if ((await log.lines(term, period, isOwn)).some(isOwn)) {
                return undefined;
            }
        }
        if (waited >= PATIENCE_MS) {
            const since = new Date(period.from).toISOString();
            return `the log ${log.name} does not show this session, which began at ${since}, after ${PATIENCE_MS / 1000} s: it is not being exported, or late; look at the log's export, and run this again`;
        }
        await pause(POLL_MS);
    }
}
