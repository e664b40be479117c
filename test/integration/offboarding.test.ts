import assert from "node:assert/strict";

import type { Client } from "pg";

import { refuseBelongings, removeLargeObjects, takePrivileges } from "../../components/tenancy/offboarding/cleanUp";
import { ServerSessions } from "../../components/tenancy/server";
import { closeLogin, takeMemberships } from "../../components/tenancy/offboarding/sessions";
import { hookLimits } from "../../components/tenancy/provisionerSession";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { byCertificate } from "../../sandbox/postgres/session";
import { openGuardedSession } from "../../toolkit/guardedSession";
import type { QueryResultRow } from "../../toolkit/session";
import { identifier, sql, type Sql } from "../../toolkit/sql";
import { openClient } from "../support/client";
import { MAJORS_APART } from "../support/majors";
import { connectAs, connectAsAdmin, connectWith, refusal, withOwnState } from "./postgres-support";

const PROVISIONER = "keyless_provisioner";

for (const major of MAJORS_APART) {
    describe(`a role that is removed from Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let server: ServerSessions;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-LEAVING${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
            server = new ServerSessions(open, Promise.resolve("app"));
        });

        const open = async (database: string) =>
            openGuardedSession({ ...(await byCertificate(postgres, PROVISIONER)), database }, hookLimits);
        const rows = async (query: string, session = admin): Promise<unknown[]> =>
            (await session.query<Record<string, unknown>>(query)).rows.map((row) => Object.values(row).join(" "));
        const leave = <T>(work: () => Promise<T>): Promise<T> => server.exclusively(work);
        const asProvisioner = (statements: string) =>
            leave(async () => {
                const session = await openClient({ ...(await byCertificate(postgres, PROVISIONER)), database: "app" });
                try {
                    return await session.query(statements);
                } finally {
                    await session.end();
                }
            });
        /** Runs SQL as a role that may be unable to log in, or to connect to that database. */
        const as = async (role: string, statements: string, database = "app") => {
            const session = await connectAsAdmin(postgres, database);
            await session.query(`SET SESSION AUTHORIZATION ${role}; ${statements}`);
            await session.end();
        };
        /** A tenant whose application owns its schema. */
        const makeTenant = (name: string) =>
            asProvisioner(
                `CREATE ROLE ${name}_app LOGIN IN ROLE rds_iam; GRANT ${name}_app TO CURRENT_USER; CREATE SCHEMA ${name} AUTHORIZATION ${name}_app; REVOKE ${name}_app FROM CURRENT_USER`,
            );
        const remove = (role: string, by = server) =>
            by.exclusively(async () => {
                await closeLogin(by, role);
                await refuseBelongings(by, [role]);
                await takePrivileges(by, role);
                await (await by.session()).query(sql`DROP ROLE ${identifier(role)}`);
            });

        afterEach("the provisioner owns nothing, and is a member of no role", async () => {
            assert.deepEqual(
                await rows(
                    `SELECT classid::regclass, objid FROM pg_shdepend WHERE refobjid = '${PROVISIONER}'::regrole AND deptype = 'o' AND classid <> 'pg_database'::regclass`,
                ),
                [],
            );
            const usable = major >= 16 ? "(inherit_option OR set_option)" : "true";
            assert.deepEqual(
                await rows(
                    `SELECT roleid::regrole FROM pg_auth_members WHERE member = '${PROVISIONER}'::regrole AND roleid <> 'rds_iam'::regrole AND ${usable}`,
                ),
                [],
            );
        });

        it("can no longer log in, and has no session left", async () => {
            await makeTenant("acme");
            const [first, second] = [await connectAs(postgres, "acme_app"), await connectAs(postgres, "acme_app")];
            await first.query("BEGIN");
            const sleeping = second.query("SELECT pg_sleep(60)");
            sleeping.catch(() => undefined);
            await leave(() => closeLogin(server, "acme_app"));
            await assert.rejects(first.query("SELECT 1"));
            await assert.rejects(sleeping, { code: "57P01" });
            assert.match(
                await refusal(() => connectAs(postgres, "acme_app")),
                /^28000 role "acme_app" is not permitted to log in/,
            );
            assert.deepEqual(await rows("SELECT pid FROM pg_stat_activity WHERE usename = 'acme_app'"), []);
        });

        it("cannot delay that with transactions that keep its role locked, nor log in with a password that it set itself", async () => {
            await makeTenant("globex");
            let held: () => void = () => undefined;
            const holding = new Promise<void>((resolve) => (held = resolve));
            /** Locks its role again and again, until it is refused. */
            const insist = async (): Promise<string> => {
                for (;;) {
                    try {
                        const session = await openClient({
                            ...(await byCertificate(postgres, "globex_app")),
                            database: "app",
                        });
                        const ended = new Promise((resolve) => session.once("end", resolve));
                        await session
                            .query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'of its own'")
                            .catch(() => undefined);
                        held();
                        await ended;
                    } catch (error) {
                        return error instanceof Error ? error.message : String(error);
                    }
                }
            };
            const insisting = Promise.all([insist(), insist(), insist()]);
            await holding;
            await leave(() => closeLogin(server, "globex_app"));
            assert.deepEqual(await insisting, Array(3).fill('role "globex_app" is not permitted to log in'));
            // Like the provider, which revokes the memberships afterwards: with its own password, the login could sign in.
            await asProvisioner("REVOKE rds_iam FROM globex_app");
            await as("globex_app", "ALTER ROLE CURRENT_USER PASSWORD 'of its own'");
            assert.match(
                await refusal(() => connectWith(postgres, "globex_app", "of its own")),
                /^28000 role "globex_app" is not permitted to log in/,
            );
        });

        it("cannot start a new session while one of its own keeps its role locked and does not end", async () => {
            await makeTenant("stark");
            await asProvisioner(
                "CREATE ROLE places; GRANT CONNECT ON DATABASE app TO places; GRANT places TO stark_app; GRANT CONNECT ON DATABASE app TO stark_app",
            );
            await admin.query("REVOKE CONNECT ON DATABASE app, postgres, template1 FROM PUBLIC");
            const session = await connectAs(postgres, "stark_app");
            await session.query("BEGIN; ALTER ROLE CURRENT_USER PASSWORD 'of its own'");
            const pid = Number((await rows("SELECT pg_backend_pid()", session))[0]);
            const ended = new Promise((resolve) => session.once("end", resolve));
            // Like a backend whose code does not check for interrupts.
            process.kill(pid, "SIGSTOP");
            try {
                await assert.rejects(
                    leave(() => closeLogin(server, "stark_app", 300)),
                    {
                        message:
                            "stark_app still has LOGIN, because an open transaction keeps its role locked, and may connect to no database; " +
                            `sessions of stark_app have not ended after 0.3 s (pid ${pid}), and keep the rights of stark_app: ` +
                            "only a restart of the instance ends a session whose code does not check for interrupts; reboot it, and run again",
                    },
                );
                assert.match(
                    await refusal(() => connectAs(postgres, "stark_app")),
                    /^42501 permission denied for database "app"/,
                );
                assert.deepEqual(await rows("SELECT pg_has_role('stark_app', 'rds_iam', 'MEMBER')"), ["true"]);
            } finally {
                process.kill(pid, "SIGCONT");
                await ended;
                await admin.query("GRANT CONNECT ON DATABASE app, postgres, template1 TO PUBLIC");
            }
        });

        it("loses the sessions in which it assumed a role that it is no longer a member of, and may log in again", async () => {
            await asProvisioner(
                "CREATE ROLE shop_owner; CREATE ROLE ada LOGIN IN ROLE rds_iam, shop_owner; ALTER ROLE ada SET ROLE shop_owner",
            );
            const session = await connectAs(postgres, "ada");
            assert.deepEqual(await rows("SELECT current_user", session), ["shop_owner"]);
            await leave(() => takeMemberships(server, "ada", ["shop_owner", "missing group"]));
            await assert.rejects(session.query("SELECT 1"));
            assert.deepEqual(await rows("SELECT current_user", await connectAs(postgres, "ada")), ["ada"]);
        });

        it("is not removed while it owns a function in another role's schema, and both suggested fixes work", async () => {
            for (const [way, what] of [
                [/DROP/, []],
                [/OWNER TO/, ["acme_app"]],
            ] as const) {
                await makeTenant("initech");
                await as("acme_app", `GRANT USAGE, CREATE ON SCHEMA acme TO initech_app, ${PROVISIONER}`);
                await as(
                    "initech_app",
                    `CREATE FUNCTION acme."boom (x);\u202e\n--"(q text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE q; RETURN current_user; END'`,
                );
                await as("initech_app", "CREATE TABLE initech.t (id int)");
                await leave(() =>
                    refuseBelongings(server, ["initech_app"], { database: "app", schema: "other" }),
                ).catch((error: Error) => assert.match(error.message, /table initech\.t/));
                const error = await leave(() =>
                    refuseBelongings(server, ["initech_app"], { database: "app", schema: "initech" }),
                ).then(
                    () => assert.fail(),
                    (error: Error) => error,
                );
                assert.match(
                    error.message,
                    /^initech_app cannot log in any more, but still owns .*\n {2}initech_app, in the database app: function acme\."boom \(x\);\\u\{202e\}\\u\{a\}--"\(pg_catalog\.text\), SECURITY DEFINER\n {4}BEGIN; .*;\n {4}BEGIN; .*;\n.* as keyless_provisioner, and run again$/,
                );
                await asProvisioner(
                    "GRANT initech_app TO CURRENT_USER; DROP SCHEMA initech CASCADE; REVOKE initech_app FROM CURRENT_USER",
                );
                await assert.rejects(remove("initech_app"), { message: error.message });
                await asProvisioner(error.message.split("\n").find((line) => way.test(line)) ?? "");
                await remove("initech_app");
                assert.deepEqual(
                    await rows("SELECT proowner::regrole FROM pg_proc WHERE pronamespace = 'acme'::regnamespace"),
                    what,
                );
            }
        });

        it("loses its large objects in every database when its data is dropped", async () => {
            await makeTenant("hooli");
            const places = ["app", "postgres", "template1"];
            for (const database of places) {
                await as("hooli_app", "SELECT lo_create(0) FROM generate_series(1, 1500)", database);
            }
            await assert.rejects(
                leave(() => refuseBelongings(server, ["hooli_app"], { database: "app", schema: "hooli" })),
                /in the database template1: large object \d+; .*; and 1490 more\n/,
            );
            await leave(() => removeLargeObjects(server, ["hooli_app"]));
            for (const database of places) {
                assert.deepEqual(
                    await rows("SELECT oid FROM pg_largeobject_metadata", await connectAsAdmin(postgres, database)),
                    [],
                );
            }
        });

        it("is removed regardless of grants by other roles and of its remaining default privileges", async () => {
            await makeTenant("umbrella");
            await as(
                "acme_app",
                `CREATE TABLE acme.z (id int); CREATE POLICY p ON acme.z TO umbrella_app, acme_app; CREATE TABLE acme.y (id int, name text);
                GRANT USAGE ON SCHEMA acme TO hooli_app, umbrella_app; GRANT SELECT ON acme.z TO hooli_app WITH GRANT OPTION; GRANT UPDATE (name) ON acme.y TO umbrella_app;
                ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO umbrella_app`,
            );
            await as("hooli_app", "GRANT SELECT ON acme.z TO umbrella_app WITH GRANT OPTION");
            await as(
                "umbrella_app",
                `GRANT SELECT ON acme.z TO ${PROVISIONER}; ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO acme_app`,
            );
            await as("umbrella_app", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "postgres");
            await asProvisioner(
                "GRANT umbrella_app TO CURRENT_USER; DROP SCHEMA umbrella; REVOKE umbrella_app FROM CURRENT_USER",
            );
            await remove("umbrella_app");
            assert.deepEqual(await rows("SELECT relacl FROM pg_class WHERE relname = 'z'"), [
                "{acme_app=arwdDxt" + (major >= 17 ? "m" : "") + "/acme_app,hooli_app=r*/acme_app}",
            ]);
            assert.deepEqual(await rows("SELECT polroles::regrole[] FROM pg_policy"), ["{acme_app}"]);
        });

        /** Hooks whose process is killed when the server has run so many statements that change something. */
        const killedAfter = (changes: number): ServerSessions => {
            let left = changes;
            const openUntilThen = async (database: string) => {
                const session = await open(database);
                const query = session.query.bind(session);
                session.query = async <Row extends QueryResultRow>(statement: Sql) => {
                    if (left === 0) {
                        throw new Error("killed");
                    }
                    const result = await query<Row>(statement);
                    left -= /^(ALTER|COMMIT|DROP|GRANT|REVOKE)\b/.test(statement.text) ? 1 : 0;
                    return result;
                };
                return session;
            };
            return new ServerSessions(openUntilThen, Promise.resolve("app"));
        };

        it("has no way in that it did not have, and is removed by the next run, wherever a run is killed", async () => {
            await makeTenant("wayne");
            await asProvisioner(
                `CREATE ROLE readers; GRANT readers TO wayne_app; GRANT CONNECT ON DATABASE app, postgres TO wayne_app;
                CREATE ROLE other; GRANT other TO CURRENT_USER; CREATE SCHEMA other AUTHORIZATION other; REVOKE other FROM CURRENT_USER`,
            );
            await as("wayne_app", "ALTER ROLE CURRENT_USER PASSWORD 'of its own'; DROP SCHEMA wayne");
            await as(
                "other",
                "GRANT USAGE ON SCHEMA other TO wayne_app; ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO wayne_app",
            );
            const states: string[] = [];
            for (let changes = 1; states.at(-1) !== "gone"; changes += 1) {
                await connectAs(postgres, "wayne_app").catch(() => undefined);
                await remove("wayne_app", killedAfter(changes)).catch((error: Error) =>
                    assert.equal(error.message, "killed"),
                );
                const [state = "gone"] = await rows(
                    "SELECT rolcanlogin, pg_has_role(oid, 'rds_iam', 'MEMBER') FROM pg_roles WHERE rolname = 'wayne_app'",
                );
                states.push(String(state));
            }
            // Never LOGIN without rds_iam, where its password would count.
            assert.deepEqual([...new Set(states)], ["true true", "false true", "gone"]);
        });

        it("fails with the name of the grantor where the provisioner cannot revoke its grant", async () => {
            await asProvisioner("CREATE ROLE wayne LOGIN IN ROLE rds_iam");
            await admin.query("CREATE SCHEMA s; CREATE TABLE s.t (id int); GRANT SELECT (id) ON s.t TO wayne");
            await as("acme_app", "GRANT SELECT ON acme.z TO wayne");
            await assert.rejects(remove("wayne"), {
                message:
                    "wayne cannot be removed: rdsadmin granted it privileges in the database app that keyless_provisioner cannot revoke; it is left with some on table acme.z, table column s.t.id: " +
                    'run REVOKE ALL PRIVILEGES ON … FROM "wayne" as rdsadmin, and run this again',
            });
            await admin.query("REVOKE ALL ON s.t FROM wayne");
            await remove("wayne");
        });

        it("fails with the role that can terminate its sessions where the provisioner cannot", async () => {
            const { username, password } = postgres.breakGlass;
            await asProvisioner(`CREATE ROLE rescue; GRANT rescue TO ${username}`);
            const session = await connectWith(postgres, username, password);
            await session.query("SET ROLE rescue");
            const taken = leave(() => takeMemberships(server, username, ["rescue"]));
            // Before 16, a role with CREATEROLE may grant itself any role.
            await (major < 16
                ? taken
                : assert.rejects(
                      taken,
                      /^Error: keyless_breakglass has open sessions, which the provisioner may not end \(pid \d+\), .*: end them as the master, SELECT pg_terminate_backend\(pid\) FROM pg_stat_activity WHERE usename = 'keyless_breakglass', and run again$/,
                  ));
            assert.deepEqual(await rows(`SELECT 1 FROM pg_auth_members WHERE member = '${username}'::regrole`), []);
            await session.end();
            await remove("rescue");
        });
    });
}
