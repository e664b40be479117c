import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { checkServerIdentity as checkIdentity } from "node:tls";
import { promisify } from "node:util";

import { projectDir } from "../../toolkit/paths";
import { openCluster, removeCluster, removeClustersExcept, stopClusters } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { dataDir, outsideDir, serverAccount } from "../../sandbox/postgres/serverAccount";
import { openSession } from "../../toolkit/session";
import { processesOf } from "../support/processes";
import { connect, connectAs, connectAsAdmin, connectAsMaster, HOST, specFor, withOwnState } from "./postgres-support";

const MAJOR = 16;
const spec = specFor(MAJOR);

/** Opens the cluster in a separate process, prints its port and exits without stopping it. */
const OPEN = `require("./sandbox/postgres/cluster").openCluster(${JSON.stringify(spec)}).then(({ port }) => console.log(port))`;
const ARGUMENTS = ["--import", "tsx", "--eval", OPEN];

describe("the life cycle of a server", () => {
    withOwnState();

    it("is started once by concurrent processes, and found by the next one", async () => {
        const run = async () =>
            (await promisify(execFile)(process.execPath, ARGUMENTS, { cwd: projectDir })).stdout.trim();
        const ports = await Promise.all([run(), run(), run()]);
        const { port } = await openCluster(spec);
        assert.deepEqual(ports, [`${port}`, `${port}`, `${port}`]);
    });

    it("keeps data when stopped and started", async () => {
        await remember(await openCluster(spec), "stopped");
        const { data } = await whereabouts(await openCluster(spec));
        await stopClusters();
        assert.equal(existsSync(join(data, "postmaster.pid")), false);
        assert.deepEqual(await remembered(await openCluster(spec)), ["stopped"]);
    });

    it("keeps data when killed, even if another program now has the process id", async () => {
        const postgres = await openCluster(spec);
        await remember(postgres, "killed");
        const { pid, data } = await whereabouts(postgres);
        process.kill(pid, "SIGKILL");
        const file = join(data, "postmaster.pid");
        const stranger = sleeper();
        try {
            writeFileSync(file, readFileSync(file, "utf8").replace(/^\d+/, `${stranger.pid}`));
            assert.deepEqual(await remembered(await openCluster(spec)), ["stopped", "killed"]);
            assert.equal(stranger.exitCode, null);
        } finally {
            stranger.kill();
        }
    });

    it("shows a new endpoint's name without a restart", async () => {
        const before = await whereabouts(await openCluster(spec));
        const name = `new.${HOST}`;
        const postgres = await openCluster({ ...spec, hosts: [HOST, name] });
        assert.deepEqual(await whereabouts(postgres), before);
        const checkServerIdentity: typeof checkIdentity = (_, certificate) => checkIdentity(name, certificate);
        const { username: user, password } = postgres.master;
        await connect(postgres, {
            user,
            password,
            database: "app",
            ssl: { ca: postgres.authority, checkServerIdentity },
        });
    });

    it("does not wait for sessions that could not be opened, whichever side gave up", async function () {
        // Less than the minute that the server itself would wait.
        this.timeout(30_000);
        const { host, port, authority, master } = await openCluster(spec);
        for (const [password, refused] of [
            [undefined, /password must be a string/],
            ["wrong", /password authentication failed/],
        ] as const) {
            const socket = connectSocket(port, host);
            await once(socket, "connect");
            const closed = once(socket, "close");
            await assert.rejects(
                openSession({
                    host,
                    port,
                    user: master.username,
                    password,
                    database: "app",
                    ssl: { ca: authority },
                    reach: () => Promise.resolve(socket),
                }),
                refused,
            );
            await closed;
        }
    });

    it("keeps its major version and its data after RDS has upgraded the database, and refuses to go back", async () => {
        await openCluster(spec);
        const { major } = await openCluster({ ...spec, major: 17 });
        assert.equal(major, 16);
        await assert.rejects(openCluster({ ...spec, major: 15 }), {
            message:
                "the data of cluster-TEST16 is Postgres 16, the stack asks for 15: no server goes back; " +
                "write 16 or later, or destroy and recreate the cluster",
        });
    });

    it("refuses a version it does not have", async () => {
        await assert.rejects(openCluster({ ...spec, resourceId: "cluster-OLD", major: 14 }), {
            message: "the sandbox has no Postgres 14; it has 15, 16, 17, 18: change the engine version",
        });
    });

    it("refuses an invalid resource id", async () => {
        await assert.rejects(openCluster({ ...spec, resourceId: "../x" }), {
            message: '"../x" is not an RDS resource id: letters, digits and hyphens are allowed, as in cluster-ABC123',
        });
    });

    it("is removed with its data and leaves nothing behind", async () => {
        const { data } = await whereabouts(await openCluster(spec));
        await stopClusters();
        await removeClustersExcept(new Set([spec.resourceId]));
        assert.equal(existsSync(data), true);
        await removeCluster(spec.resourceId);
        assert.equal(existsSync(data), false);
        await removeClustersExcept(new Set());
        assert.equal(existsSync(outsideDir()), false);
    });

    it("starts after any number of interrupted initializations", async () => {
        for (let ms = 200; ms <= 2000; ms += 450) {
            const child = spawn(process.execPath, ARGUMENTS, { cwd: projectDir, stdio: "ignore" });
            await Promise.race([pause(ms), once(child, "exit")]);
            child.kill("SIGKILL");
        }
        // The last one's initdb outlives it, and may have made no folder yet.
        while (processesOf(dataDir()).some(({ command }) => command.includes("initdb"))) {
            await pause(10);
        }
        const postgres = await openCluster(spec);
        await connectAsMaster(postgres);
        await connectAs(postgres, "keyless_provisioner");
        const { data } = await whereabouts(postgres);
        assert.deepEqual(readdirSync(join(data, "..")).sort(), ["data", "log"]);
    });
});

async function remember(postgres: Postgres, word: string): Promise<void> {
    const session = await connectAs(postgres, "keyless_provisioner");
    await session.query("CREATE TABLE IF NOT EXISTS public.words (id serial, word text)");
    await session.query("INSERT INTO public.words (word) VALUES ($1)", [word]);
    await session.end();
}

async function remembered(postgres: Postgres): Promise<string[]> {
    const session = await connectAs(postgres, "keyless_provisioner");
    return (await session.query<{ word: string }>("SELECT word FROM public.words ORDER BY id")).rows.map(
        ({ word }) => word,
    );
}

async function whereabouts(postgres: Postgres): Promise<{ pid: number; data: string }> {
    const admin = await connectAsAdmin(postgres);
    const { rows } = await admin.query<{ data: string }>("SELECT current_setting('data_directory') AS data");
    await admin.end();
    const data = rows[0]?.data ?? "";
    return { pid: Number.parseInt(readFileSync(join(data, "postmaster.pid"), "utf8"), 10), data };
}

/** A process of the servers' account that has nothing to do with Postgres. */
function sleeper(): ChildProcess {
    return spawn(process.execPath, ["--eval", "setInterval(() => undefined, 1000)"], {
        ...serverAccount(),
        cwd: "/",
        stdio: "ignore",
    });
}
