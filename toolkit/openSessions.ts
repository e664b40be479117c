import { DatabaseError, type Queryable } from "./session";
import { json, separated, type Shown, shown } from "./shown";
import { identifier, parameter, sql } from "./sql";

/** A client's session in the catalogs. Null: this login may not see it. */
export interface OpenSession {
    readonly pid: number;
    /** The role that signed in; null if it has since been dropped. */
    readonly login: string | null;
    readonly database: string;
    /** Also null on a Unix socket. */
    readonly address: string | null;
    readonly application: string;
    readonly since: Date | null;
    /** Its exact start, because process ids are reused. */
    readonly began: string | null;
    /** `active`, `idle`, `idle in transaction`, … */
    readonly state: string | null;
    /** How long its transaction has been open, in milliseconds; null where it has none. */
    readonly transactionMs: number | null;
    readonly role: RoleNow | null;
    /** Whether the login may connect to that database. */
    readonly connect: boolean;
}

/** What decides whether a role may start a session. */
export interface RoleNow {
    readonly canLogIn: boolean;
    readonly superuser: boolean;
    /** A direct or indirect member of `rds_iam`: RDS admits it only with a token. */
    readonly iam: boolean;
    /** Whether it has a password; null unless a superuser asks, which RDS does not offer. */
    readonly password: boolean | null;
    readonly connectionLimit: number;
}

type Row = Omit<OpenSession, "role"> & Omit<RoleNow, "password">;

/** Stops waiting for another session's lock after this. */
const LOCK_TIMEOUT = sql`SET LOCAL lock_timeout = '1s'`;

/**
 * Does the work in a transaction that is rolled back, with the privileges of logins whose sessions it could otherwise not see or
 * terminate. A session that may join a login's role, such as the provisioner's, is a member during the transaction, invisible to
 * other sessions. https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-VIEWS
 */
export async function asMember<T>(client: Queryable, logins: readonly string[], work: () => Promise<T>): Promise<T> {
    await client.query(sql`BEGIN READ WRITE`);
    try {
        await client.query(LOCK_TIMEOUT);
        for (const login of logins) {
            await attempted(client, () => client.query(sql`GRANT ${identifier(login)} TO CURRENT_USER`));
        }
        return await work();
    } finally {
        await client.query(sql`ROLLBACK`);
    }
}

/** All client sessions on the server except this one. */
export async function readSessions(client: Queryable): Promise<OpenSession[]> {
    const { rows: hidden } = await client.query<{ login: string }>(
        sql`SELECT DISTINCT r.rolname AS login FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid
            WHERE a.datid IS NOT NULL AND a.backend_start IS NULL AND NOT r.rolsuper`,
    );
    return asMember(
        client,
        hidden.map(({ login }) => login),
        async () => {
            const { rows } = await client.query<Row>(SESSIONS);
            const known = await attempted(client, () =>
                client.query<{ name: string }>(
                    sql`SELECT rolname AS name FROM pg_authid WHERE rolpassword IS NOT NULL`,
                ),
            );
            const passwords = known && new Set(known.rows.map(({ name }) => name));
            return rows.map(({ canLogIn, superuser, iam, connectionLimit, ...session }) => {
                const password = passwords === undefined ? null : passwords.has(session.login ?? "");
                return {
                    ...session,
                    role: session.login === null ? null : { canLogIn, superuser, iam, password, connectionLimit },
                };
            });
        },
    );
}

/** Excludes parallel workers, which belong to a listed session, and the server's processes, which have no login. */
const SESSIONS = sql`SELECT a.pid, r.rolname AS login, d.datname AS database, host(a.client_addr) AS address, a.application_name AS application,
        a.backend_start AS since, a.backend_start::text AS began, a.state,
        (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::float8 AS "transactionMs", r.rolcanlogin AS "canLogIn", r.rolsuper AS superuser,
        r.rolconnlimit AS "connectionLimit", d.datallowconn AND coalesce(has_database_privilege(r.oid, d.oid, 'CONNECT'), false) AS connect,
        coalesce(pg_has_role(r.oid, (SELECT oid FROM pg_roles WHERE rolname = 'rds_iam'), 'MEMBER'), false) AS iam
    FROM pg_stat_activity a JOIN pg_database d ON d.oid = a.datid LEFT JOIN pg_roles r ON r.oid = a.usesysid
    WHERE a.usesysid IS NOT NULL AND a.pid <> pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend'
    ORDER BY r.rolname, a.backend_start, a.pid`;

/** How long a session may take to terminate, in milliseconds. */
const END_MS = 10_000;

/**
 * Postgres ends a session where its code checks for interrupts (CHECK_FOR_INTERRUPTS), and some loops never check: translate() of a long text
 * is one. https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/oracle_compat.c
 */
export const ENDED_BY_RESTART =
    "only a restart of the instance ends a session whose code does not check for interrupts";

/**
 * Terminates exactly this session, and waits until it is gone.
 *
 * @param patience how long it may take, in milliseconds
 * @returns why it could not be terminated
 */
export async function endSession(
    client: Queryable,
    { pid, login, began }: OpenSession,
    patience = END_MS,
): Promise<string | undefined> {
    try {
        return await asMember(client, login === null ? [] : [login], async () => {
            const { rows } = await client.query<{ ended: boolean }>(
                sql`SELECT pg_terminate_backend(pid, ${parameter(patience)}) AS ended FROM pg_stat_activity
                    WHERE pid = ${parameter(pid)} AND backend_start::text IS NOT DISTINCT FROM ${parameter(began)}`,
            );
            return rows[0]?.ended === false
                ? `it has not ended after ${patience / 1000} s; ${ENDED_BY_RESTART}`
                : undefined;
        });
    } catch (error) {
        if (!(error instanceof DatabaseError)) {
            throw error;
        }
        return login === null ? "its role has been dropped, so only the master may terminate it" : error.message;
    }
}

/** Does part of a transaction's work; rolls that part back if the server refuses it. */
async function attempted<T>(client: Queryable, work: () => Promise<T>): Promise<T | undefined> {
    await client.query(sql`SAVEPOINT attempt`);
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof DatabaseError)) {
            throw error;
        }
        await client.query(sql`ROLLBACK TO SAVEPOINT attempt`);
        return undefined;
    }
}

/** Describes a session: `pid 4711, login acme_app, database app, connected for 3 h, from 10.0.1.7, application "psql"`. */
export function describeSession(
    {
        pid,
        login,
        database,
        since,
        address,
        application,
    }: Omit<OpenSession, "began" | "state" | "transactionMs" | "role" | "connect">,
    now: number,
): Shown {
    return separated([
        `pid ${pid}`,
        `login ${login ?? "(dropped)"}`,
        `database ${database}`,
        ...(since === null ? [] : [`connected for ${age(now - since.getTime())}`]),
        ...(address === null ? [] : [`from ${address}`]),
        ...(application === "" ? [] : [shown`application ${json(application)}`]),
    ]);
}

/** In the largest suitable unit: `45 s`, `12 min`, `3 h`, `2 d`. */
export function age(ms: number): string {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const units = [
        [86_400, "d"],
        [3_600, "h"],
        [60, "min"],
        [1, "s"],
    ] as const;
    const [size, unit] = units.find(([each]) => seconds >= 2 * each) ?? [1, "s"];
    return `${Math.floor(seconds / size)} ${unit}`;
}
