import { parameter, sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import { named } from "./sql";
import type { StatementRunner } from "./server";

/** The grantee PUBLIC, which is not a role. */
export const PUBLIC = "public";

/** Whether `member` can act as `role`; from Postgres 16 on, the membership needs the SET option. */
async function isMember(session: StatementRunner, role: string, member: string): Promise<boolean> {
    const options = await session.run(
        sql`SELECT 1 FROM information_schema.columns WHERE table_name = 'pg_auth_members' AND column_name = 'set_option'`,
        "could not read setOption column",
    );
    const settable = options.length > 0 ? sql` AND set_option` : sql``;
    const rows = await session.run(
        sql`SELECT 1 FROM pg_auth_members WHERE pg_get_userbyid(roleid) = ${parameter(role)} AND pg_get_userbyid(member) = ${parameter(member)}${settable}`,
        "could not read role membership",
    );
    return rows.length > 0;
}

/** Makes `member` a member of `role`; false if it already was one. */
export async function grantMembership(session: StatementRunner, role: string, member: string): Promise<boolean> {
    if (member === role || (await isMember(session, role, member))) {
        return false;
    }
    await session.run(sql`GRANT ${named(role)} TO ${named(member)}`, `error granting role ${role} to ${member}`);
    return true;
}

/** Ends the membership of `member` in `role`; false if there was none. */
export async function revokeMembership(session: StatementRunner, role: string, member: string): Promise<boolean> {
    if (member === role || !(await isMember(session, role, member))) {
        return false;
    }
    await session.run(sql`REVOKE ${named(role)} FROM ${named(member)}`, `error revoking role ${role} from ${member}`);
    return true;
}

/**
 * Runs work while the connected user, unless a superuser, is a member of these roles. If a role is a member of the
 * user, that membership is revoked meanwhile, because Postgres does not allow cycles. All in the caller's transaction,
 * so other sessions do not see it.
 */
export async function withRolesGranted(
    session: StatementRunner,
    roles: readonly string[],
    work: () => Promise<void>,
): Promise<void> {
    if (roles.length === 0) {
        return work();
    }
    const user = await currentUser(session);
    if (await isSuperuser(session, user)) {
        return work();
    }
    const granted: string[] = [];
    const revoked: string[] = [];
    for (const role of roles) {
        if (await isSuperuser(session, role)) {
            // Only a superuser can grant membership in a superuser; the work may succeed without it.
            continue;
        }
        if (await revokeMembership(session, user, role)) {
            revoked.push(role);
        }
        if (await grantMembership(session, role, user)) {
            granted.push(role);
        }
    }
    await work();
    for (const role of granted) {
        await revokeMembership(session, role, user);
    }
    for (const role of revoked) {
        if (await roleExists(session, role)) {
            await grantMembership(session, user, role);
        }
    }
}

export async function currentUser(session: StatementRunner): Promise<string> {
    const [row] = await session.run<{ current_user: string }>(
        sql`SELECT CURRENT_USER`,
        "error while looking for the current user",
    );
    return row?.current_user ?? "";
}

/** @throws ProviderError also if the role does not exist */
export async function isSuperuser(session: StatementRunner, role: string): Promise<boolean> {
    const failing = `could not check if role ${role} is superuser`;
    const [row] = await session.run<{ rolsuper: boolean }>(
        sql`SELECT rolsuper FROM pg_roles WHERE rolname = ${parameter(role)}`,
        failing,
    );
    if (row === undefined) {
        throw new ProviderError(`${failing}: there is no such role`);
    }
    return row.rolsuper;
}

export async function roleExists(session: StatementRunner, role: string): Promise<boolean> {
    return (
        (
            await session.run(
                sql`SELECT 1 FROM pg_roles WHERE rolname = ${parameter(role)}`,
                "could not check if role exists",
            )
        ).length > 0
    );
}

/** The role's oid; 0 stands for PUBLIC. */
export async function roleOid(session: StatementRunner, role: string): Promise<number> {
    if (role === PUBLIC) {
        return 0;
    }
    const [row] = await session.run<{ oid: number }>(sql`SELECT oid FROM pg_roles WHERE rolname = ${parameter(role)}`);
    if (row === undefined) {
        throw new ProviderError(`could not find oid for role ${role}: there is no such role`);
    }
    return row.oid;
}

/** Waits for every other provider instance that works on this role or on one of its members. */
export async function lockRole(session: StatementRunner, role: string): Promise<void> {
    // Waiting for the lock can take longer than the user's own timeout.
    await session.run(sql`SET statement_timeout = 0`, "could not disable statement_timeout");
    await session.run(
        sql`SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = ${parameter(role)}`,
        `could not get advisory lock for role ${role}`,
    );
    await session.run(
        sql`SELECT pg_advisory_xact_lock(member::bigint) FROM pg_auth_members JOIN pg_roles ON roleid = pg_roles.oid WHERE rolname = ${parameter(role)}`,
        `could not get advisory lock for members of role ${role}`,
    );
}

export async function lockDatabase(session: StatementRunner, database: string): Promise<void> {
    await session.run(sql`SET statement_timeout = 0`, "could not disable statement_timeout");
    await session.run(
        sql`SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_database WHERE datname = ${parameter(database)}`,
        `could not get advisory lock for database ${database}`,
    );
}
