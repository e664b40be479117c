import type { Queryable } from "../../toolkit/session";
import { identifier, parameter, sql } from "../../toolkit/sql";

/**
 * Does some work in a transaction in which the provisioner has these roles' privileges. It is a member only
 * temporarily: the memberships end with the transaction, whatever happens.
 *
 * @param end whether to commit or roll back the work itself
 */
export async function withPrivilegesOf<T>(
    session: Queryable,
    roles: readonly string[],
    end: "COMMIT" | "ROLLBACK",
    work: () => Promise<T>,
): Promise<T> {
    await session.query(sql`BEGIN`);
    try {
        const result = await lent(session, roles, work);
        await session.query(end === "COMMIT" ? sql`COMMIT` : sql`ROLLBACK`);
        return result;
    } catch (error) {
        await session.query(sql`ROLLBACK`);
        throw error;
    }
}

/** The same within an open transaction. */
export async function lent<T>(session: Queryable, roles: readonly string[], work: () => Promise<T>): Promise<T> {
    const granted: string[] = [];
    for (const role of roles) {
        const { rows } = await session.query<{ has: boolean }>(
            sql`SELECT pg_has_role(oid, 'USAGE') AS has FROM pg_roles WHERE rolname = ${parameter(role)}`,
        );
        if (rows[0]?.has === false) {
            await session.query(sql`GRANT ${identifier(role)} TO CURRENT_USER`);
            granted.push(role);
        }
    }
    const result = await work();
    for (const role of granted) {
        await session.query(sql`REVOKE ${identifier(role)} FROM CURRENT_USER`);
    }
    return result;
}

/** The server's code for an error: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function codeOf(error: unknown): string | undefined {
    return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export const insufficientPrivilege = "42501";
