import type { Queryable } from "../../../toolkit/session";
import { identifier, sql } from "../../../toolkit/sql";
import { belongingsOf, granters, largeObjectsOf, placesOf, remainsOf, unlinkSome } from "./belongings";
import { codeOf, insufficientPrivilege, lent, withPrivilegesOf } from "../lentPrivileges";
import { stillGranted, stillOwns, type Owned } from "./refusal";
import type { ServerSessions } from "../server";

/**
 * Refuses where one of the roles owns an object, in any database, that would be lost with the role or change owner.
 * Objects are never reassigned automatically: a routine, a view or a table's trigger would run with its new owner's
 * rights.
 *
 * @param exceptIn the schema that is removed together with the roles, in its database
 */
export async function refuseBelongings(
    server: ServerSessions,
    roles: readonly string[],
    exceptIn?: { readonly database: string; readonly schema: string },
): Promise<void> {
    const found: Owned[] = [];
    for (const database of await placesOf(await server.session(), roles)) {
        const session = await server.session(database);
        for (const role of roles) {
            const belongings = await belongingsOf(
                session,
                role,
                database,
                exceptIn?.database === database ? exceptIn?.schema : undefined,
            );
            found.push(...(belongings.length === 0 ? [] : [{ role, database, belongings }]));
        }
    }
    if (found.length > 0) {
        throw new Error(stillOwns(found));
    }
}

/**
 * Revokes what prevents dropping a role that owns nothing, in every database of the server: privileges granted to it by
 * any grantor, its default privileges, and its name in policies.
 */
export async function takePrivileges(server: ServerSessions, role: string): Promise<void> {
    for (const database of await placesOf(await server.session(), [role])) {
        const session = await server.session(database);
        const others = await withPrivilegesOf(session, [role], "COMMIT", async () => {
            // It may have been granted something since the query.
            const belongings = await belongingsOf(session, role, database);
            if (belongings.length > 0) {
                throw new Error(stillOwns([{ role, database, belongings }]));
            }
            return dropOwned(session, role);
        });
        const remains = await remainsOf(session, role, database);
        if (remains.length > 0) {
            throw new Error(stillGranted(role, database, remains, others));
        }
    }
}

/**
 * With the rights of all grantors, the statement revokes what the objects' owners granted; with those of one at a time,
 * what that grantor granted. It needs some right on each object it reaches.
 *
 * @returns the grantors whose rights the provisioner cannot acquire, such as the master
 */
async function dropOwned(session: Queryable, role: string): Promise<string[]> {
    const all = await granters(session, role);
    const known: string[] = [];
    for (const granter of all) {
        await orUndone(session, () => lent(session, [granter], async () => known.push(granter)));
    }
    for (const some of [known, ...known.map((granter) => [granter])]) {
        await orUndone(session, () => lent(session, some, () => session.query(sql`DROP OWNED BY ${identifier(role)}`)));
    }
    return all.filter((granter) => !known.includes(granter));
}

/** Removes the large objects of roles whose data is dropped, in every database. */
export async function removeLargeObjects(server: ServerSessions, roles: readonly string[]): Promise<void> {
    for (const database of await placesOf(await server.session(), roles)) {
        const session = await server.session(database);
        for (const role of roles) {
            while ((await largeObjectsOf(session, role)) > 0) {
                await withPrivilegesOf(session, [role], "COMMIT", () => unlinkSome(session, role));
            }
        }
    }
}

/** Runs part of a transaction, and rolls that part back if a privilege is missing. */
async function orUndone(session: Queryable, work: () => Promise<unknown>): Promise<void> {
    await session.query(sql`SAVEPOINT before`);
    try {
        await work();
    } catch (error) {
        if (codeOf(error) !== insufficientPrivilege) {
            throw error;
        }
        await session.query(sql`ROLLBACK TO SAVEPOINT before`);
    }
}
