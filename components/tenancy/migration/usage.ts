import { setTimeout as wait } from "node:timers/promises";
import { AUTHORIZED, ENDED, isAuthorization, useOf } from "../../../toolkit/connectionLines";
import { readSessions, type OpenSession } from "../../../toolkit/openSessions";
import type { Queryable } from "../../../toolkit/session";
import { sql } from "../../../toolkit/sql";
import { NoLog, type ConnectionLog } from "./connectionLog";
import { undelivered, type Pause } from "./delivery";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A busy group answers some requests a second, and a week has 43 of these. */
const STEP_MS = 4 * HOUR_MS;

/** When and from where a login was last used, as the log says. */
export interface LastUse {
    readonly at: number;
    readonly address?: string | undefined;
    readonly application?: string | undefined;
}

/** Who uses a login that has a password. */
export interface Usage {
    readonly login: string;
    /** Its open sessions on this server. */
    readonly sessions: readonly OpenSession[];
    /** Its last use within the days asked for, if the log shows one. */
    readonly last?: LastUse | undefined;
    /** Since when, in milliseconds, every use would be in the log: now, if nothing is known. */
    readonly knownSince: number;
    /** Why the log does not reach back as many days as asked for; undefined if it does. */
    readonly unknown?: string | undefined;
}

/** What to look at, and how far back. */
export interface UsageQuery {
    readonly login: string;
    /** 0 looks at open sessions only. */
    readonly days: number;
    readonly now: number;
    /** @default - a timer */
    readonly pause?: Pause | undefined;
}

/**
 * Finds who has used a login within some days. The log proves that nobody has only as far back as it proves that
 * connections were written to it at all: every four hours must have one of anybody, and the newest must be that of this very
 * session ({@link undelivered}). RDS' own agent connects too (`rdsadmin`), but how often is not documented, and nothing rests on it.
 *
 * @param logs of the server, which comes first, and of its copies in other regions, each of which has its own; none if no log can be read
 */
export async function usageOf(
    session: Queryable,
    logs: readonly ConnectionLog[],
    { login, days, now, pause = (ms) => wait(ms) }: UsageQuery,
): Promise<Usage> {
    const sessions = (await readSessions(session)).filter((one) => one.login === login);
    const nothing = { login, sessions, knownSince: now };
    if (days === 0) {
        return nothing;
    }
    if (logs.length === 0) {
        return { ...nothing, unknown: "there is no log of connections to read" };
    }
    const { rows } = await session.query<{ on: boolean }>(
        sql`SELECT s.setting <> '' AND s.setting <> 'off' AND (s.setting = 'on' OR s.setting ~ '(authorization|all)') AS on
            FROM pg_settings s WHERE s.name = 'log_connections'`,
    );
    if (rows[0]?.on !== true) {
        return { ...nothing, unknown: "log_connections is off on the server: set it in the parameter group, and wait" };
    }
    const seen: Logged[] = [];
    for (const [index, log] of logs.entries()) {
        // This session is the server's own, and in no log of a copy.
        const delivered = async () => (index === 0 ? undelivered(session, log, termsOf, pause) : undefined);
        seen.push(await readLog(log, { login, days, now }, delivered));
    }
    const uses = seen.flatMap(({ last }) => last ?? []).sort((one, other) => other.at - one.at);
    const unknown = seen.flatMap((one) => one.unknown ?? []);
    return {
        ...nothing,
        last: uses[0],
        knownSince: Math.max(...seen.map((one) => one.knownSince)),
        unknown: unknown.length === 0 ? undefined : unknown.join("; "),
    };
}

type Logged = Pick<Usage, "last" | "knownSince" | "unknown">;

async function readLog(
    log: ConnectionLog,
    { login, days, now }: UsageQuery,
    delivered: () => Promise<string | undefined>,
): Promise<Logged> {
    try {
        const { since, unknown } = await knownSince(log, days, now);
        const last = await lastUse(log, login, since, now);
        if (last !== undefined || unknown !== undefined) {
            return { last, knownSince: since, unknown };
        }
        // Only quiet must be proven up to now. Lines of a use may arrive meanwhile.
        const late = await delivered();
        return {
            last: await lastUse(log, login, since, now),
            knownSince: late === undefined ? since : now,
            unknown: late,
        };
    } catch (error) {
        if (!(error instanceof NoLog)) {
            throw error;
        }
        return { knownSince: now, unknown: error.message };
    }
}

/**
 * Since when connections have been written to the log without a gap of two steps: each step back from now must have one, and so
 * must the step before the days asked for, or the log could have begun in their midst.
 */
async function knownSince(log: ConnectionLog, days: number, now: number): Promise<{ since: number; unknown?: string }> {
    const begin = now - days * DAY_MS;
    let since = now;
    for (let to = now; to > begin - STEP_MS; to -= STEP_MS) {
        const period = { from: to - STEP_MS, to };
        const lines = await log.lines(AUTHORIZED, period, ({ text }) => isAuthorization(text));
        const times = lines.filter(({ text }) => isAuthorization(text)).map(({ at }) => at);
        if (times.length === 0) {
            const when = [period.from, period.to].map((at) => new Date(at).toISOString()).join(" and ");
            return {
                since,
                unknown: `the log ${log.name} has no connection of anybody between ${when}, so it may not have been written then`,
            };
        }
        since = Math.min(...times);
    }
    return { since: begin };
}

/** The latest use since a moment. Looks at the last hour first, because a login in use has many lines in a day. */
async function lastUse(log: ConnectionLog, login: string, since: number, now: number): Promise<LastUse | undefined> {
    for (let [from, to] = [now - HOUR_MS, now]; to > since; [from, to] = [from - DAY_MS, from]) {
        const period = { from: Math.max(from, since), to };
        const found = await Promise.all(termsOf(login).map((term) => log.lines(term, period)));
        const uses = found.flat().flatMap(({ at, text }) => {
            const use = useOf(login, text);
            return use === undefined ? [] : [{ at, ...use }];
        });
        const [last] = uses.sort((one, other) => other.at - one.at);
        if (last !== undefined) {
            return last;
        }
    }
    return undefined;
}

/**
 * What to look for. Phrases are found that stand in quotation marks, but not said is whether they may begin or end within a word
 * ("partial matches" are what regular expressions are for), nor how characters are escaped: so each is made of whole words, and for
 * a login with other characters all connections are looked at.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
 */
function termsOf(login: string): readonly string[] {
    return /^[\w.-]+$/.test(login) ? [`user=${login}`] : [AUTHORIZED, ENDED];
}
