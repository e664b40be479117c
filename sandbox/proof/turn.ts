import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";

import { cancelled } from "../../toolkit/cancel";
import type { Queryable } from "../../toolkit/session";
import { identifier, sql } from "../../toolkit/sql";
import { acquireLock } from "../../toolkit/system/lock.mjs";
import type { Postgres } from "../postgres/cluster";
import { hasCode, readIfThere, writeWhole } from "../../toolkit/system/files";
import { filesOf } from "../postgres/persistedServer";
import { UserError } from "../../toolkit/userError";

/** Where a table, or a table and a function, are created temporarily. */
export interface Place {
    readonly database: string;
    readonly schema: string;
    readonly name: string;
}

/** What a run creates on a server, as recorded in the state folder. */
interface Made {
    /** The name that a login without CREATEDB tries for a database. */
    readonly name: string;
    readonly places: readonly Place[];
}

const NO_DATABASE = "3D000";

/**
 * Gives the work exclusive access to a server among runs that create objects there to test access to them. The lock is
 * a file: any login could take an advisory lock on the server.
 *
 * Objects are recorded in the state folder before they are created, so that they are removed even after a killed run.
 * Nothing else is removed: a tenant may give its own objects any name.
 *
 * @param placesOf everything that the work will create, under an unpredictable name
 * @throws UserError when a created object cannot be removed
 */
export async function inTurn<T>(
    postgres: Postgres,
    placesOf: (name: string) => readonly Place[],
    work: (name: string) => Promise<T>,
): Promise<T> {
    const { proofLock, proofNote } = filesOf(postgres.resourceId);
    const release = await acquireLock(proofLock, { signal: cancelled });
    try {
        await removeNoted(postgres, proofNote);
        const name = `keyless_probe_${randomBytes(8).toString("hex")}`;
        const made: Made = { name, places: placesOf(name) };
        writeWhole(proofNote, JSON.stringify(made));
        try {
            return await work(name);
        } finally {
            await removeNoted(postgres, proofNote);
        }
    } finally {
        release();
    }
}

async function removeNoted(postgres: Postgres, note: string): Promise<void> {
    const text = readIfThere(note);
    if (text === undefined) {
        return;
    }
    const { name, places } = JSON.parse(text) as Made;
    for (const database of new Set(places.map((place) => place.database))) {
        const here = places.filter((place) => place.database === database);
        await inDatabase(postgres, database, (session) => removePlaces(session, here));
    }
    await inDatabase(postgres, "postgres", (session) =>
        session.query(sql`DROP DATABASE IF EXISTS ${identifier(name)}`),
    );
    rmSync(note);
}

/** Does nothing if the database no longer exists. */
async function inDatabase(
    postgres: Postgres,
    database: string,
    work: (session: Queryable) => Promise<unknown>,
): Promise<void> {
    let session;
    try {
        session = await postgres.guardedAdmin(database);
    } catch (error) {
        if (hasCode(error, NO_DATABASE)) {
            return;
        }
        throw error;
    }
    try {
        await work(session);
    } finally {
        await session.end();
    }
}

async function removePlaces(session: Queryable, places: readonly Place[]): Promise<void> {
    for (const { schema, name } of places) {
        const place = identifier(schema, name);
        try {
            await session.query(sql`DROP TABLE IF EXISTS ${place}`);
            await session.query(sql`DROP FUNCTION IF EXISTS ${place}()`);
        } catch (error) {
            const { message, detail } = error as Error & { detail?: string };
            const why = [message, ...(detail === undefined ? [] : [detail])].join("; ");
            throw new UserError(
                `${place.text}, made to try who may do what with it, cannot be removed: ${why}; remove what is in the way and try again`,
            );
        }
    }
}
