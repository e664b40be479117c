import { startupOptions } from "../../toolkit/guardedSession";
import { openSession, type Session } from "../../toolkit/session";
import { parameter, sql, type Sql } from "../../toolkit/sql";
import type { Postgres } from "../postgres/cluster";
import { byCertificate } from "../postgres/session";

/** Number of statements per message: results are returned in a setting, which should not hold megabytes. */
const BATCH = 400;
/** Long enough for a busy machine; a leak may make two logins wait for each other's rows. */
const STATEMENT_MS = 60_000;
/** SQLSTATE raised below to mark a statement as executed, and to undo it. */
const DONE = "KL000";

/** The result of one statement: SQLSTATE and message; undefined if it was executed. */
export type Failure = { readonly code: string; readonly message: string } | undefined;

/** Each statement runs separately and is undone, whatever it did. */
const RUN = sql`DO $keyless$
    DECLARE
        one text;
        said json[] := '{}';
    BEGIN
        FOR one IN SELECT json_array_elements_text(current_setting('keyless.statements')::json) LOOP
            BEGIN
                EXECUTE one;
                RAISE EXCEPTION USING ERRCODE = 'KL000';
            EXCEPTION WHEN OTHERS THEN
                said := said || json_build_array(SQLSTATE, SQLERRM);
            END;
        END LOOP;
        PERFORM set_config('keyless.outcomes', array_to_json(said)::text, false);
    END $keyless$`;

/**
 * Connects to a database as a login, with its own client certificate, and tries each statement. All effects are rolled
 * back.
 *
 * @returns the result of each; a single failure if the login could not connect
 */
export async function tryAs(
    postgres: Postgres,
    database: string,
    login: string,
    statements: readonly Sql[],
): Promise<readonly Failure[] | NonNullable<Failure>> {
    // As the login itself, even if its sessions start in another role: becoming that role is tried, too. The outcome of
    // an attempt must be determined by the server's own functions and operators, not by those of a schema in the
    // login's search path.
    const options = startupOptions({
        search_path: "",
        statement_timeout: STATEMENT_MS,
        lock_timeout: STATEMENT_MS,
        role: "none",
    });
    const way = await byCertificate(postgres, login);
    let client: Session;
    try {
        client = await openSession({ ...way, database, options });
    } catch (error) {
        return failureOf(error);
    }
    try {
        const outcomes: Failure[] = [];
        for (let start = 0; start < statements.length; start += BATCH) {
            const batch = JSON.stringify(statements.slice(start, start + BATCH));
            await client.query(sql`SELECT set_config('keyless.statements', ${parameter(batch)}, false)`);
            await client.query(RUN);
            const { rows } = await client.query<{ outcomes: string }>(
                sql`SELECT current_setting('keyless.outcomes') AS outcomes`,
            );
            const said = JSON.parse(rows[0]?.outcomes ?? "[]") as [string, string][];
            outcomes.push(...said.map(([code, message]) => (code === DONE ? undefined : { code, message })));
        }
        return outcomes;
    } finally {
        await client.end();
    }
}

function failureOf(error: unknown): NonNullable<Failure> {
    const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
    return { code, message: error instanceof Error ? error.message : String(error) };
}
