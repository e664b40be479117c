import * as pulumi from "@pulumi/pulumi";
import type { Queryable } from "../../../toolkit/session";
import { identifier, parameter, sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";
import { endSessions } from "../offboarding/sessions";
import { codeOf, insufficientPrivilege } from "../lentPrivileges";
import type { ServerSessions } from "../server";
import type { ConnectionLog } from "./connectionLog";
import { deleteCopies, undeletable, type PasswordSecrets } from "./passwordSecrets";
import { sessionsOf, usedBy } from "./quiet";
import type { Migration } from "./state";
import { usageOf } from "./usage";

/** What a change of a migration needs. */
export interface MigrationTools {
    readonly server: ServerSessions;
    /** The logs of connections, of the server and its copies; none if none can be read. */
    readonly logs: () => Promise<readonly ConnectionLog[]>;
    /** Where copies of passwords are. */
    readonly secrets: PasswordSecrets;
}

/**
 * Why a migration must not finish yet: somebody uses the password, or it is not known that nobody does.
 *
 * @returns nothing if it does not finish, or if the config permits that it cuts somebody off
 */
export async function unquiet(tools: MigrationTools, now: Migration, before: Migration | undefined): Promise<string[]> {
    const { login, quietDays, evenIfUsed } = now;
    if (now.state !== "finished" || evenIfUsed) {
        return [];
    }
    const clock = Date.now();
    const session = await tools.server.session();
    // Somebody may have opened it again since.
    if (isFinished(before, login) && !(await canLogIn(session, login))) {
        return [];
    }
    const usage = await usageOf(session, await tools.logs(), { login, days: quietDays, now: clock });
    return usedBy(usage, quietDays, clock).map(
        (why) =>
            `migration.state: finished would take the password of ${visible(login)}, and ${why}; nothing has changed: let the clients move to the new login, or write migration.evenIfUsed: true, which ends these sessions and refuses every client that still has the password`,
    );
}

/** Why copies of the password could not be deleted with it, before anything has changed. */
export async function unremovable(
    { secrets }: MigrationTools,
    now: Migration,
    before: Migration | undefined,
): Promise<string[]> {
    const found = await undeletable(secrets, copiesToDelete(now, before));
    return found.map((why) => `migration.deleteSecrets: ${why}; nothing has changed`);
}

/**
 * The copies that a run deletes, each once: one that is there again after a run has deleted it is somebody's doing, which
 * `keyless migration status` shows.
 */
function copiesToDelete(now: Migration, before: Migration | undefined): readonly string[] {
    const deleted = isFinished(before, now.login) ? (before?.deletes ?? []) : [];
    return now.state === "finished" ? (now.deletes ?? []).filter((name) => !deleted.includes(name)) : [];
}

/** Applies a migration's state to the login that has the password. Each state can be applied again. */
export async function applyMigration(
    tools: MigrationTools,
    now: Migration,
    before: Migration | undefined,
): Promise<void> {
    const { server } = tools;
    if (before !== undefined && isFinished(before, before.login) && !isFinished(now, before.login)) {
        await admit(server, before.login);
    }
    if (now.state === "finished") {
        await close(tools, now.login);
        // Never before the password is gone: until then the service may need a copy.
        await deleteCopies(tools.secrets, now.login, copiesToDelete(now, before));
    }
    if (now.state === "switched" && before?.state !== "switched") {
        const session = await server.session();
        const usage = await usageOf(session, [], { login: now.login, days: 0, now: Date.now() });
        if (usage.sessions.length > 0) {
            void pulumi.log.warn(`${visible(now.login)} still has ${sessionsOf(usage, Date.now())}`);
        }
    }
}

function isFinished(migration: Migration | undefined, login: string): boolean {
    return migration?.state === "finished" && migration.login === login;
}

/** First no new session can begin, then the open ones end, then the password goes. The role keeps all that it owns. */
async function close({ server }: MigrationTools, login: string): Promise<void> {
    const session = await server.session();
    const role = identifier(login);
    if (await canLogIn(session, login)) {
        await session.query(sql`ALTER ROLE ${role} NOLOGIN`);
    }
    await endSessions(session, login);
    try {
        await session.query(sql`ALTER ROLE ${role} PASSWORD NULL`);
    } catch (error) {
        if (codeOf(error) !== insufficientPrivilege) {
            throw error;
        }
        // With rds.restrict_password_commands, only members of rds_password may:
        // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.RestrictPasswordMgmt.html
        throw new pulumi.RunError(
            `${visible(login)} can no longer log in, but keeps its password, which the provisioner may not remove: run, as the master, ALTER ROLE ${role.text} PASSWORD NULL, or grant rds_password to the provisioner, and run this again`,
        );
    }
}

async function canLogIn(session: Queryable, login: string): Promise<boolean> {
    const { rows } = await session.query<{ login: boolean }>(
        sql`SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = ${parameter(login)}`,
    );
    return rows[0]?.login === true;
}

async function admit(server: ServerSessions, login: string): Promise<void> {
    const session = await server.session();
    await session.query(sql`ALTER ROLE ${identifier(login)} LOGIN`);
    void pulumi.log.warn(
        `${visible(login)} may log in again, but its password was removed: set one, as the master, with \\password ${identifier(login).text} in psql, and put it back where its clients read it`,
    );
}
