import assert from "node:assert/strict";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Client } from "pg";
import type { AccessArgs } from "../../components/access/access";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { accessProgram, tenant } from "../support/accessProgram";
import { InlineStack } from "../support/inlineStack";
import { connectAs, connectAsAdmin, connectAsMaster, connectWith, withOwnState } from "./postgres-support";

for (const major of [15, 18]) {
    describe(`a tenant whose schema and owner exist, on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let master: Client;
        let stack: InlineStack;
        let program: (args: Partial<AccessArgs>) => PulumiFn;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-EXISTING${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
            master = await connectAsMaster(postgres);
            await admin.query("GRANT CREATE ON DATABASE app TO master");
            await master.query(`
                CREATE ROLE "Shop ""API""" LOGIN PASSWORD 'of today';
                ALTER ROLE "Shop ""API""" SET search_path TO "$user", "Shop", public;
                ALTER ROLE "Shop ""API""" SET "TimeZone" TO 'Europe/Berlin';
                ALTER ROLE "Shop ""API""" IN DATABASE app SET statement_timeout TO '45s';
                GRANT "Shop ""API""" TO master;
                CREATE SCHEMA "Shop" AUTHORIZATION "Shop ""API""";
                SET ROLE "Shop ""API""";
                CREATE TABLE "Shop".orders (id bigserial PRIMARY KEY, total int);
                INSERT INTO "Shop".orders (total) VALUES (1);
                RESET ROLE`);
            // The program takes PUBLIC's rights: what the role has from PUBLIC alone, it must be granted first.
            await admin.query(`GRANT CONNECT ON DATABASE app TO "Shop ""API"""`);
            stack = await InlineStack.inProcess();
            program = await accessProgram(postgres);
        });
        after(() => stack.remove());

        const shop = tenant("shop", {
            model: "existing",
            actsAs: 'Shop "API"',
            schemas: ["Shop"],
            searchPath: ["$user", "Shop", "public"],
            limits: { statementSeconds: 45 },
            settings: [{ name: "TimeZone", value: "Europe/Berlin" }],
        });
        const up = async (...tenants: AccessArgs["tenants"]) => (await stack.up(program({ tenants }))).changes;
        const values = async (query: string): Promise<string[]> =>
            (await admin.query<Record<string, unknown>>(query)).rows.map((row) => Object.values(row).join(" "));
        const logins = () =>
            values("SELECT rolname FROM pg_roles WHERE rolname IN ('shop_app', 'shop_owner') ORDER BY 1");

        if (major >= 16) {
            it("is refused before it has a login, with the statement that permits it", async () => {
                await assert.rejects(
                    up(shop),
                    /keyless_provisioner may not make a login a member of the role Shop "API"; nothing has changed: run, as the master or another role that has ADMIN OPTION on it, GRANT "Shop ""API""" TO "keyless_provisioner" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE/,
                );
                assert.deepEqual(await logins(), []);
                await master.query(
                    `GRANT "Shop ""API""" TO "keyless_provisioner" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
                );
            });
        }

        it("is refused if a setting of the role would be lost", async () => {
            const bare = { ...shop, searchPath: undefined, settings: undefined, limits: undefined };
            await assert.rejects(up(bare), (error: Error) => {
                assert.deepEqual(
                    [...new Set(error.message.match(/the role Shop "API" has .*/g))],
                    [
                        'the role Shop "API" has the setting search_path = "$user", "Shop", public, which sessions of the new login would lack: write searchPath: ["$user", "Shop", public]',
                        'the role Shop "API" has the setting TimeZone = Europe/Berlin, which sessions of the new login would lack: write settings: [{ name: TimeZone, value: "Europe/Berlin" }]',
                        'the role Shop "API" has the setting statement_timeout = 45s, which sessions of the new login would lack: write limits.statementSeconds',
                    ],
                );
                return true;
            });
            assert.deepEqual(await logins(), []);
        });

        it("is refused for a role that does not exist, and for the master", async () => {
            await assert.rejects(
                up({ ...shop, actsAs: "shopapi" }),
                /the role shopapi, which a tenant names, does not exist/,
            );
            await assert.rejects(
                up({ ...shop, actsAs: "master" }),
                /the role master is a member of rds_superuser, which a service must not act as/,
            );
        });

        it("is refused before it has a login if the provisioner may not set one of its settings", async () => {
            const settings = [
                { name: "TimeZone", value: "Europe/Berlin" },
                { name: "app.region", value: "eu" },
                { name: "log_min_duration_statement", value: "5s" },
            ];
            const grants = ['"app"."region"', '"log_min_duration_statement"'].map(
                (name) => `GRANT SET ON PARAMETER ${name} TO "keyless_provisioner"`,
            );
            await assert.rejects(up({ ...shop, settings }), (error: Error) => {
                const found = error.message.match(/(?<=a role that may grant it, )GRANT[^;]*/g);
                assert.deepEqual([...new Set(found)].sort(), grants);
                return true;
            });
            assert.deepEqual(await logins(), []);
            for (const grant of grants) {
                await admin.query(grant);
            }
            await up({ ...shop, settings });
            const set = await values("SELECT unnest(rolconfig) FROM pg_roles WHERE rolname = 'shop_app'");
            assert.deepEqual(set.filter((one) => /^(app|log_min)/.test(one)).sort(), [
                "app.region=eu",
                "log_min_duration_statement=5s",
            ]);
        });

        it("has a login that works as the role does: its rights, its search path, its settings, its objects", async () => {
            await up(shop);
            assert.deepEqual(await logins(), ["shop_app"]);
            const login = await connectAs(postgres, "shop_app");
            const state = async (session: Client) =>
                (
                    await session.query<Record<string, string>>(
                        `SELECT current_user, current_schemas(false)::text AS schemas, current_setting('search_path') AS path,
                            current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS timeout`,
                    )
                ).rows[0];
            const old = await connectWith(postgres, 'Shop "API"', "of today");
            const expected = {
                current_user: 'Shop "API"',
                schemas: "{Shop}",
                path: '"$user", "Shop", public',
                zone: "Europe/Berlin",
                timeout: "45s",
            };
            assert.deepEqual(await state(old), expected);
            assert.deepEqual(await state(login), await state(old));
            await login.query(`INSERT INTO orders (total) VALUES (2); CREATE TABLE refunds (id int)`);
            assert.deepEqual(await values("SELECT tableowner FROM pg_tables WHERE tablename = 'refunds'"), [
                'Shop "API"',
            ]);
        });

        it("resolves $user to the schema of the role that it acts as", async () => {
            await admin.query(`CREATE SCHEMA "Shop ""API""" AUTHORIZATION "Shop ""API"""; CREATE SCHEMA shop_app`);
            await admin.query(`GRANT USAGE ON SCHEMA shop_app TO "Shop ""API"""`);
            const login = await connectAs(postgres, "shop_app");
            assert.deepEqual((await login.query("SELECT current_schema()")).rows, [{ current_schema: 'Shop "API"' }]);
            await admin.query(`DROP SCHEMA "Shop ""API""", shop_app`);
        });

        it("stays that role when a pooler resets its session", async () => {
            const login = await connectAs(postgres, "shop_app");
            for (const reset of ["DISCARD ALL", "RESET ALL", "RESET ROLE", "SET SESSION AUTHORIZATION DEFAULT"]) {
                await login.query(reset);
                const { rows } = await login.query("SELECT current_user");
                assert.deepEqual(rows, [{ current_user: 'Shop "API"' }], reset);
            }
        });

        it("finds no changes afterwards", async () => {
            assert.deepEqual(Object.keys(await stack.preview(program({ tenants: [shop] }))), ["same"]);
            assert.deepEqual(Object.keys(await stack.refresh(program({ tenants: [shop] }))), ["same"]);
        });

        it("leaves the role, its password, its rights and its data when it is removed", async () => {
            await up({ ...shop, retire: "keep" });
            assert.deepEqual(await values("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'shop_app'"), ["false"]);
            await up();
            assert.deepEqual(await logins(), []);
            const old = await connectWith(postgres, 'Shop "API"', "of today");
            assert.deepEqual((await old.query("SELECT count(*)::int AS n FROM orders")).rows, [{ n: 2 }]);
        });
    });
}
