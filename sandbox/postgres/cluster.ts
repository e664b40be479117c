import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { bootstrap } from "../../bootstrap";
import { cancelled } from "../../toolkit/cancel";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { BREAK_GLASS } from "../../toolkit/serverNames";
import { openSession, type ClientConfig, type Queryable, type Session } from "../../toolkit/session";
import { sql } from "../../toolkit/sql";
import { acquireLock } from "../../toolkit/system/lock.mjs";
import { stateDir } from "../../toolkit/paths";
import { Authority } from "./authority";
import type { Certificate } from "./authority";
import { showClientsTls } from "./clientTls";
import { fillExisting } from "./existingContent";
import { hasCode, readIfThere, writeWhole } from "../../toolkit/system/files";
import { dataDir, outsideDir, removeOutsideDirIfEmpty } from "./serverAccount";
import { findInstance, initialise, remove, replaceCertificates, start, stop } from "./instance";
import { breakGlassPassword, filesOf, keepCertificate, keptCertificate, masterPassword } from "./persistedServer";
import type { ClusterSpec } from "./persistedServer";
import { makeRds, ownMaintenance } from "./rds";
import { hasGatewaySocket, SUPERUSER } from "./settings";

export type { ClusterSpec } from "./persistedServer";

/** A running server and the ways into it. */
export interface Postgres {
    readonly resourceId: string;
    /** The major version of the server that runs. */
    readonly major: number;
    readonly host: "127.0.0.1";
    readonly port: number;
    /** PEM file of the authority that signed the server's certificate. */
    readonly caFile: string;
    /** The content of that file. */
    readonly authority: string;
    /** The server's own certificate; the gateway presents the same one, because channel binding compares them. */
    readonly identity: Certificate;
    readonly master: { readonly username: string; readonly password: string };
    /** The login that has a password for the day when IAM fails. */
    readonly breakGlass: { readonly username: string; readonly password: string };
    /** Unix socket that admits the operating system's user who runs the sandbox as any member of `rds_iam`; none before Postgres 16. */
    readonly gatewaySocket?: string;
    /** With this certificate the server lets its bearer in as that user, if the user is a member of `rds_iam`. */
    clientCertificate(user: string): Promise<Certificate>;
    /** How RDS' superuser comes in, for programs that are not of the sandbox. */
    superuser(database?: string): ClientConfig;
    /** A session of RDS' superuser, for statements of the stack's own; end it. */
    admin(database?: string): Promise<Session>;
    /** A session of RDS' superuser, for statements of ours: it runs nothing that a tenant made. End it. */
    guardedAdmin(database?: string): Promise<Session>;
}

/**
 * The server of a database: created at first use, started if it does not run, reused if it does.
 * Processes that come at once wait for each other. It runs on when this process ends: see {@link stopClusters}.
 */
export async function openCluster(wanted: ClusterSpec): Promise<Postgres> {
    const spec = asKept(wanted);
    const authority = await Authority.open();
    const release = await acquireLock(filesOf(spec.resourceId).lock, { signal: cancelled });
    try {
        await initialise(spec);
        const kept = keptCertificate(spec);
        const server = kept ?? (await authority.server(spec.resourceId, spec.hosts));
        const certificates = { server, authority: authority.certificate };
        const running = await start(spec, certificates);
        const postgres = handle(spec, running, authority, server);
        await makeContent(spec, postgres);
        if (kept === undefined) {
            replaceCertificates(spec, certificates);
            await asAdmin(postgres, reload);
            keepCertificate(spec, server);
        }
        return postgres;
    } finally {
        release();
    }
}

/**
 * The server of a database that RDS has upgraded to another major version keeps that of its data: no package of npm
 * has `pg_upgrade`. {@link Postgres.major} tells.
 */
function asKept(spec: ClusterSpec): ClusterSpec {
    const kept = findInstance(spec.resourceId)?.major ?? spec.major;
    return kept < spec.major ? { ...spec, major: kept } : spec;
}

/** Stops all servers of this state folder that run, also those that a killed run left. Their data stays. */
export async function stopClusters(): Promise<void> {
    await Promise.all(clusterIds().map((id) => locked(id, async () => stopIfThere(id))));
}

/** Stops a database's server and removes its data. Nothing happens if there is none. */
export async function removeCluster(resourceId: string): Promise<void> {
    await locked(resourceId, () => remove(resourceId));
    rmSync(filesOf(resourceId).dir, { recursive: true, force: true });
}

/**
 * Removes the servers of databases that are not among these, and all that the sandbox made elsewhere if none is left.
 */
