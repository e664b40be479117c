import { RDS_IAM } from "../../toolkit/serverNames";
import type { Session } from "../../toolkit/session";
import { parameter, sql } from "../../toolkit/sql";
import { openCluster } from "../postgres/cluster";
import type { ClusterSpec, Postgres } from "../postgres/cluster";
import type { Backend } from "./gateway";

interface Opened {
    readonly hosts: string;
    readonly backend: Promise<Backend>;
}

/** The servers that this process has opened, each with a session that looks up members of `rds_iam`. */
export class Backends {
    private readonly opened = new Map<string, Opened>();
    private readonly sessions = new Set<Session>();

    /**
     * The server of a database: opened once for concurrent callers, and again after it was removed or renamed.
     */
    open(spec: ClusterSpec): Promise<Backend> {
        const hosts = spec.hosts.join();
        const known = this.opened.get(spec.resourceId);
        if (known?.hosts === hosts) {
            return known.backend;
        }
        const forget = () => {
            if (this.opened.get(spec.resourceId) === opening) {
                this.opened.delete(spec.resourceId);
            }
        };
        const opening: Opened = { hosts, backend: this.connect(spec, forget) };
        this.opened.set(spec.resourceId, opening);
        opening.backend.catch(forget);
        return opening.backend;
    }

    /** Ends the sessions; the servers keep running. */
    async close(): Promise<void> {
        this.opened.clear();
        await Promise.all([...this.sessions].map((session) => session.end()));
    }

    private async connect(spec: ClusterSpec, onGone: () => void): Promise<Backend> {
        const postgres: Postgres = await openCluster(spec);
        const session = await postgres.guardedAdmin();
        this.sessions.add(session);
        const gone = () => {
            this.sessions.delete(session);
            onGone();
        };
        session.onOver(gone);
        return { postgres, isIamUser: inTurn((user) => isIamUser(session, user)) };
    }
}

/** A session answers one query at a time; concurrent callers queue. */
function inTurn<A, R>(ask: (about: A) => Promise<R>): (about: A) => Promise<R> {
    let before: Promise<unknown> = Promise.resolve();
    return (about) => {
        const answer = before.then(() => ask(about));
        before = answer.catch(() => undefined);
        return answer;
    };
}

/**
 * What `+rds_iam` in pg_hba.conf means: membership through other roles counts, superuser powers do not. The name is
 * compared as text: as type `name` it would be cut at 63 bytes and match another role.
 */
async function isIamUser(session: Session, user: string): Promise<boolean> {
    const found = await session.query(sql`
        SELECT FROM pg_roles WHERE rolname::text = ${parameter(user)} AND NOT rolsuper AND pg_has_role(oid, ${parameter(RDS_IAM)}, 'MEMBER')`);
    return found.rows.length > 0;
}
