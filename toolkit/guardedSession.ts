import { explainLockTimeout } from "./lockHolders";
import { openSession, type Session, type SessionConfig } from "./session";
import { sql } from "./sql";

/** Settings of a session, by name, with the values that `SET` takes. */
export type Guards = Readonly<Record<string, string | number>>;

/**
 * How a session of ours begins on a server where others may make objects, so that none of theirs is found by a name that is
 * not qualified, run by a statement of ours, or waited for without end:
 *
 * - `search_path`: https://wiki.postgresql.org/wiki/A_Guide_to_CVE-2018-1058:_Protect_Your_Search_Path
 * - `row_security`: a table whose policies would filter is refused, so that no policy runs
 *   (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-ROW-SECURITY)
 * - `lock_timeout`: every login may take any advisory lock and lock its own tables. A transaction of the provider takes less
 *   than a second, and at most twenty of them wait for each other on one database
 * - `statement_timeout`: an audit of many schemas, or a schema's drop, takes seconds; a token's life is long enough for all
 * - `idle_in_transaction_session_timeout`: between two statements of ours there is no more than a round trip
 */
export const guards = {
    search_path: "",
    row_security: "off",
    lock_timeout: 60_000,
    statement_timeout: 900_000,
    idle_in_transaction_session_timeout: 60_000,
} as const satisfies Guards;

/**
 * Refuses views and foreign tables that are not the system's own. Postgres has it since 17.0, 16.4, 15.8, 14.13, 13.16 and
 * 12.20 (CVE-2024-7348): https://www.postgresql.org/docs/release/16.4/
 */
export const restriction = { name: "restrict_nonsystem_relation_kind", value: "view, foreign-table" } as const;

const RESTRICT = sql`SELECT pg_catalog.set_config(name, 'view, foreign-table', false) FROM pg_catalog.pg_settings
    WHERE name OPERATOR(pg_catalog.=) 'restrict_nonsystem_relation_kind'`;

/**
 * Opens a session that begins with {@link guards}, before the first statement, and with {@link restriction} where the
 * server knows it. What the role's own settings say otherwise does not count. A statement that waited for a lock in vain fails
 * with an error that names who may hold it.
 *
 * @param more other values for the guards, or further settings
 */
export async function openGuardedSession(
    config: Omit<SessionConfig, "options" | "explain">,
    more: Guards = {},
): Promise<Session> {
    const guarded = { ...config, options: startupOptions({ ...guards, ...more }) };
    const session = await openSession({
        ...guarded,
        explain: (error) => explainLockTimeout(error, () => openSession(guarded)),
    });
    try {
        await session.query(RESTRICT);
        return session;
    } catch (error) {
        await session.end();
        throw error;
    }
}

/** Settings as the startup parameter `options` takes them. */
export function startupOptions(settings: Guards): string {
    return Object.entries(settings)
        .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\\s]/g, "\\$&")}`)
        .join(" ");
}
