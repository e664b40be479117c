import { setTimeout as pause } from "node:timers/promises";

import { RDS_IAM } from "../../toolkit/serverNames";
import type { Queryable, Session } from "../../toolkit/session";
import { parameter, sql } from "../../toolkit/sql";
import { openCluster } from "../postgres/cluster";
import type { ClusterSpec, Postgres } from "../postgres/cluster";
import { openReplica } from "../postgres/replica";
import type { Backend } from "./gateway";

interface Server {
    readonly postgres: Postgres;
    /** A session answers one query at a time; concurrent callers queue. */
    readonly ask: <T>(question: (session: Queryable) => Promise<T>) => Promise<T>;
}

interface Opened {
    readonly hosts: string;
    readonly server: Promise<Server>;
}

/** Aurora's replicas usually lag by less than 100 ms; a new session on a replica waits so long for it at most. */
const LAG_MS = 5_000;
const POLL_MS = 5;

/** The servers that this process has opened, each with a session for the gateway's own questions. */
export class Backends {
    private readonly opened = new Map<string, Opened>();
    private readonly sessions = new Set<Session>();

    /** The server of a database. */
    async open(spec: ClusterSpec): Promise<Backend> {
        return backendOf(await this.server(spec, openCluster));
    }

    /** Its replica, which has everything that was committed before. */
    async openReplica(spec: ClusterSpec): Promise<Backend> {
        const primary = await this.server(spec, openCluster);
        const replica = await this.server(spec, openReplica);
        await catchUp(primary, replica);
        return { ...backendOf(primary), postgres: replica.postgres };
    }

    /** Ends the sessions; the servers keep running. */
    async close(): Promise<void> {
        this.opened.clear();
        await Promise.all([...this.sessions].map((session) => session.end()));
    }

    /** Opened once for concurrent callers, and again after it was removed or renamed. */
    private server(spec: ClusterSpec, open: (spec: ClusterSpec) => Promise<Postgres>): Promise<Server> {
        const hosts = spec.hosts.join();
        const key = `${open.name} ${spec.resourceId}`;
        const known = this.opened.get(key);
        if (known?.hosts === hosts) {
            return known.server;
        }
        const forget = () => {
            if (this.opened.get(key) === opening) {
                this.opened.delete(key);
            }
        };
        const opening: Opened = { hosts, server: this.connect(open(spec), forget) };
        this.opened.set(key, opening);
        opening.server.catch(forget);
        return opening.server;
    }

    private async connect(opening: Promise<Postgres>, onGone: () => void): Promise<Server> {
        const postgres = await opening;
        const session = await postgres.guardedAdmin();
        this.sessions.add(session);
        const gone = () => {
            this.sessions.delete(session);
            onGone();
        };
        session.onOver(gone);
        let before: Promise<unknown> = Promise.resolve();
        return {
            postgres,
            ask: (question) => {
                const answer = before.then(() => question(session));
                before = answer.catch(() => undefined);
                return answer;
            },
        };
    }
}

function backendOf({ postgres, ask }: Server): Backend {
    return { postgres, isIamUser: (user) => ask((session) => isIamUser(session, user)) };
}

/** Waits until the replica has what the primary has. */
async function catchUp(primary: Server, replica: Server): Promise<void> {
    const { rows } = await primary.ask((session) =>
        session.query<{ lsn: string }>(sql`SELECT pg_current_wal_lsn()::text AS lsn`),
    );
    const lsn = rows[0]?.lsn ?? "0/0";
    const end = Date.now() + LAG_MS;
    const isThere = () =>
        replica.ask((session) =>
            session.query(sql`SELECT WHERE pg_last_wal_replay_lsn() >= ${parameter(lsn)}::pg_lsn`),
        );
    while ((await isThere()).rows.length === 0 && Date.now() < end) {
        await pause(POLL_MS);
    }
}

/**
 * What `+rds_iam` in pg_hba.conf means: membership through other roles counts, superuser powers do not. The name is
 * compared as text: as type `name` it would be cut at 63 bytes and match another role.
 */
async function isIamUser(session: Queryable, user: string): Promise<boolean> {
    const found = await session.query(sql`
        SELECT FROM pg_roles WHERE rolname::text = ${parameter(user)} AND NOT rolsuper AND pg_has_role(oid, ${parameter(RDS_IAM)}, 'MEMBER')`);
    return found.rows.length > 0;
}
