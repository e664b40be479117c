import { explainLockTimeout } from "./lockHolders";
import { openSession, type Session, type SessionConfig } from "./session";
import { sql } from "./sql";

/** Settings of a session, by name, with the values that `SET` accepts. */
export type Guards = Readonly<Record<string, string | number>>;

/**
 * Settings of our sessions on a server where others may create objects, so that unqualified names do not find them, our
 * statements do not run them, and no statement waits for them forever:
 *
 * - `search_path`: https://wiki.postgresql.org/wiki/A_Guide_to_CVE-2018-1058:_Protect_Your_Search_Path
 * - `row_security`: refuses tables whose policies would filter, so that no policy runs
 *   (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-ROW-SECURITY)
 * - `lock_timeout`: every login may acquire any advisory lock and lock its own tables. A transaction of the provider takes less
 *   than a second, and at most twenty of them wait for each other on one database
 * - `statement_timeout`: a drift check of many schemas, or dropping a schema, takes seconds; a token's lifetime covers all
 * - `idle_in_transaction_session_timeout`: our statements are at most a round trip apart
 */
export const guards = {
    search_path: "",
    row_security: "off",
    lock_timeout: 60_000,
    statement_timeout: 900_000,
    idle_in_transaction_session_timeout: 60_000,
} as const satisfies Guards;

/**
 * Refuses views and foreign tables other than the system's. Available since Postgres 17.0, 16.4, 15.8, 14.13, 13.16 and
 * 12.20 (CVE-2024-7348): https://www.postgresql.org/docs/release/16.4/
 */
export const restriction = { name: "restrict_nonsystem_relation_kind", value: "view, foreign-table" } as const;

const RESTRICT = sql`SELECT pg_catalog.set_config(name, 'view, foreign-table', false) FROM pg_catalog.pg_settings
    WHERE name OPERATOR(pg_catalog.=) 'restrict_nonsystem_relation_kind'`;

/**
 * Opens a session with {@link guards} from its first statement on, and with {@link restriction} if the server supports it.
 * Both override the role's own settings. A lock timeout's error names the sessions that may hold the lock.
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

/** Settings in the format of the startup parameter `options`. */
export function startupOptions(settings: Guards): string {
    return Object.entries(settings)
        .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\\s]/g, "\\$&")}`)
        .join(" ");
}
