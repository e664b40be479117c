import assert from "node:assert/strict";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Client } from "pg";
import type { AccessArgs } from "../../components/access/access";
import type { MigrationEntry } from "../../components/tenancy/migration/state";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { accessProgram, tenant } from "../support/accessProgram";
import { InlineStack } from "../support/inlineStack";
import { MemoryLog } from "../support/memoryLog";
import { SteadyClient } from "../support/steadyClient";
import { openClient } from "../support/client";
import { byCertificate } from "../../sandbox/postgres/session";
import { connectAsAdmin, connectAsMaster, connectWith, refusal, withOwnState } from "./postgres-support";

const WORK = "INSERT INTO orders (total) VALUES (1) RETURNING id";

for (const major of [15, 16, 17, 18]) {
    describe(`a service that moves from a password to none, on Postgres ${major}`, () => {
        withOwnState();
        const log = new MemoryLog();
        let postgres: Postgres;
        let admin: Client;
        let master: Client;
        let stack: InlineStack;
        let program: (args: Partial<AccessArgs>) => PulumiFn;
        const clients: { old?: SteadyClient; fresh?: SteadyClient } = {};
        let answered = 0;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-MIGRATION${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
            master = await connectAsMaster(postgres);
            await admin.query("GRANT CREATE ON DATABASE app TO master");
            await master.query(`
                CREATE ROLE shopapi LOGIN PASSWORD 'of today';
                ALTER ROLE shopapi SET search_path TO shop;
                GRANT shopapi TO master;
                CREATE SCHEMA shop AUTHORIZATION shopapi;
                SET ROLE shopapi;
                CREATE TABLE shop.orders (id bigserial PRIMARY KEY, total int);
                RESET ROLE`);
            if (major >= 16) {
                await master.query("GRANT shopapi TO keyless_provisioner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
            }
            stack = await InlineStack.inProcess();
            program = await accessProgram(postgres, log);
        });
        after(async () => {
            await Promise.all([clients.old?.stop(), clients.fresh?.stop()]);
            stack.remove();
        });

        const config = { user: "shopapi", password: "of today", database: "app" };
        const withPassword = async () => {
            const { host, port, authority: ca } = postgres;
            return openClient({ ...config, host, port, ssl: { ca }, application_name: "shop old" });
        };
        const withToken = async () => openClient({ ...(await byCertificate(postgres, "shop_app")), database: "app" });
        const shop = (migration: MigrationEntry, more = {}) =>
            tenant("shop", {
                model: "existing",
                actsAs: "shopapi",
                schemas: ["shop"],
                searchPath: ["shop"],
                migration,
                ...more,
            });
        const up = async (migration: MigrationEntry, more: Partial<AccessArgs> = {}, entry = {}) =>
            stack.up(program({ publicRights: "keep", tenants: [shop(migration, entry)], ...more }));
        const login = async () =>
            (
                await admin.query<Record<string, unknown>>(
                    "SELECT rolcanlogin AS login, rolpassword IS NOT NULL AS password FROM pg_authid WHERE rolname = 'shopapi'",
                )
            ).rows[0];
        const message = async (work: Promise<unknown>): Promise<string> => {
            const error: unknown = await work.then(
                () => undefined,
                (thrown: unknown) => thrown,
            );
            assert.ok(error instanceof Error, "the run succeeded");
            return /migration\.state: [^\n]*/.exec(error.message)?.[0] ?? error.message;
        };

        /** A step that the clients see: each has had an answer when it begins, and asks again when it has ended. */
        const step = async (...args: Parameters<typeof up>) => {
            await Promise.all([clients.old?.nextAnswer(), clients.fresh?.nextAnswer()]);
            await up(...args);
            await Promise.all([clients.old?.nextAnswer(), clients.fresh?.nextAnswer()]);
        };
        /** The server's sessions to come have its new settings when an existing one has been told of them. */
        const reload = async () => {
            const loaded = async () =>
                (await admin.query<{ time: string }>("SELECT pg_conf_load_time()::text AS time")).rows[0]?.time;
            const before = await loaded();
            await admin.query("SELECT pg_reload_conf()");
            while ((await loaded()) === before) {
                // Asked again immediately.
            }
        };

        const report = (who: string, client: SteadyClient | undefined): void =>
            console.log(
                `          ${who}: ${client?.queries} queries in ${client?.sessions} sessions, ${client?.failures.length} failed`,
            );

        it("has both logins, forwards and backwards, through edits of tenants and profiles", async () => {
            clients.old = new SteadyClient(withPassword, WORK);
            await step({ state: "alongside" });
            clients.fresh = new SteadyClient(withToken, WORK);
            await step({ state: "switched" });
            await step({ state: "alongside" });
            const profiles = [{ name: "support", actsAs: "shop", grants: [], holders: [{ breakGlass: true }] }];
            await step({ state: "alongside" }, { profiles }, { limits: { connections: 50, statementSeconds: 30 } });
            await step({ state: "switched" }, { tenants: [shop({ state: "switched" }), tenant("billing")] });
            await step({ state: "switched" });
            assert.deepEqual(await login(), { login: true, password: true });
        });

        it("keeps its password while a session has it", async () => {
            report("the old login", clients.old);
            await clients.old?.stop();
            answered += clients.old?.queries ?? 0;
            assert.deepEqual(clients.old?.failures, []);
            // One session held for the whole run: a client that changes sessions has a moment without one.
            const session = await withPassword();
            log.monitoring(8);
            assert.match(
                await message(up({ state: "finished" })),
                /^migration\.state: finished would take the password of shopapi, and shopapi has 1 open session: from 127\.0\.0\.1 by "shop old", open for .*; nothing has changed: let the clients move to the new login, or write migration\.evenIfUsed: true, which ends these sessions and refuses every client that still has the password/,
            );
            assert.deepEqual(await login(), { login: true, password: true });
            await session.end();
        });

        it("keeps it while the log shows a use, or does not reach back", async () => {
            log.write(Date.now() - 3 * 86_400_000, "shopapi", "app", "10.0.3.9(41000)", "nightly report");
            assert.match(
                await message(up({ state: "finished" })),
                /and shopapi was last used 3 d ago from 10\.0\.3\.9 by "nightly report"; nothing has changed/,
            );
            log.written = [];
            log.monitoring(5);
            assert.match(
                await message(up({ state: "finished" })),
                /and whether shopapi was used within 7 days is not known: the log \/aws\/rds\/cluster\/db\/postgresql has no connection of anybody between .*, so it may not have been written then/,
            );
            await admin.query("ALTER SYSTEM SET log_connections TO off");
            await reload();
            log.monitoring(8);
            assert.match(
                await message(up({ state: "finished" })),
                /is not known: log_connections is off on the server: set it in the parameter group, and wait/,
            );
            await admin.query("ALTER SYSTEM RESET log_connections");
            await reload();
            assert.deepEqual(await login(), { login: true, password: true });
        });

        it("loses it when nobody has used it, and nobody notices", async () => {
            await up({ state: "finished" });
            assert.deepEqual(await login(), { login: false, password: false });
            assert.match(await refusal(() => connectWith(postgres, "shopapi", "of today")), /^28/);
        });

        it("goes back to a login without its password, which must be set again", async () => {
            await up({ state: "switched" });
            assert.deepEqual(await login(), { login: true, password: false });
            await master.query("ALTER ROLE shopapi PASSWORD 'of tomorrow'");
            config.password = "of tomorrow";
            clients.old = new SteadyClient(withPassword, WORK);
            await step({ state: "alongside" });
            report("the old login, with another password", clients.old);
            assert.deepEqual(clients.old.failures, []);
        });

        it("is cut from its clients if the config says so, sessions included", async () => {
            await up({ state: "finished", evenIfUsed: true });
            assert.deepEqual(await login(), { login: false, password: false });
            const { rows } = await admin.query("SELECT pid FROM pg_stat_activity WHERE usename = 'shopapi'");
            assert.deepEqual(rows, []);
            await clients.old?.stop();
            answered += clients.old?.queries ?? 0;
        });

        it("had no failed query in any step that does not cut it", async () => {
            await clients.fresh?.nextAnswer();
            await clients.fresh?.stop();
            answered += clients.fresh?.queries ?? 0;
            report("the new login", clients.fresh);
            assert.deepEqual(clients.fresh?.failures, []);
        });

        it("leaves the role closed and its data when the tenant is removed", async () => {
            await stack.up(program({ publicRights: "keep", tenants: [] }));
            assert.deepEqual(await login(), { login: false, password: false });
            const { rows } = await admin.query<{ n: number }>("SELECT count(*)::int AS n FROM shop.orders");
            assert.ok((rows[0]?.n ?? 0) >= answered && answered > 0, `${rows[0]?.n} rows, ${answered} answers`);
        });
    });
}
