import assert from "node:assert/strict";

import type { Client } from "pg";

import { bootstrap } from "../../bootstrap";
import type { Bootstrapped } from "../../bootstrap";
import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { makeUntouched } from "../support/foreign/server";
import { connectAs, connectAsAdmin, connectAsMaster, connectWith, specFor, withOwnState } from "./postgres-support";

const others = { asItself: () => assert.fail("asked for") };

/** What others made: two databases, one of them the master's, and logins with passwords. */
const MADE_BY_MASTER = [
    "CREATE ROLE \"Shop\" LOGIN PASSWORD 'old'",
    "CREATE ROLE reports_owner",
    "GRANT reports_owner TO postgres",
    "CREATE DATABASE reports OWNER reports_owner",
    "REVOKE reports_owner FROM postgres",
];

for (const major of [15, 18]) {
    describe(`a bootstrap that leaves databases to their owners, on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let master: Client;
        const keepOwner = { roles: ["Shop"] };
        const run = (dryRun = false): Promise<Bootstrapped> =>
            bootstrap(master, { databases: ["app", "reports"], keepOwner, dryRun }, { ...others, grantor: admin });

        const share = () =>
            bootstrap(
                master,
                { databases: ["app", "reports"], keepOwner: { ...keepOwner, share: true } },
                { ...others, grantor: admin },
            );

        before(async () => {
            postgres = await openCluster(specFor(major));
            admin = await connectAsAdmin(postgres);
            await makeUntouched(admin);
            master = await connectAsMaster(postgres);
            for (const statement of MADE_BY_MASTER) {
                await master.query(statement);
            }
        });

        it("runs nothing in a dry run", async () => {
            const before = await catalogOf(admin);
            const { statements } = await run(true);
            assert.deepEqual(await catalogOf(admin), before);
            const made = statements.findIndex((one) => String(one).startsWith("DROP ROLE"));
            assert.deepEqual(statements.slice(made + 1).map(String), grantsOf(major));
        });

        it("adds the provisioner and its grants to the catalogs, and changes nothing else", async () => {
            const before = await catalogOf(admin);
            const { leftOut, open } = await run();
            const after = await catalogOf(admin);
            assert.deepEqual(
                before.filter((line) => !after.includes(line)),
                [],
            );
            assert.deepEqual(
                after.filter((line) => !before.includes(line)),
                addedOn(major),
            );
            assert.deepEqual(open, []);
            assert.deepEqual(leftOut.map(String), [
                'GRANT CONNECT ON DATABASE "postgres" TO "keyless_provisioner"',
                'REVOKE ALL ON DATABASE "postgres" FROM PUBLIC',
                'GRANT CONNECT ON DATABASE "template1" TO "keyless_provisioner"',
                'REVOKE ALL ON DATABASE "template1" FROM PUBLIC',
            ]);
        });

        it("changes nothing when it runs again", async () => {
            assert.deepEqual((await run()).statements, []);
        });

        it("lets the provisioner admit a new login to the old role, and to the database", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            await provisioner.query('CREATE ROLE shop_app LOGIN IN ROLE rds_iam, "Shop"');
            await provisioner.query("CREATE ROLE app_connect; GRANT CONNECT ON DATABASE app TO app_connect");
            const login = await connectAs(postgres, "shop_app");
            const { rows } = await login.query("SELECT pg_has_role('Shop', 'USAGE') AS acts");
            assert.deepEqual(rows, [{ acts: true }]);
        });

        it("gives the provisioner none of the old role's rights, and locks nobody out", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            const { rows } = await provisioner.query(
                `SELECT pg_has_role('Shop', 'USAGE') AS has${major >= 16 ? ", pg_has_role('Shop', 'SET') AS sets" : ""}`,
            );
            assert.deepEqual(rows, [major >= 16 ? { has: false, sets: false } : { has: false }]);
            await connectWith(postgres, "Shop", "old");
            await connectAsMaster(postgres);
        });

        it("refuses to share a database with a role that others have, or an owner that does not inherit", async () => {
            await admin.query("CREATE ROLE app_dbowner; ALTER ROLE reports_owner NOINHERIT");
            await assert.rejects(share(), {
                message: [
                    'database "reports" belongs to "reports_owner", which is NOINHERIT and would have an owner\'s rights only after SET ROLE: ALTER ROLE "reports_owner" INHERIT first',
                    'role "app_dbowner" exists, and its members would get an owner\'s rights on the database "app": rename it first',
                ].join("\n"),
            });
            await admin.query("DROP ROLE app_dbowner; ALTER ROLE reports_owner INHERIT");
        });

        it("shares databases of the master and of another role, and leaves the master no more than before", async () => {
            const may = async (role: string) =>
                (
                    await admin.query<{ may: string }>(
                        `SELECT datname || ': ' || pg_has_role($1, datdba, 'USAGE') AS may FROM pg_database WHERE datname IN ('app', 'reports') ORDER BY 1`,
                        [role],
                    )
                ).rows.map((row) => row.may);
            const before = await may("postgres");
            await share();
            assert.deepEqual([before, await may("postgres")], [["app: true", "reports: false"], before]);
            assert.deepEqual(await may("keyless_provisioner"), ["app: true", "reports: true"]);
            assert.deepEqual(await may("reports_owner"), ["app: false", "reports: true"]);
            assert.deepEqual((await share()).statements, []);
            await connectAsMaster(postgres);
        });

        it("refuses roles that nobody may lend, all at once", async () => {
            const roles = ["nobody", "rds_superuser", "rdsadmin", "postgres"];
            await assert.rejects(bootstrap(master, { databases: ["app"], keepOwner: { roles } }, others), {
                message: [
                    'role "nobody" does not exist: create it as the master first, or leave it out',
                    'role "rds_superuser" belongs to Postgres or RDS: nobody may act as it; leave it out',
                    'role "rdsadmin" belongs to Postgres or RDS: nobody may act as it; leave it out',
                    ...(major >= 16
                        ? [
                              'role "postgres" is the master, and no role has the ADMIN option on itself: give the application a role of its own first',
                          ]
                        : []),
                ].join("\n"),
            });
        });
    });
}

/** Whoever creates a role then also grants itself the role: https://www.postgresql.org/docs/16/runtime-config-client.html */
for (const [major, selfGrant] of [
    [16, "set"],
    [18, "inherit"],
] as const) {
    describe(`a bootstrap as a master whose createrole_self_grant is "${selfGrant}", on Postgres ${major}`, () => {
        withOwnState();

        it("shares databases, locks nobody out, and leaves what the master granted itself", async () => {
            const postgres = await openCluster(specFor(major));
            const admin = await connectAsAdmin(postgres);
            await makeUntouched(admin);
            await admin.query(`ALTER ROLE postgres SET createrole_self_grant = '${selfGrant}'`);
            const master = await connectAsMaster(postgres);
            await master.query("CREATE ROLE reports_owner");
            await admin.query("CREATE DATABASE reports OWNER reports_owner");
            const ofMaster = async () => (await catalogOf(admin)).filter((line) => line.startsWith("postgres in "));
            const before = await ofMaster();
            const share = () =>
                bootstrap(
                    master,
                    { databases: ["app", "reports"], keepOwner: { roles: [], share: true } },
                    { ...others, grantor: admin },
                );
            await share();
            const options = (admin: boolean) =>
                `{"set_option": ${!admin}, "admin_option": ${admin}, "inherit_option": ${!admin}}`;
            assert.deepEqual(await ofMaster(), [
                ...[
                    `postgres in app_dbowner by postgres: ${options(false)}`,
                    `postgres in app_dbowner by rdsadmin: ${options(true)}`,
                    `postgres in reports_dbowner by rdsadmin: ${options(true)}`,
                    ...before,
                ].sort(),
            ]);
            assert.deepEqual((await share()).statements, []);
            await connectAsMaster(postgres);
        });
    });
}

/** The statements after those that create the provisioner. */
function grantsOf(major: number): readonly string[] {
    return [
        'GRANT CONNECT ON DATABASE "app" TO "keyless_provisioner" WITH GRANT OPTION',
        'GRANT CREATE ON DATABASE "app" TO "keyless_provisioner"',
        'GRANT "reports_owner" TO SESSION_USER',
        'SET LOCAL ROLE "reports_owner"',
        'GRANT CONNECT ON DATABASE "reports" TO "keyless_provisioner" WITH GRANT OPTION',
        'GRANT CREATE ON DATABASE "reports" TO "keyless_provisioner"',
        "RESET ROLE",
        'REVOKE "reports_owner" FROM SESSION_USER',
        ...(major >= 16 ? ['GRANT "Shop" TO "keyless_provisioner" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE'] : []),
        'GRANT "rds_iam" TO "keyless_provisioner" WITH ADMIN OPTION',
    ];
}

function addedOn(major: number): readonly string[] {
    const options = (inherit: boolean, set: boolean) =>
        `{${major >= 16 ? `"set_option": ${set}, ` : ""}"admin_option": true${major >= 16 ? `, "inherit_option": ${inherit}` : ""}}`;
    return [
        "database app of postgres: keyless_provisioner=Cc*/postgres",
        "database reports of reports_owner: keyless_provisioner=Cc*/reports_owner",
        ...(major >= 16 ? [`keyless_provisioner in "Shop" by postgres: ${options(false, false)}`] : []),
        `keyless_provisioner in rds_iam by rdsadmin: ${options(true, true)}`,
        "role (keyless_provisioner,f,t,t,t,t,f,f)",
    ];
}

/** Roles, memberships and access lists, a line each. */
async function catalogOf(admin: Client): Promise<string[]> {
    const { rows } = await admin.query<{ line: string }>(`
        SELECT format('role %s', r) AS line FROM (SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls FROM pg_roles) r
        UNION ALL SELECT format('%s in %s by %s: %s', member::regrole, roleid::regrole, grantor::regrole, to_jsonb(m) - '{oid,roleid,member,grantor}'::text[]) FROM pg_auth_members m
        UNION ALL SELECT format('database %s of %s: %s', datname, datdba::regrole, a) FROM pg_database, unnest(coalesce(datacl, acldefault('d', datdba))) a
        ORDER BY 1`);
    return rows.map(({ line }) => line);
}
