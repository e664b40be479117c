import { startupOptions } from "../../toolkit/guardedSession";
import { openSession, type Session } from "../../toolkit/session";
import { sql } from "../../toolkit/sql";
import type { Postgres } from "../postgres/cluster";
import { hasCode } from "../../toolkit/system/files";
import { byCertificate } from "../postgres/session";
import type { Attempt } from "./attempts";

/**
 * The server's answer. An error unrelated to privileges proves nothing: the statement was neither executed nor refused.
 */
export type Answer =
    { readonly outcome: "allowed" } | { readonly outcome: "refused" | "failed"; readonly message: string };

/** Long enough for a busy machine; a leak may make two logins wait for each other's rows. */
const STATEMENT_MS = 10_000;
const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * Connects as a login and tries everything, one attempt after another, and leaves nothing behind.
 *
 * @returns an answer for each attempt; a single one if the login could not connect
 */
export async function tryAll(
    postgres: Postgres,
    database: string,
    login: string,
    attempts: readonly Attempt[],
): Promise<Answer[] | Answer> {
    const options = startupOptions({ search_path: "", statement_timeout: STATEMENT_MS, lock_timeout: STATEMENT_MS });
    const way = await byCertificate(postgres, login);
    let client: Session;
    try {
        client = await openSession({ ...way, database, options, pipeline: true });
    } catch (error) {
        return answerOf(error);
    }
    try {
        const answers: Answer[] = [];
        for (const attempt of attempts) {
            answers.push(await tryOne(client, attempt));
        }
        return answers;
    } finally {
        await client.end();
    }
}

async function tryOne(client: Session, { action, statement }: Attempt): Promise<Answer> {
    try {
        // CREATE DATABASE cannot run in a transaction. All other effects are undone by the next attempt, or by the end
        // of the session. The session is pipelined: no attempt waits for the previous one, because a round trip takes
        // longer than the attempt.
        const before = action === "create database" ? [sql`ROLLBACK`] : [sql`ROLLBACK`, sql`BEGIN`];
        await Promise.all([...before, statement].map((one) => client.query(one)));
        return { outcome: "allowed" };
    } catch (error) {
        return answerOf(error);
    }
}

function answerOf(error: unknown): Answer {
    const message = error instanceof Error ? error.message : String(error);
    return { outcome: hasCode(error, INSUFFICIENT_PRIVILEGE) ? "refused" : "failed", message };
}
