import assert from "node:assert/strict";

import type { Client } from "pg";

import { judge, type Judged, type KnownLogins } from "../../cli/sessions/judge";
import { readLocks } from "../../toolkit/locks";
import { endSession, readSessions } from "../../toolkit/openSessions";
import type { SessionsResult } from "../../cli/sessions";
import { stateDir } from "../../toolkit/paths";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { byCertificate } from "../../sandbox/postgres/session";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { sql } from "../../toolkit/sql";
import { keyless } from "../support/keyless";
import { connectAs, connectAsAdmin, connectAsMaster, connectWith, specFor, withOwnState } from "./postgres-support";

for (const major of [15, 18]) {
    describe(`the sessions of Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let provisioner: Client;
        const known: KnownLogins = {
            declared: new Set(["acme_app"]),
            own: new Set(["keyless_provisioner", "postgres"]),
        };

        before(async () => {
            postgres = await openCluster(specFor(major));
            admin = await connectAsAdmin(postgres);
            provisioner = await connectAs(postgres, "keyless_provisioner");
            for (const login of ["acme_app", "ada", "bob", "cleo", "dora", "eve"]) {
                await provisioner.query(
                    `CREATE ROLE ${login} LOGIN; GRANT rds_iam TO ${login}; GRANT CONNECT ON DATABASE app TO ${login}`,
                );
            }
            await admin.query(
                "REVOKE CONNECT ON DATABASE app FROM PUBLIC; CREATE ROLE old LOGIN PASSWORD 'only-for-this-test'; GRANT CONNECT ON DATABASE app TO old",
            );
        });

        const pidOf = async (client: Client): Promise<number> =>
            (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid ?? 0;
        const look = async (client: Client): Promise<Judged[]> => {
            const locks = await readLocks(client);
            return (await readSessions(client)).map((session) => judge(session, known, locks));
        };
        const of = async (client: Client, pid: number): Promise<Judged | undefined> =>
            (await look(client)).find((one) => one.pid === pid);
        /** Whether the session ends, for any reason. */
        const ends = (client: Client): Promise<void> => new Promise((resolve) => client.once("end", () => resolve()));

        it("show the provisioner, which is not a superuser, the address and start of each session", async () => {
            const before = Date.now();
            const app = await connectAs(postgres, "acme_app");
            await app.query("SET application_name = 'orders'; BEGIN");
            const found = await of(provisioner, await pidOf(app));
            assert.ok(found?.since instanceof Date && found.since.getTime() > before - 10_000);
            assert.deepEqual(
                { ...found, pid: 0, since: 0, address: 0 },
                {
                    ...{
                        pid: 0,
                        login: "acme_app",
                        database: "app",
                        address: 0,
                        application: "orders",
                        since: 0,
                        state: "idle in transaction",
                    },
                    ...{ against: [], by: "token", declared: true, blocks: [], holds: [] },
                },
            );
            await app.query("ROLLBACK");
            // The temporary membership for reading is gone.
            assert.deepEqual((await provisioner.query("SELECT pg_has_role('acme_app', 'USAGE') AS has")).rows, [
                { has: false },
            ]);
        });

        it("mark sessions whose login could not start one now, with the reason", async () => {
            const sessions = await Promise.all(
                ["ada", "bob", "cleo", "dora", "eve"].map((login) => connectAs(postgres, login)),
            );
            const withPassword = await connectWith(postgres, "old", "only-for-this-test");
            const pids = await Promise.all([...sessions, withPassword].map(pidOf));
            await provisioner.query("REVOKE rds_iam FROM cleo");
            await admin.query(`ALTER ROLE ada NOLOGIN; REVOKE CONNECT ON DATABASE app FROM bob; ALTER ROLE dora CONNECTION LIMIT 0;
                REVOKE CONNECT ON DATABASE app FROM eve; DROP ROLE eve`);
            const listed = async (client: Client) =>
                (await look(client))
                    .filter(({ pid }) => pids.includes(pid))
                    .map(({ login, against, by, declared }) => [login, against, by, declared]);
            const expected = [
                ["ada", ["NOLOGIN"], "token", false],
                ["bob", ["no CONNECT on the database app"], "token", false],
                ["cleo", ["has no password and is not a member of rds_iam"], "password", false],
                ["dora", ["CONNECTION LIMIT 0"], "token", false],
                ["old", [], "password", false],
                [null, ["its role has been dropped"], null, null],
            ];
            assert.deepEqual(await listed(admin), expected);
            // No role on RDS may read which roles have a password.
            assert.deepEqual(
                await listed(provisioner),
                expected.map((one) => (one[0] === "cleo" ? ["cleo", [], "password", false] : one)),
            );
        });

        it("are terminated by the provisioner; those of a dropped role, by the master", async () => {
            const open = (await readSessions(provisioner)).filter(({ login }) => login === "ada" || login === null);
            assert.deepEqual(
                await Promise.all([...open].slice(0, 1).map((session) => endSession(provisioner, session))),
                [undefined],
            );
            const orphan = open.find(({ login }) => login === null);
            assert.ok(orphan !== undefined);
            assert.equal(
                await endSession(provisioner, orphan),
                "its role has been dropped, so only the master may terminate it",
            );
            const master = await connectAsMaster(postgres, "postgres");
            const seen = (await readSessions(master)).find(({ pid }) => pid === orphan.pid);
            assert.ok(seen !== undefined);
            assert.equal(await endSession(master, seen), undefined);
            assert.deepEqual(
                (await look(admin)).filter(({ login }) => login === "ada" || login === null),
                [],
            );
        });

        it("leave a later session with the same process id alone", async () => {
            const app = await connectAs(postgres, "acme_app");
            const session = (await readSessions(provisioner)).find(({ login }) => login === "acme_app");
            assert.ok(session !== undefined);
            await endSession(provisioner, { ...session, began: "2020-01-01 00:00:00+00" });
            assert.deepEqual((await app.query("SELECT 1 AS one")).rows, [{ one: 1 }]);
            await app.end();
        });

        it("are reported to need a restart where their code does not check for interrupts", async () => {
            const app = await connectAs(postgres, "acme_app");
            const [pid, gone] = [await pidOf(app), ends(app)];
            const session = (await readSessions(provisioner)).find((one) => one.pid === pid);
            assert.ok(session !== undefined);
            process.kill(pid, "SIGSTOP");
            try {
                assert.equal(
                    await endSession(provisioner, session, 100),
                    "it has not ended after 0.1 s; only a restart of the instance ends a session whose code does not check for interrupts",
                );
            } finally {
                process.kill(pid, "SIGCONT");
            }
            await gone;
        });

        it("show the holders of the provider's locks, and the sessions that wait for them", async () => {
            const holder = await connectAs(postgres, "acme_app");
            const pid = await pidOf(holder);
            const gone = ends(holder);
            const waiter = await connectAs(postgres, "keyless_provisioner");
            const waiting = await pidOf(waiter);
            const master = await connectAsMaster(postgres, "postgres");
            await holder.query(
                "SELECT pg_advisory_lock(oid::bigint) FROM pg_roles WHERE rolname IN ('acme_app', 'keyless_provisioner')",
            );
            await holder.query("BEGIN; ALTER ROLE CURRENT_USER SET application_name = 'x'");
            const granted = waiter.query(
                "SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = 'acme_app'",
            );
            let found: Judged | undefined;
            do {
                found = await of(master, pid);
            } while (found?.blocks.length === 0);
            assert.deepEqual(
                [found?.blocks, found?.holds],
                [
                    [waiting],
                    [
                        "advisory lock on the role acme_app",
                        "advisory lock on the role keyless_provisioner",
                        "changes to pg_db_role_setting",
                    ],
                ],
            );
            const session = (await readSessions(master)).find((one) => one.pid === pid);
            assert.ok(session !== undefined);
            assert.equal(await endSession(master, session), undefined);
            await Promise.all([gone, granted]);
            assert.deepEqual(
                (await readLocks(master)).filter((one) => one.pid === pid),
                [],
            );
        });

        it("are listed and terminated over the user's own connection", async () => {
            const app = await connectAs(postgres, "acme_app");
            const gone = ends(app);
            await admin.query("ALTER ROLE acme_app NOLOGIN");
            const { username, password } = postgres.master;
            const environment = {
                PGHOST: postgres.host,
                PGPORT: String(postgres.port),
                PGUSER: username,
                PGPASSWORD: password,
                PGSSLMODE: "verify-full",
                PGSSLROOTCERT: postgres.caFile,
            };
            Object.assign(process.env, environment);
            try {
                const { code, stdout } = await keyless(stateDir(), "sessions", "--live", "env");
                const [head, ...lines] = stdout.split("\n");
                assert.match(head ?? "", /^ +PID {2}LOGIN +DATABASE +SINCE +STATE +FROM$/);
                const at = lines.findIndex((line) => /^ *\d+ {2}acme_app /.test(line));
                assert.deepEqual(
                    [code, lines[at + 1]?.trim(), lines.at(-2)],
                    [1, "could not start today: NOLOGIN", lines.at(-2)?.replace(/^\d/, "4")],
                );
                const ended = await keyless(stateDir(), "sessions", "--live", "env", "--end", "--json");
                assert.deepEqual([ended.code, ended.stderr], [0, ""]);
                const listed = (JSON.parse(ended.stdout) as SessionsResult).sessions.filter(
                    (one) => one.ended !== undefined,
                );
                assert.ok(
                    listed.some(
                        ({ login, ended: how, against }) =>
                            login === "acme_app" && how === true && against[0] === "NOLOGIN",
                    ),
                );
                await gone;
            } finally {
                Object.keys(environment).forEach((name) => delete process.env[name]);
                await admin.query("ALTER ROLE acme_app LOGIN");
            }
        });

        it("are named where another session timed out waiting for a lock of theirs, of any kind, before sessions that only share it", async () => {
            await provisioner.query(`
                CREATE SCHEMA waits; CREATE TABLE waits.t (id int PRIMARY KEY);
                GRANT USAGE ON SCHEMA waits TO acme_app; GRANT SELECT, INSERT ON waits.t TO acme_app`);
            const config = { ...(await byCertificate(postgres, "keyless_provisioner")), database: "app" };
            const waiter = await openGuardedSession(config, { lock_timeout: 200 });
            const decoy = await connectWith(postgres, "old", "only-for-this-test");
            await decoy.query("SELECT pg_advisory_lock_shared(oid::bigint) FROM pg_roles WHERE rolname = 'dora'");
            const holder = await connectAs(postgres, "acme_app");
            const [theirs, decoys] = await Promise.all([holder, decoy].map(pidOf));
            try {
                for (const [takes, waits] of [
                    ["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO dora", sql`DROP ROLE dora`],
                    ["SELECT FROM waits.t", sql`ALTER TABLE waits.t ADD name text`],
                    ["INSERT INTO waits.t VALUES (1)", sql`INSERT INTO waits.t VALUES (1)`],
                ] as const) {
                    await holder.query(`BEGIN; ${takes}`);
                    const error = await waiter.query(waits).then(
                        () => assert.fail(takes),
                        (error: Error) => error.message,
                    );
                    assert.doesNotMatch(error, /any more/, takes);
                    const named = [...error.matchAll(/--end-pid (\d+)/g)].map(([, pid]) => Number(pid));
                    assert.deepEqual(named, [decoys, theirs], takes);
                    await holder.query("ROLLBACK");
                }
                await holder.query("SELECT pg_advisory_lock(oid::bigint) FROM pg_roles WHERE rolname = 'cleo'");
                await assert.rejects(
                    waiter.query(sql`SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = 'cleo'`),
                    new RegExp(`--end-pid ${theirs}[^]*--end-pid ${decoys}`),
                );
            } finally {
                await Promise.all([waiter.end(), decoy.end(), holder.end()]);
                await provisioner.query("DROP SCHEMA waits CASCADE");
            }
        });

        it("obey lock_timeout where the provider waits, although it resets statement_timeout", async () => {
            const holder = await connectAs(postgres, "acme_app");
            await holder.query("SELECT pg_advisory_lock(oid::bigint) FROM pg_roles WHERE rolname = 'acme_app'");
            await provisioner.query("SET lock_timeout = '50ms'; SET statement_timeout = 0");
            await assert.rejects(
                provisioner.query("SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = 'acme_app'"),
                { code: "55P03", message: "canceling statement due to lock timeout" },
            );
            await provisioner.query("RESET lock_timeout");
            await holder.end();
        });
    });
}
