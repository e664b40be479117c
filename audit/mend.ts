import { quoteIdentifier } from "../bootstrap";
import type { Finding } from "./finding";

/** The part of a `pg` client that mending needs. */
export interface Session {
    query(sql: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
}

/** What came of mending one finding. */
export interface Mended {
    readonly finding: Finding;
    /** The server's words; absent: it is mended. */
    readonly failure?: string;
}

/**
 * Runs the statements of each finding in a transaction of its own. Whoever is no superuser becomes a member of the roles
 * whose rights it takes for as long as that lasts, as the provider does; nobody else sees it.
 *
 * @param session a session in the finding's database
 */
export async function mend(session: (database: string) => Promise<Session>, findings: readonly Finding[]): Promise<Mended[]> {
    const done: Mended[] = [];
    for (const finding of findings) {
        done.push(await mendOne(await session(finding.database), finding));
    }
    return done;
}

async function mendOne(session: Session, finding: Finding): Promise<Mended> {
    await session.query("BEGIN READ WRITE");
    try {
        const joined = await join(session, finding.as);
        for (const statement of finding.sql) {
            await session.query(statement);
        }
        for (const role of joined) {
            await session.query(`REVOKE ${quoteIdentifier(role)} FROM CURRENT_USER`);
        }
        await session.query("COMMIT");
        return { finding };
    } catch (error) {
        await session.query("ROLLBACK");
        return { finding, failure: error instanceof Error ? error.message : String(error) };
    }
}

/** Those of the roles that one was made a member of; none for a superuser, and none of oneself. */
async function join(session: Session, roles: readonly string[]): Promise<string[]> {
    const { rows } = await session.query(
        `SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1) AND rolname <> current_user
        AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND NOT pg_has_role(oid, 'USAGE')`,
        [roles],
    );
    const names = (rows as { name: string }[]).map(({ name }) => name);
    for (const name of names) {
        await session.query(`GRANT ${quoteIdentifier(name)} TO CURRENT_USER`);
    }
    return names;
}
