import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";

import { cancelled } from "../../toolkit/cancel";
import { inTransaction, type Queryable, type Session } from "../../toolkit/session";
import { Sessions } from "../../toolkit/sessions";
import { identifier, sql } from "../../toolkit/sql";
import { hasCode, readIfThere, writeWhole } from "../../toolkit/system/files";
import { acquireLock } from "../../toolkit/system/lock.mjs";
import { UserError } from "../../toolkit/userError";
import type { Postgres } from "../postgres/cluster";
import { failureOf, type Failure } from "./run";
import { filesOf } from "../postgres/persistedServer";

/** Where a role creates a table and a function, as its migrations would. */
export interface Sample {
    readonly database: string;
    readonly schema: string;
    readonly name: string;
    readonly owner: string;
}

/** A role that could not create its sample, with the server's answer. */
export interface Unmade extends Sample {
    readonly answer: Failure;
}

/** What a run creates on a server, as recorded in the state folder. */
interface Made {
    /** The name that a login without CREATEDB tries for a database. */
    readonly name: string;
    readonly places: readonly Omit<Sample, "owner">[];
}

const NO_DATABASE = "3D000";

/**
 * Gives the work samples, and exclusive access to the server among runs that create them. The lock is a file: any login could
 * take an advisory lock on the server.
 *
 * Samples are recorded in the state folder before they are created, so that they are removed even after a killed run.
 * Nothing else is removed: a tenant may give its own objects any name.
 *
 * @param samplesOf the samples to create, whose names begin with an unpredictable one
 * @throws UserError when a sample cannot be removed
 */
export async function withSamples<T>(
    postgres: Postgres,
    samplesOf: (name: string) => readonly Sample[],
    work: (name: string, unmade: readonly Unmade[]) => Promise<T>,
): Promise<T> {
    const { proofLock, proofNote } = filesOf(postgres.resourceId);
    const release = await acquireLock(proofLock, { signal: cancelled });
    try {
        await removeNoted(postgres, proofNote);
        const name = `keyless_probe_${randomBytes(8).toString("hex")}`;
        const samples = samplesOf(name);
        const places = samples.map(({ database, schema, name }) => ({ database, schema, name }));
        writeWhole(proofNote, JSON.stringify({ name, places } satisfies Made));
        try {
            return await work(name, await makeSamples((database) => postgres.guardedAdmin(database), samples));
        } finally {
            await removeNoted(postgres, proofNote);
        }
    } finally {
        release();
    }
}

/**
 * Has each role create a table with a key, a row and a sequence, and a function: access by others comes from default privileges alone.
 * Without a key, a publication for all tables would make every change fail
 * (https://www.postgresql.org/docs/current/logical-replication-publication.html).
 *
 * @param connect opens a superuser's session in a database
 */
export async function makeSamples(
    connect: (database: string) => Promise<Session>,
    samples: readonly Sample[],
): Promise<readonly Unmade[]> {
    const sessions = new Sessions(connect);
    const unmade: Unmade[] = [];
    try {
        for (const sample of samples) {
            cancelled.throwIfAborted();
            const place = identifier(sample.schema, sample.name);
            try {
                await inTransaction(await sessions.in(sample.database), [
                    sql`SET LOCAL ROLE ${identifier(sample.owner)}`,
                    sql`CREATE TABLE ${place} (id bigserial PRIMARY KEY, value integer)`,
                    sql`INSERT INTO ${place} (value) VALUES (1)`,
                    sql`CREATE FUNCTION ${place}() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
                ]);
            } catch (error) {
                unmade.push({ ...sample, answer: failureOf(error) });
            }
        }
        return unmade;
    } finally {
        await sessions.end();
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

async function removePlaces(session: Queryable, places: Made["places"]): Promise<void> {
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
