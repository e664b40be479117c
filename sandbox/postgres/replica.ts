import { readdirSync } from "node:fs";
import { join } from "node:path";

import { cancelled } from "../../toolkit/cancel";
import type { Queryable } from "../../toolkit/session";
import { sql } from "../../toolkit/sql";
import { acquireLock } from "../../toolkit/system/lock.mjs";
import { readIfThere } from "../../toolkit/system/files";
import { Authority } from "./authority";
import { handle, openCluster } from "./cluster";
import type { ClusterSpec, Postgres } from "./cluster";
import { isRunning, remove, start } from "./instance";
import { copyOwned, foldersOf, makeServerDir, writeOwned } from "./layout";
import type { Instance } from "./layout";
import { filesOf } from "./persistedServer";

/**
 * The files and folders that a copy does without, as for pg_basebackup; of these folders, the content.
 * https://www.postgresql.org/docs/current/protocol-replication.html#PROTOCOL-REPLICATION-BASE-BACKUP
 */
const NOT_COPIED = new Set(["postmaster.pid", "postmaster.opts", "pg_internal.init"]);
const EMPTIED = new Set(
    "pg_wal pg_replslot pg_dynshmem pg_notify pg_serial pg_snapshots pg_stat_tmp pg_subtrans pgsql_tmp".split(" "),
);

/**
 * A hot standby of a database's server: what Aurora's readers and RDS' read replicas are to a client. It is created from the
 * primary at first use, follows it, and is removed when the sandbox stops; a stopped one is not started again, because the
 * primary may have discarded the log that it would need.
 */
export async function openReplica(spec: ClusterSpec): Promise<Postgres> {
    const primary = await openCluster(spec);
    const { host: socketDir = "" } = primary.superuser();
    const resourceId = `${spec.resourceId}-replica`;
    const { major, logicalReplication = false } = spec;
    const instance: Instance = {
        ...{ resourceId, major, logicalReplication },
        primary: { port: primary.port, socketDir },
    };
    const authority = await Authority.open();
    const certificates = { server: primary.identity, authority: authority.certificate };
    const release = await acquireLock(filesOf(resourceId).lock, { signal: cancelled });
    try {
        const note = join(foldersOf(instance).dir, "source");
        const source = `${primary.port} ${primary.identity.cert}`;
        if (!isRunning(instance) || readIfThere(note) !== source) {
            await remove(resourceId);
            const admin = await primary.guardedAdmin();
            try {
                await copy(admin, spec, instance);
                writeOwned(note, source);
                await start(instance, certificates);
            } finally {
                await admin.end();
            }
        }
        const running = await start(instance, certificates);
        return { ...handle(spec, running, authority, primary.identity), resourceId };
    } finally {
        release();
    }
}

/** Copies a running server's data. Until the session ends, the primary keeps the log that the copy needs. */
async function copy(admin: Queryable, primary: Pick<Instance, "resourceId">, replica: Instance): Promise<void> {
    const { dir, data } = foldersOf(replica);
    await admin.query(sql`SELECT pg_create_physical_replication_slot('replica', true, true)`);
    await admin.query(sql`SELECT pg_backup_start('replica', true)`);
    makeServerDir(dir);
    copyFolder(foldersOf(primary).data, data);
    const { rows } = await admin.query<{ labelfile: string }>(sql`SELECT labelfile FROM pg_backup_stop(false)`);
    writeOwned(join(data, "backup_label"), rows[0]?.labelfile ?? "");
    writeOwned(join(data, "standby.signal"), "");
}

function copyFolder(from: string, to: string): void {
    makeServerDir(to);
    for (const entry of readdirSync(from, { withFileTypes: true })) {
        const [source, target] = [join(from, entry.name), join(to, entry.name)];
        if (NOT_COPIED.has(entry.name)) {
            continue;
        }
        if (entry.isDirectory() && EMPTIED.has(entry.name)) {
            makeServerDir(target);
        } else if (entry.isDirectory()) {
            copyFolder(source, target);
        } else {
            copyOwned(source, target);
        }
    }
}
