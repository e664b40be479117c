import assert from "node:assert/strict";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Client } from "pg";

import { findDrift, fixAll, readFacts } from "../../drift/index";
import { readResources } from "../../access";
import type { AccessArgs } from "../../components/access/access";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import type { Row } from "../../toolkit/session";
import { accessProgram, tenant } from "../support/accessProgram";
import { InlineStack } from "../support/inlineStack";
import { urn } from "../access/support/resources";
import { connectAs, connectAsAdmin, connectWith, refusal, withOwnState } from "./postgres-support";

for (const major of [15, 18]) {
    describe(`tenants, deployed by the engine on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let stack: InlineStack;
        let program: (args: Partial<AccessArgs>) => PulumiFn;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-TENANCY${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
            stack = await InlineStack.inProcess();
            program = await accessProgram(postgres);
        });
        after(() => stack.remove());

        const rows = async (query: string): Promise<string[]> =>
            (await admin.query<Record<string, unknown>>(query)).rows.map((row) => Object.values(row).join(" "));
        const up = async (...tenants: AccessArgs["tenants"]) => (await stack.up(program({ tenants }))).changes;
        const unchanged = async (...tenants: AccessArgs["tenants"]) => {
            assert.deepEqual(Object.keys(await stack.preview(program({ tenants }))), ["same"]);
            assert.deepEqual(Object.keys(await stack.refresh(program({ tenants }))), ["same"]);
        };
        const asOwner = (sql: string) => admin.query(`SET ROLE shop_owner; ${sql}; RESET ROLE`);

        it("are read back as created, including settings", async () => {
            await up(
                tenant("shop", { limits: { connections: 7, statementSeconds: 30, idleInTransactionSeconds: 60 } }),
                tenant("3m-parts_2"),
                tenant("own", { model: "owner" }),
            );
            assert.deepEqual(
                await rows(
                    "SELECT rolconnlimit, array_to_string(rolconfig, ' ') FROM pg_roles WHERE rolname = 'shop_app'",
                ),
                ["7 search_path=shop statement_timeout=30000 idle_in_transaction_session_timeout=60000"],
            );
            await unchanged(
                tenant("shop", { limits: { connections: 7, statementSeconds: 30, idleInTransactionSeconds: 60 } }),
                tenant("3m-parts_2"),
                tenant("own", { model: "owner" }),
            );
        });

        it("leave PUBLIC no privileges in the database or on their owners' future objects", async () => {
            await asOwner(
                "CREATE TABLE shop.orders (id bigserial, total int); INSERT INTO shop.orders DEFAULT VALUES; CREATE FUNCTION shop.f() RETURNS int RETURN 1",
            );
            assert.deepEqual(
                await rows(`SELECT array_to_string(ARRAY[has_database_privilege('public', 'app', 'CONNECT'), has_database_privilege('public', 'app', 'TEMP'), has_schema_privilege('public', 'public', 'CREATE'),
                    has_schema_privilege('public', 'public', 'USAGE'), has_function_privilege('public', 'shop.f()', 'EXECUTE'), has_function_privilege('own_app', 'shop.f()', 'EXECUTE')], ' ')`),
                ["f f f f f f"],
            );
        });

        it("keep their data and its names in the database when renamed", async () => {
            await up(tenant("store", { formerly: "shop" }), tenant("3m-parts_2"), tenant("own", { model: "owner" }));
            assert.deepEqual(await rows("SELECT count(*), min(schemaname) FROM pg_tables WHERE tablename = 'orders'"), [
                "1 shop",
            ]);
            const login = await connectAs(postgres, "shop_app");
            assert.equal((await login.query("SELECT id FROM orders")).rowCount, 1);
            await unchanged(
                tenant("store", { formerly: "shop" }),
                tenant("3m-parts_2"),
                tenant("own", { model: "owner" }),
            );
        });

        it("cannot be removed with their data by mistake", async () => {
            const kept =
                /the schema shop in the database app still holds function shop\.f\(\), sequence shop\.orders_id_seq, table shop\.orders, and was not removed: .* put the tenant back with retire: keep; .* retire: drop, run, and remove the tenant then/;
            await assert.rejects(up(tenant("3m-parts_2"), tenant("own", { model: "owner" })), kept);
            assert.deepEqual(await rows("SELECT id FROM shop.orders"), ["1"]);
        });

        it("lose their login and its sessions first when removed, then their data if configured", async () => {
            const [idle, busy] = [await connectAs(postgres, "own_app"), await connectAs(postgres, "shop_app")];
            await idle.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'of its own'; SELECT lo_create(0)");
            const began = Date.now();
            const last = lastQuery(busy);
            await up(
                tenant("store", { formerly: "shop", retire: "keep" }),
                tenant("own", { model: "owner", retire: "keep" }),
            );
            for (const login of ["shop_app", "own_app"]) {
                assert.match(await refusal(() => connectAs(postgres, login)), /^SASL|^28|^Error: SASL/);
            }
            // Before the last query is awaited, which a session that stays open never stops sending.
            assert.deepEqual(await rows("SELECT pid FROM pg_stat_activity WHERE usename ~ '^(shop|own)_'"), []);
            console.log(
                `          the leaver's last query came ${((await last) - began) / 1000} s after the start of the run`,
            );
            await assert.rejects(idle.query("COMMIT"));
            assert.deepEqual(
                await rows("SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname ~ '^(shop|own)_'"),
                [],
            );
            assert.deepEqual(await rows("SELECT id FROM shop.orders"), ["1"]);
            await up(tenant("store", { formerly: "shop", retire: "drop" }));
            await asOwner("SELECT lo_create(0)");
            await up();
            assert.deepEqual(await rows("SELECT lomowner::regrole FROM pg_largeobject_metadata"), []);
            assert.deepEqual(
                await rows(
                    "SELECT nspname FROM pg_namespace WHERE nspname IN ('shop', 'own', '3m-parts_2') UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'shop%'",
                ),
                [],
            );
        });

        it("terminate the sessions of people who leave or lose a profile, and report what these people own", async () => {
            const owners = { name: "owners", actsAs: "box", grants: [], holders: [] };
            const readers = {
                name: "readers",
                grants: [{ tenant: "box", on: "tables", privileges: ["SELECT"] }] as const,
                holders: [],
            };
            const run = (...people: [string, string][]) => {
                const entries = people.map(([user, profile]) => ({
                    user,
                    assumedBy: ["arn:aws:iam::111122223333:root"],
                    profiles: [profile],
                }));
                return stack.up(program({ tenants: [tenant("box")], profiles: [owners, readers], people: entries }));
            };
            await run(["ada", "owners"], ["bob", "owners"]);
            const [ada, bob] = [await connectAs(postgres, "ada"), await connectAs(postgres, "bob")];
            for (const session of [ada, bob]) {
                assert.deepEqual((await session.query("SELECT current_user")).rows, [{ current_user: "box_owner" }]);
            }
            await ada.query(
                "GRANT CREATE ON SCHEMA box TO ada, keyless_provisioner; SET ROLE NONE; CREATE FUNCTION box.trap() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1",
            );
            await assert.rejects(
                run(["bob", "readers"]),
                /ada, in the database app: function box\.trap\(\), SECURITY DEFINER\n/,
            );
            await assert.rejects(ada.query("SELECT 1"));
            await assert.rejects(bob.query("SELECT 1"));
            assert.deepEqual((await (await connectAs(postgres, "bob")).query("SELECT current_user")).rows, [
                { current_user: "bob" },
            ]);
            assert.match(await refusal(() => connectAs(postgres, "ada")), /^SASL|^28|^Error: SASL/);
            assert.deepEqual(await rows("SELECT proowner::regrole FROM pg_proc WHERE proname = 'trap'"), ["ada"]);
            await admin.query("DROP FUNCTION box.trap()");
            await run(["bob", "readers"]);
            assert.deepEqual(await rows("SELECT rolname FROM pg_roles WHERE rolname IN ('ada', 'bob')"), ["bob"]);
            await up();
        });

        describe("that people with a profile read", () => {
            const everything = {
                name: "auditor",
                grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
                holders: [{ breakGlass: true }],
            } as const;
            const named = {
                tenant: "acme",
                on: "tables",
                objects: ["summary"],
                privileges: ["SELECT"],
                mayRun: ["views"],
            } as const;
            const people = ["audrey", "alan"].map((user) => ({
                user,
                assumedBy: ["arn:aws:iam::111122223333:root"],
                profiles: ["auditor"],
            }));
            const tenants = [tenant("acme", { model: "owner" }), tenant("globex")];
            const declared = (more: Partial<AccessArgs> = {}) =>
                program({ tenants, profiles: [everything], people, ...more });
            const read = async (user: string, what: string, ...before: string[]): Promise<string> => {
                const { username, password } = postgres.breakGlass;
                const session = await (user === username
                    ? connectWith(postgres, user, password)
                    : connectAs(postgres, user));
                try {
                    for (const statement of before) {
                        await session.query(statement);
                    }
                    return JSON.stringify(
                        (await session.query({ text: `SELECT * FROM ${what}`, rowMode: "array" })).rows,
                    );
                } catch (error) {
                    return String(error);
                } finally {
                    await session.end();
                }
            };
            const stolen = () => rows("DELETE FROM acme.loot RETURNING what");
            const findings = async () => {
                const facts = await readFacts(
                    async (_, statement) => (await admin.query<Row>(statement)).rows,
                    ["app"],
                );
                const database = {
                    engine: "aurora-postgresql",
                    engineVersion: `${major}.99`,
                    databaseName: "app",
                    masterUsername: "master",
                    endpoint: "localhost",
                    iamDatabaseAuthenticationEnabled: true,
                };
                const cluster = {
                    urn: urn("aws:rds/cluster:Cluster", "db"),
                    type: "aws:rds/cluster:Cluster",
                    custom: true,
                    inputs: database,
                    outputs: database,
                };
                // The provider's certificate stands for a token.
                const made = (await stack.resources(declared())).map((one) =>
                    one["type"] === "pulumi:providers:postgresql"
                        ? { ...one, outputs: { ...(one["outputs"] as object), awsRdsIamAuth: "true" } }
                        : one,
                );
                const { after: resources } = readResources({
                    version: 3,
                    deployment: { resources: [cluster, ...made] },
                });
                return findDrift(resources, facts, { server: "db", breakGlass: "keyless_breakglass" });
            };

            before(async () => {
                await stack.up(declared());
                const acme = await connectAs(postgres, "acme_app");
                await acme.query(`CREATE TABLE acme.loot (what text); CREATE TABLE acme.plain AS SELECT 1 AS id; CREATE TABLE acme.report AS SELECT 1 AS id;
                    CREATE FUNCTION acme.sink(what text) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ INSERT INTO acme.loot VALUES (what) $$;
                    CREATE FUNCTION acme.spy() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM acme.sink((SELECT name FROM globex.customers)); RETURN true; END $$;
                    GRANT EXECUTE ON FUNCTION acme.sink(text), acme.spy() TO auditor;
                    ALTER TABLE acme.report ENABLE ROW LEVEL SECURITY; CREATE POLICY spy ON acme.report USING (acme.spy());
                    CREATE VIEW acme.summary AS SELECT acme.spy()`);
                await admin.query(
                    "SET ROLE globex_owner; CREATE TABLE globex.customers AS SELECT 'Jane' AS name; RESET ROLE",
                );
            });
            after(async () => {
                await admin.query(
                    "DROP VIEW acme.summary; DROP TABLE acme.loot, acme.plain, acme.report, globex.customers; DROP FUNCTION acme.sink, acme.spy",
                );
                await stack.up(program({}));
            });

            for (const reader of ["audrey", "keyless_breakglass"]) {
                it(`cannot make ${reader} run their functions through a policy or a view`, async () => {
                    assert.equal(
                        await read(reader, "acme.report"),
                        'error: query would be affected by row-level security policy for table "report"',
                    );
                    assert.equal(
                        await read(reader, "acme.summary"),
                        'error: access to non-system view "summary" is restricted',
                    );
                    assert.deepEqual(
                        [await read(reader, "acme.plain"), await read(reader, "globex.customers")],
                        ["[[1]]", '[["Jane"]]'],
                    );
                    assert.deepEqual(await stolen(), []);
                    const open = ["SET row_security = on", "SET restrict_nonsystem_relation_kind = ''"];
                    assert.deepEqual(
                        [await read(reader, "acme.report", ...open), await read(reader, "acme.summary", ...open)],
                        ["[[1]]", "[[true]]"],
                    );
                    assert.deepEqual(
                        await stolen(),
                        ["Jane", "Jane"],
                        "the traps work where a reader takes the settings back",
                    );
                });
            }

            it("are read through a view where the config allows it, and through no policy", async () => {
                const clerks = { name: "clerks", grants: [named], holders: [] };
                const clerk = people.map((person) => ({
                    ...person,
                    profiles: [person.user === "alan" ? "clerks" : "auditor"],
                }));
                await stack.up(declared({ profiles: [everything, clerks], people: clerk }));
                assert.deepEqual(
                    await rows("SELECT array_to_string(rolconfig, '; ') FROM pg_roles WHERE rolname = 'alan'"),
                    ["search_path=public; restrict_nonsystem_relation_kind=foreign-table; row_security=off"],
                );
                assert.match(await read("alan", "acme.summary"), /permission denied for function spy/);
                await stack.up(declared());
                assert.equal(
                    await read("alan", "acme.summary"),
                    'error: access to non-system view "summary" is restricted',
                );
            });

            it("are protected by settings that keyless drift restores when a login loses them", async () => {
                assert.deepEqual(await findings(), []);
                await (
                    await connectAs(postgres, "audrey")
                ).query(
                    "ALTER ROLE CURRENT_USER RESET row_security; ALTER ROLE CURRENT_USER SET restrict_nonsystem_relation_kind = ''",
                );
                const found = await findings();
                assert.deepEqual(found.map(({ message }) => message).sort(), [
                    "audrey has no row_security, not off",
                    'audrey has restrict_nonsystem_relation_kind = "", not view, foreign-table',
                ]);
                const provisioner = await connectAs(postgres, "keyless_provisioner");
                assert.deepEqual(
                    (await fixAll(() => Promise.resolve(provisioner), found)).flatMap(({ failure }) => failure ?? []),
                    [],
                );
                assert.deepEqual(await findings(), []);
            });

            it("are readable by all holders again after one of them dropped the group's objects", async () => {
                await (await connectAs(postgres, "audrey")).query("DROP OWNED BY auditor");
                const lost = (await findings()).map(({ kind, message }) => `${kind}: ${message}`).sort();
                assert.deepEqual(
                    lost,
                    ["acme_app", "globex_owner"].map(
                        (owner) =>
                            `default privilege: auditor does not get SELECT on tables to come of ${owner} in schema ${owner.split("_")[0]}`,
                    ),
                );
                await stack.up(declared(), true);
                assert.deepEqual(await findings(), []);
            });
        });

        it("adopt existing roles, and leave a schema's tables unchanged", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            await provisioner.query(
                "CREATE ROLE old_owner; CREATE SCHEMA old; CREATE TABLE old.kept AS SELECT 1 AS id",
            );
            await up(tenant("old", { adopt: ["owner", "schema"] }));
            assert.deepEqual(
                await rows(
                    "SELECT nspowner::regrole, (SELECT count(*) FROM old.kept) FROM pg_namespace WHERE nspname = 'old'",
                ),
                ["old_owner 1"],
            );
            await admin.query("DROP TABLE old.kept");
            await up();
        });

        it("adopt nothing that is not declared as theirs: no schema, role or database", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            await provisioner.query(
                "DROP SCHEMA IF EXISTS pgx CASCADE; CREATE SCHEMA pgx; CREATE TABLE pgx.kept AS SELECT 1 AS id",
            );
            const wrong =
                /the schema pgx exists already in the database app, and this stack did not make it; .* write adopt: \[schema\] for the tenant to take it over/;
            for (const model of ["split", "owner"] as const) {
                await assert.rejects(up(tenant("pgx", { model })), wrong);
            }
            assert.deepEqual(
                await rows(
                    "SELECT nspowner::regrole, nspacl, (SELECT tableowner FROM pg_tables WHERE schemaname = 'pgx') FROM pg_namespace WHERE nspname = 'pgx'",
                ),
                ["keyless_provisioner  keyless_provisioner"],
            );
            await provisioner.query("DROP SCHEMA pgx CASCADE");
            for (const statement of [
                "DROP DATABASE IF EXISTS taken",
                "CREATE DATABASE taken",
                "DROP ROLE IF EXISTS mine_app",
                "CREATE ROLE mine_app",
            ]) {
                await admin.query(statement);
            }
            await assert.rejects(
                stack.up(program({ databases: [{ name: "taken", extensions: [], protect: false }] })),
                /database "taken" already exists/,
            );
            await assert.rejects(up(tenant("mine")), /role "mine_app" already exists/);
            await admin.query("DROP DATABASE taken");
            await admin.query("DROP ROLE mine_app");
            await up();
        });

        it("are added and removed twelve at a time, under a profile that reads all of them, without an error", async () => {
            const tenants = Array.from({ length: 12 }, (_, index) =>
                tenant(`t${index}`, { model: index % 3 === 0 ? "owner" : "split" }),
            );
            const all = program({
                tenants,
                profiles: [
                    {
                        name: "audit",
                        grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
                        holders: [{ breakGlass: true }, { tenant: "t0" }, { tenant: "t1" }],
                    },
                ],
            });
            await stack.up(all);
            await stack.up(program({}));
            assert.deepEqual(await rows("SELECT rolname FROM pg_roles WHERE rolname ~ '^(t[0-9]|audit)'"), []);
        });

        it("are removed by pulumi destroy, which terminates their sessions too", async () => {
            await up(tenant("last"));
            const session = await connectAs(postgres, "last_app");
            await stack.destroy(program({ tenants: [tenant("last")] }));
            await assert.rejects(session.query("SELECT 1"));
            assert.deepEqual(await rows("SELECT rolname FROM pg_roles WHERE rolname LIKE 'last%'"), []);
        });
    });
}

/** The time of the session's last response; sends queries in sequence until the server ends the session. */
async function lastQuery(session: Client): Promise<number> {
    for (let answered = Date.now(); ; answered = Date.now()) {
        try {
            await session.query("SELECT 1");
        } catch {
            return answered;
        }
    }
}