export async function removeClustersExcept(resourceIds: ReadonlySet<string>): Promise<void> {
    await Promise.all(
        clusterIds()
            .filter((id) => !resourceIds.has(id))
            .map(removeCluster),
    );
    if (clusterIds().length === 0) {
        rmSync(join(outsideDir(), "programs"), { recursive: true, force: true });
        rmSync(join(outsideDir(), "data"), { recursive: true, force: true });
        removeOutsideDirIfEmpty();
    }
}

/** The ways into a running server. */
export function handle(
    spec: ClusterSpec,
    { port, socketDir }: { port: number; socketDir: string },
    authority: Authority,
    identity: Certificate,
): Postgres {
    const superuser = (database = "postgres"): ClientConfig => ({ host: socketDir, port, user: SUPERUSER, database });
    return {
        resourceId: spec.resourceId,
        major: spec.major,
        host: "127.0.0.1",
        port,
        caFile: authority.caFile,
        authority: authority.certificate,
        identity,
        master: { username: spec.masterUsername, password: masterPassword(spec) },
        breakGlass: { username: BREAK_GLASS, password: breakGlassPassword(spec) },
        ...(hasGatewaySocket(spec.major) ? { gatewaySocket: join(socketDir, `.s.PGSQL.${port}`) } : {}),
        clientCertificate: (user) => authority.client(user),
        superuser,
        admin: (database) => openSession(superuser(database)),
        guardedAdmin: (database) => openGuardedSession(superuser(database)),
    };
}

/** What a server has had done to it. Where a server's file says otherwise, an older bootstrap made it: it runs again. */
const MADE = "bootstrapped, with settings of its logins, closed to PUBLIC";

/** Fills a new server: what RDS puts there, then the step that every user takes by `keyless bootstrap`. */
async function makeContent(spec: ClusterSpec, postgres: Postgres): Promise<void> {
    const { made, lentRoles } = filesOf(spec.resourceId);
    const [before, lent] = [readIfThere(made), readIfThere(lentRoles)];
    const wanted = lent === undefined ? MADE : `${MADE}, with its owner, and lent ${lent}`;
    if (before === wanted) {
        return;
    }
    const keepOwner = lent === undefined ? undefined : { roles: JSON.parse(lent) as readonly string[] };
    const { username, password } = postgres.master;
    const database = spec.database;
    if (postgres.gatewaySocket !== undefined) {
        // The template first: databases to come have what it has.
        for (const name of ["template1", "postgres"]) {
            await asAdmin(postgres, showClientsTls, name);
        }
    }
    await asAdmin(postgres, async (admin) => {
        if (before === undefined) {
            await makeRds(admin, { name: username, password, ...(database === undefined ? {} : { database }) });
        }
        await ownMaintenance(admin, username);
        if (before === undefined) {
            await fillExisting(postgres, database);
        }
        const ssl = { ca: postgres.authority };
        const master = await openGuardedSession({
            host: postgres.host,
            port: postgres.port,
            user: username,
            password,
            database: "postgres",
            ssl,
        });
        try {
            const { username: name, password } = postgres.breakGlass;
            const breakGlass = { name, password: () => password };
            // The superuser may do what only they themselves may on RDS.
            const asItself = (_role: string, work: (session: Queryable) => Promise<void>) => work(admin);
            await bootstrap(
                master,
                { databases: database === undefined ? [] : [database], breakGlass, keepOwner },
                { grantor: admin, asItself },
            );
        } finally {
            await master.end();
        }
    });
    writeWhole(made, wanted);
}

/**
 * Makes the server reload its settings and certificates, and waits until it has: the postmaster signals its sessions.
 */
async function reload(admin: Queryable): Promise<void> {
    const loaded = async () =>
        (await admin.query<{ time: string }>(sql`SELECT pg_conf_load_time()::text AS time`)).rows[0]?.time;
    const before = await loaded();
    await admin.query(sql`SELECT pg_reload_conf()`);
    while ((await loaded()) === before) {
        await pause(5);
    }
}

async function asAdmin(
    postgres: Postgres,
    work: (admin: Queryable) => Promise<unknown>,
    database?: string,
): Promise<void> {
    const admin = await postgres.guardedAdmin(database);
    try {
        await work(admin);
    } finally {
        await admin.end();
    }
}

async function stopIfThere(resourceId: string): Promise<void> {
    const instance = findInstance(resourceId);
    if (instance !== undefined) {
        await stop(instance);
    }
}

async function locked(resourceId: string, work: () => Promise<void>): Promise<void> {
    const release = await acquireLock(filesOf(resourceId).lock);
    try {
        await work();
    } finally {
        release();
    }
}

/** Those that the state folder knows, and those whose state folder was deleted under them. */
function clusterIds(): string[] {
    return [...new Set([...names(stateDir("databases")), ...names(dataDir())])];
}

function names(dir: string): string[] {
    try {
        return readdirSync(dir);
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return [];
        }
        throw error;
    }
}
