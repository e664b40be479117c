import { cancelled } from "../../toolkit/cancel";
import { startupOptions, type Guards } from "../../toolkit/guardedSession";
import { openSession, type Session } from "../../toolkit/session";
import { sql, type Sql } from "../../toolkit/sql";
import type { Postgres } from "../postgres/cluster";
import { byCertificate, byPassword } from "../postgres/session";

/** One statement that a login tries. */
export interface Attempt {
    readonly statement: Sql;
    /** Whether it should succeed. */
    readonly expected: boolean;
    /**
     * SQLSTATEs besides success that only those see who may.
     * @default - none
     */
    readonly passes?: readonly string[];
    /**
     * Whether it cannot run in a transaction.
     * @default false
     */
    readonly alone?: boolean;
}

/** What one login tries in one database. */
export interface Series<A extends Attempt = Attempt> {
    readonly login: string;
    readonly database: string;
    /**
     * The password that it logs in with.
     * @default - it signs in with IAM
     */
    readonly password?: string | undefined;
    readonly attempts: readonly A[];
}

/**
 * The server's answer. An error unrelated to privileges proves nothing: the statement was neither executed nor refused.
 */
export type Answer = { readonly outcome: "allowed" } | Failure;

export interface Failure {
    readonly outcome: "refused" | "failed";
    readonly code: string;
    readonly message: string;
}

/** The outcome of an attempt: the expected one, one of the two faults, or nothing about rights. */
export type Mark = "allowed" | "refused" | "leak" | "missing" | "undecided";

/**
 * Only a refusal for lack of a privilege (SQLSTATE 42501) is one: triggers, policies and publications let statements fail for
 * reasons of their own. A statement that should be refused and failed for another reason counts as a leak: nothing shows that it is
 * refused.
 */
export function markOf({ expected }: Pick<Attempt, "expected">, { outcome }: Answer): Mark {
    if (expected) {
        return outcome === "allowed" ? "allowed" : outcome === "refused" ? "missing" : "undecided";
    }
    return outcome === "refused" ? "refused" : "leak";
}

export interface Result<A extends Attempt = Attempt> {
    readonly attempt: A;
    readonly answer: Answer;
    readonly mark: Mark;
}

export interface Tried<A extends Attempt = Attempt> {
    readonly login: string;
    readonly database: string;
    /** The answer to the login's connection. */
    readonly connect: Answer;
    /** None if the login could not connect. */
    readonly results: readonly Result<A>[];
}

/** Number of concurrent logins: more than the machine's cores, fewer than the server's connections. */
const CONCURRENT = 8;
/** Number of attempts sent ahead of their answers: a round trip takes longer than an attempt. */
const AHEAD = 100;
/** Long enough for a busy machine; a leak may make two logins wait for each other's rows. */
const STATEMENT_MS = 10_000;
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Has each login connect as itself and try everything, expected or not, and leaves nothing behind.
 *
 * @param series read when a worker is free, so that not all need to exist at once
 * @param keep what to keep of a series; the results are in the order of the series
 * @param settings further settings of the logins' sessions
 */
export async function tryAll<A extends Attempt, R>(
    postgres: Postgres,
    series: Iterable<Series<A>>,
    keep: (tried: Tried<A>) => R,
    settings: Guards = {},
): Promise<R[]> {
    const results: R[] = [];
    const rest = series[Symbol.iterator]();
    let taken = 0;
    const worker = async (): Promise<void> => {
        for (let next = rest.next(); next.done !== true; next = rest.next()) {
            const place = taken;
            taken += 1;
            cancelled.throwIfAborted();
            results[place] = keep(await tryAs(postgres, next.value, settings));
        }
    };
    await Promise.all(Array.from({ length: CONCURRENT }, worker));
    return results;
}

async function tryAs<A extends Attempt>(
    postgres: Postgres,
    { login, database, password, attempts }: Series<A>,
    settings: Guards,
): Promise<Tried<A>> {
    // The server's own functions and operators determine the outcome, not those of a schema in the login's search path.
    const limits = { statement_timeout: STATEMENT_MS, lock_timeout: STATEMENT_MS };
    const options = startupOptions({ search_path: "", ...limits, ...settings });
    const way = password === undefined ? await byCertificate(postgres, login) : byPassword(postgres, login, password);
    let session: Session;
    try {
        session = await openSession({ ...way, database, options, pipeline: true });
    } catch (error) {
        return { login, database, connect: answerOf(error), results: [] };
    }
    try {
        const results: Result<A>[] = [];
        for (let start = 0; start < attempts.length; start += AHEAD) {
            const sent = attempts.slice(start, start + AHEAD).map((attempt) => tryOne(session, attempt));
            results.push(...(await Promise.all(sent)));
        }
        return { login, database, connect: { outcome: "allowed" }, results };
    } finally {
        await session.end();
    }
}

/** All effects are undone by the next attempt, or by the end of the session. */
async function tryOne<A extends Attempt>(session: Session, attempt: A): Promise<Result<A>> {
    const { statement, passes, alone = false } = attempt;
    const statements = alone ? [sql`ROLLBACK`, statement] : [sql`ROLLBACK`, sql`BEGIN`, statement];
    const answer = await Promise.all(statements.map((one) => session.query(one))).then(
        (): Answer => ({ outcome: "allowed" }),
        (error: unknown) => answerOf(error, passes),
    );
    return { attempt, answer, mark: markOf(attempt, answer) };
}

function answerOf(error: unknown, passes: readonly string[] = []): Answer {
    const failure = failureOf(error);
    return passes.includes(failure.code) ? { outcome: "allowed" } : failure;
}

export function failureOf(error: unknown): Failure {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { outcome: code === INSUFFICIENT_PRIVILEGE ? "refused" : "failed", code, message };
}
