import { cancelled } from "../toolkit/cancel";
import type { Queryable } from "../toolkit/session";
import { identifier, parameter, sql } from "../toolkit/sql";
import type { Finding } from "./finding";

/** The result of fixing one finding. */
export interface Fix {
    readonly finding: Finding;
    /** The server's error; absent if it was fixed. */
    readonly failure?: string;
}

/**
 * Runs the statements of each finding that has any in its own transaction. Without superuser, the session is a member of the roles whose
 * privileges it needs during that transaction, as the provider does; no other session sees this.
 *
 * @param session a session in the finding's database
 */
export async function fixAll(
    session: (database: string) => Promise<Queryable>,
    findings: readonly Finding[],
): Promise<Fix[]> {
    const done: Fix[] = [];
    for (const finding of findings.filter((one) => one.sql.length > 0)) {
        cancelled.throwIfAborted();
        done.push(await fix(await session(finding.database), finding));
    }
    return done;
}

async function fix(session: Queryable, finding: Finding): Promise<Fix> {
    await session.query(sql`BEGIN READ WRITE`);
    try {
        const joined = await join(session, finding.as);
        for (const statement of finding.sql) {
            await session.query(statement);
        }
        for (const role of joined) {
            await session.query(sql`REVOKE ${identifier(role)} FROM CURRENT_USER`);
        }
        await session.query(sql`COMMIT`);
        return { finding };
    } catch (error) {
        await session.query(sql`ROLLBACK`);
        return { finding, failure: error instanceof Error ? error.message : String(error) };
    }
}

/** Joins the roles and returns those joined; none for a superuser, and never the session's own role. */
async function join(session: Queryable, roles: readonly string[]): Promise<string[]> {
    const { rows } = await session.query<{ name: string }>(sql`
        SELECT rolname AS name FROM pg_roles WHERE rolname = ANY (${parameter(roles)}) AND rolname <> current_user
        AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND NOT pg_has_role(oid, 'USAGE')`);
    const names = rows.map(({ name }) => name);
    for (const name of names) {
        await session.query(sql`GRANT ${identifier(name)} TO CURRENT_USER`);
    }
    return names;
}
