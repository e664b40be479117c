import assert from "node:assert/strict";

import type { Client } from "pg";

import { bootstrap } from "../../bootstrap";
import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { MAJORS } from "../../sandbox/postgres/binaries";
import {
    connect,
    connectAs,
    connectAsAdmin,
    connectAsMaster,
    connectWith,
    refusal,
    specFor,
    withOwnState,
} from "./postgres-support";

const others = { asItself: () => assert.fail("asked for") };

for (const major of MAJORS) {
    describe(`a new server of Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;

        before(async () => {
            postgres = await openCluster(specFor(major));
            admin = await connectAsAdmin(postgres);
        });

        it("is of that version", async () => {
            const { version } = await one(
                admin,
                "SELECT current_setting('server_version_num')::int / 10000 AS version",
            );
            assert.equal(version, major);
        });

        it("has rdsadmin as its only superuser, and a master like that of RDS", async () => {
            const { rows } = await admin.query(
                `SELECT rolname, rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolinherit, rolreplication, rolbypassrls
                FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname`,
            );
            const role = (rolname: string, rights: object) => ({
                ...{ rolname, rolsuper: false, rolcanlogin: false },
                ...NO_RIGHTS,
                ...rights,
            });
            assert.deepEqual(rows, [
                role("keyless_breakglass", { rolcanlogin: true }),
                role("keyless_provisioner", { rolcanlogin: true, rolcreaterole: true, rolcreatedb: true }),
                role("postgres", { rolcanlogin: true, rolcreaterole: true, rolcreatedb: true }),
                role("rds_iam", {}),
                role("rds_superuser", {}),
                role("rdsadmin", {
                    rolsuper: true,
                    rolcanlogin: true,
                    rolcreaterole: true,
                    rolcreatedb: true,
                    rolreplication: true,
                    rolbypassrls: true,
                }),
            ]);
        });

        it("has these memberships and no other", async () => {
            const { rows } = await admin.query(
                `SELECT format('%s in %s%s', member::regrole, roleid::regrole, CASE WHEN admin_option THEN ', admin' END) AS membership
                FROM pg_auth_members WHERE member::regrole::text !~ '^pg_' ORDER BY 1`,
            );
            assert.deepEqual(
                rows.map((row: { membership: string }) => row.membership),
                [
                    "keyless_provisioner in rds_iam, admin",
                    "postgres in rds_superuser",
                    "rds_superuser in pg_checkpoint, admin",
                    "rds_superuser in pg_monitor, admin",
                    "rds_superuser in pg_signal_backend, admin",
                ],
            );
        });

        it("gives the provisioner the database and leaves the master its own", async () => {
            const { rows } = await admin.query(
                "SELECT datname, datdba::regrole::text AS owner FROM pg_database WHERE NOT datistemplate ORDER BY 1",
            );
            assert.deepEqual(rows, [
                { datname: "app", owner: "keyless_provisioner" },
                { datname: "postgres", owner: "postgres" },
            ]);
        });

        it("admits the master with its password and the provisioner with a certificate, over TLS", async () => {
            const sessions = [await connectAsMaster(postgres), await connectAs(postgres, "keyless_provisioner")];
            const found = await Promise.all(
                sessions.map((session) =>
                    one(
                        session,
                        "SELECT current_user::text AS name, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                    ),
                ),
            );
            assert.deepEqual(found, [
                { name: "postgres", ssl: true },
                { name: "keyless_provisioner", ssl: true },
            ]);
        });

        it("refuses rdsadmin over the network, plain text, a wrong password, and a foreign certificate", async () => {
            const { username, password } = postgres.master;
            const foreign = { ca: postgres.authority, ...(await postgres.clientCertificate("somebody_else")) };
            assert.deepEqual(
                [
                    await refusal(() => connectWith(postgres, "rdsadmin", password)),
                    await refusal(() => connectWith(postgres, username, "wrong")),
                    await refusal(() => connect(postgres, { user: username, password, database: "app" })),
                    await refusal(() =>
                        connect(postgres, { user: "keyless_provisioner", database: "app", ssl: foreign }),
                    ),
                ],
                [
                    '28000 pg_hba.conf rejects connection for host "127.0.0.1", user "rdsadmin", database "app", SSL encryption',
                    '28P01 password authentication failed for user "postgres"',
                    '28000 pg_hba.conf rejects connection for host "127.0.0.1", user "postgres", database "app", no encryption',
                    '28000 certificate authentication failed for user "keyless_provisioner"',
                ],
            );
        });

        it("is bootstrapped once: a second bootstrap changes nothing", async () => {
            const master = await connectAsMaster(postgres);
            assert.deepEqual(await bootstrap(master, { databases: ["app"] }, others), {
                statements: [],
                open: [],
                leftOut: [],
            });
        });

        it("starts the provisioner's sessions with timeouts and without a tenant's schema in the search path", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            const { rows } = await provisioner.query<{ setting: string }>(
                `SELECT format('%s=%s', name, setting) AS setting FROM pg_settings WHERE source = 'user' ORDER BY name`,
            );
            assert.deepEqual(
                rows.map(({ setting }) => setting),
                [
                    "idle_in_transaction_session_timeout=60000",
                    "lock_timeout=60000",
                    "restrict_nonsystem_relation_kind=view, foreign-table",
                    "row_security=off",
                    'search_path=""',
                    "statement_timeout=900000",
                ],
            );
        });

        it("restores its logins' settings in another bootstrap, which connects as them", async () => {
            const { username: name, password } = postgres.breakGlass;
            const logins = ["keyless_provisioner", name];
            const settings = async (): Promise<unknown> =>
                (
                    await admin.query(
                        "SELECT rolname, rolconfig FROM pg_roles WHERE rolname = ANY ($1) ORDER BY rolname",
                        [logins],
                    )
                ).rows;
            const before = await settings();
            await admin.query(
                `ALTER ROLE keyless_provisioner RESET ALL; ALTER ROLE keyless_provisioner SET search_path = app; ALTER ROLE ${name} RESET ALL`,
            );
            const breakGlass = { name, password: () => assert.fail("asked for") };
            const asItself = async (role: string, work: (session: Client) => Promise<void>) =>
                work(await (role === name ? connectWith(postgres, name, password) : connectAs(postgres, role)));
            await bootstrap(await connectAsMaster(postgres), { databases: ["app"], breakGlass }, { asItself });
            assert.deepEqual(await settings(), before);
        });

        it("admits only the master, the provisioner and the break-glass login to `postgres` and `template1`", async () => {
            await admin.query("CREATE ROLE stranger LOGIN IN ROLE rds_iam");
            const { username, password } = postgres.breakGlass;
            const refusals = (database: string) =>
                Promise.all(
                    [
                        connectAs(postgres, "stranger", database),
                        connectAsMaster(postgres, database),
                        connectAs(postgres, "keyless_provisioner", database),
                        connectWith(postgres, username, password, database),
                    ].map((attempt) => refusal(() => attempt)),
                );
            assert.deepEqual(await refusals("postgres"), [
                '42501 permission denied for database "postgres"',
                "none",
                "none",
                "none",
            ]);
            assert.deepEqual(await refusals("template1"), [
                '42501 permission denied for database "template1"',
                "none",
                "none",
                '42501 permission denied for database "template1"',
            ]);
            const { rows } = await admin.query(
                "SELECT datname FROM pg_database WHERE datname <> 'app' AND has_database_privilege('public', oid, 'TEMP')",
            );
            assert.deepEqual(rows, []);
        });

        it("names a database that it cannot close, and admits a proxy's own login to `postgres`", async () => {
            const master = await connectAsMaster(postgres);
            await admin.query(
                "CREATE ROLE rdsproxyadmin LOGIN; ALTER DATABASE template1 OWNER TO rdsadmin; GRANT CONNECT ON DATABASE template1 TO PUBLIC",
            );
            const { statements, open } = await bootstrap(master, { databases: ["app"] }, others);
            assert.deepEqual(
                [statements.map(String), open.map(({ name, owner }) => [name, owner])],
                [['GRANT CONNECT ON DATABASE "postgres" TO "rdsproxyadmin"'], [["template1", "rdsadmin"]]],
            );
            await admin.query(`ALTER DATABASE template1 OWNER TO ${postgres.master.username}`);
            assert.deepEqual((await bootstrap(master, { databases: ["app"] }, others)).statements.map(String), [
                'REVOKE ALL ON DATABASE "template1" FROM PUBLIC',
            ]);
        });

        it("lets the provisioner create logins, schemas for other roles, and members of rds_iam", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            await provisioner.query(
                "CREATE ROLE o; GRANT o TO CURRENT_USER; CREATE SCHEMA s AUTHORIZATION o; CREATE ROLE l LOGIN IN ROLE rds_iam",
            );
            const login = await connectAs(postgres, "l");
            assert.deepEqual(await one(login, "SELECT current_user::text AS name"), { name: "l" });
        });

        it("lets neither the master nor the provisioner revoke large objects from PUBLIC: rdsadmin owns their functions", async () => {
            for (const session of [await connectAsMaster(postgres), await connectAs(postgres, "keyless_provisioner")]) {
                await session.query("REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM PUBLIC");
            }
            const { rows } = await admin.query(
                "SELECT proowner::regrole::text AS owner, has_function_privilege('public', oid, 'EXECUTE') AS open FROM pg_proc WHERE proname = 'lo_create'",
            );
            assert.deepEqual(rows, [{ owner: "rdsadmin", open: true }]);
        });

        it("keeps the master's access while the provisioner works", async () => {
            await connectAsMaster(postgres);
        });

        // From Postgres 16 a creator is a member of what it creates, whatever the membership's options say.
        it(
            major >= 16
                ? "shuts out a password login that created what became a member of rds_iam"
                : "lets a creator be no member",
            async () => {
                await admin.query("CREATE ROLE migrator LOGIN CREATEROLE PASSWORD 'secret'");
                const migrator = await connectWith(postgres, "migrator", "secret");
                await migrator.query("CREATE ROLE created LOGIN");
                await connectWith(postgres, "migrator", "secret");

                const provisioner = await connectAs(postgres, "keyless_provisioner");
                await provisioner.query("GRANT rds_iam TO created");
                const again = await refusal(() => connectWith(postgres, "migrator", "secret"));
                assert.equal(again, major >= 16 ? "28000 connection requires a valid client certificate" : "none");
            },
        );
    });
}

const NO_RIGHTS = {
    rolcreaterole: false,
    rolcreatedb: false,
    rolinherit: true,
    rolreplication: false,
    rolbypassrls: false,
};

async function one(client: Client, query: string): Promise<Record<string, unknown>> {
    return (await client.query<Record<string, unknown>>(query)).rows[0] ?? {};
}
