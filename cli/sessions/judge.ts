import { RDS_ROLES } from "../../toolkit/ownRoles";
import type { Held } from "../../toolkit/locks";
import type { OpenSession } from "../../toolkit/openSessions";

/** A session with its findings, as `--json` prints it. */
export interface Judged extends Pick<
    OpenSession,
    "pid" | "login" | "database" | "address" | "application" | "since" | "state"
> {
    /** Why the login could not start a session today; empty if it could. */
    readonly against: readonly string[];
    /** How it would sign in. */
    readonly by: string | null;
    /** Whether a resource declares the login; null without resources, or if the login needs none. */
    readonly declared: boolean | null;
    /** Process ids of sessions that wait for this one. */
    readonly blocks: readonly number[];
    /** Locks that a deployment also acquires. */
    readonly holds: readonly string[];
    /** With `--end` or `--end-pid`: whether it was terminated, or why not. */
    readonly ended?: true | string;
}

/** Logins that resources declare. */
export interface KnownLogins {
    readonly declared: ReadonlySet<string>;
    /** Logins of the bootstrap and of RDS, which no resource must declare. */
    readonly own: ReadonlySet<string>;
}

export function judge(session: OpenSession, known: KnownLogins | undefined, locks: readonly Held[]): Judged {
    const { pid, login, database, address, application, since, state, role } = session;
    const held = locks.find((one) => one.pid === pid);
    const exempt =
        known === undefined ||
        login === null ||
        role?.superuser === true ||
        known.own.has(login) ||
        RDS_ROLES.includes(login);
    return {
        ...{ pid, login, database, address, application, since, state },
        against: againstOf(session),
        by: role === null ? null : role.superuser ? "superuser" : role.iam ? "token" : "password",
        declared: exempt ? null : known.declared.has(login),
        blocks: held?.waiting ?? [],
        holds: held?.locks ?? [],
    };
}

/** What would stop the login from starting the same session again. Ignores VALID UNTIL, which does not apply to tokens. */
function againstOf({ role, connect, database }: OpenSession): string[] {
    if (role === null) {
        return ["its role has been dropped"];
    }
    if (role.superuser) {
        return [];
    }
    return [
        ...(role.canLogIn ? [] : ["NOLOGIN"]),
        ...(connect ? [] : [`no CONNECT on the database ${database}`]),
        ...(role.iam || role.password !== false ? [] : ["has no password and is not a member of rds_iam"]),
        ...(role.connectionLimit === 0 ? ["CONNECTION LIMIT 0"] : []),
    ];
}
