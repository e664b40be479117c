import type { Queryable } from "./session";
import { sql } from "./sql";

/** What a session blocks. */
export interface Held {
    readonly pid: number;
    /** Process ids of sessions that wait for it. */
    readonly waiting: readonly number[];
    /** Descriptions of its locks that a deployment also acquires. */
    readonly locks: readonly string[];
    /** Whether these are shared locks only, which any number of sessions can hold at once. */
    readonly shared: boolean;
}

/**
 * Sessions that block others or would block a deployment. The postgresql provider acquires advisory locks on the oids of roles and
 * databases, which every login may also acquire, and updates catalogs, where an open transaction locks the rows that it has
 * changed. https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/helpers.go (pgLockRole)
 */
export async function readLocks(client: Queryable): Promise<Held[]> {
    const { rows: waits } = await client.query<{ waiting: number; pid: number }>(
        sql`SELECT w.pid AS waiting, unnest(pg_blocking_pids(w.pid)) AS pid FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted) w ORDER BY 1`,
    );
    const { rows: locks } = await client.query<{ pid: number; on: string; shared: boolean }>(LOCKS);
    const pids = new Set([...waits, ...locks].map(({ pid }) => pid));
    return [...pids].map((pid) => ({
        pid,
        waiting: [...new Set(waits.filter((one) => one.pid === pid).map(({ waiting }) => waiting))],
        locks: locks.filter((one) => one.pid === pid).map(({ on }) => on),
        shared: locks.every((one) => one.pid !== pid || one.shared),
    }));
}

/**
 * Process ids of all sessions that hold a lock of any kind: on an object (a role that a policy, a grant or a default privilege names),
 * on a relation, or on the rows that their transaction has changed. Most are harmless until the transaction stays open.
 */
export async function readHolding(client: Queryable): Promise<ReadonlySet<number>> {
    const { rows } = await client.query<{ pid: number }>(
        sql`SELECT DISTINCT pid FROM pg_locks WHERE granted AND locktype <> 'virtualxid' AND pid <> pg_backend_pid()`,
    );
    return new Set(rows.map(({ pid }) => pid));
}

/** Oids below 16384 are reserved for the system and equal in every database. */
const LOCKS = sql`SELECT pid, "on", shared FROM (
        SELECT l.pid, 'advisory lock on the role ' || r.rolname AS "on", l.mode = 'ShareLock' AS shared FROM pg_locks l JOIN pg_roles r ON r.oid = l.objid
            WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objsubid = 1 AND l.granted
        UNION ALL SELECT l.pid, 'advisory lock on the database ' || d.datname, l.mode = 'ShareLock' FROM pg_locks l JOIN pg_database d ON d.oid = l.objid
            WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objsubid = 1 AND l.granted
        UNION ALL SELECT DISTINCT l.pid, 'changes to ' || l.relation::regclass, false FROM pg_locks l JOIN pg_class c ON c.oid = l.relation AND c.relkind = 'r'
            WHERE l.locktype = 'relation' AND l.relation < 16384 AND l.granted AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
    ) held WHERE pid <> pg_backend_pid() ORDER BY 1, 2`;
