import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Client } from "pg";
import { parse } from "yaml";

import { lentRoles } from "../../adopt/announced";
import { stackFile } from "../../adopt/file";
import { readServer } from "../../adopt/read";
import { adoptReport, type AdoptReport } from "../../adopt/report";
import { compareRights, rightsOf, type Right } from "../../adopt/rights";
import { bootstrap, type GroupMember } from "../../bootstrap";
import { ofProject } from "../../cli/command/stackChoice";
import type { AccessArgs } from "../../components/access/access";
import type { ProfileEntry } from "../../components/access/entries";
import { parseSettings } from "../../config/settings";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { PROVISIONER } from "../../toolkit/serverNames";
import { accessProgram } from "../support/accessProgram";
import { fill, makeUntouched, readAsMaster } from "../support/foreign/server";
import { keyless } from "../support/keyless";
import { InlineStack } from "../support/inlineStack";
import { connectAs, connectAsAdmin, connectAsMaster, connectWith, specFor, withOwnState } from "./postgres-support";

/** The config in a file of keyless adopt, with a platform to fill in. */
function configOf(file: string): Partial<AccessArgs> {
    const { config } = parse(file) as { config: Record<string, unknown> };
    const settings = parseSettings(ofProject({ ...config, "keyless:platformStack": "organization/keyless/platform" }));
    const { tenants, profiles, publicRights } = settings.access ?? assert.fail("no access");
    return { tenants, profiles, publicRights };
}

const NOBODY = "nobody lost a right, and nobody got one that was not announced";
const plain = (value: string) => value;
const notAsked = { unknown: "--cluster is not given" };

interface Foreign {
    readonly files: (major: number) => readonly string[];
    /** Logins that own nothing and write nothing by themselves, and are a tenant all the same. */
    readonly chosen: readonly string[];
    /** The login and the role that it acts as, by the name of the tenant. */
    readonly tenants: Readonly<Record<string, readonly [string, string]>>;
    readonly left: (major: number) => readonly string[];
    /** What the profiles state, by the group: its members, and what it is granted. */
    readonly profiles: (major: number) => Readonly<Record<string, readonly string[]>>;
    /** One change of the profiles, and what it takes from whom. */
    readonly tightened?: {
        readonly group: string;
        readonly privilege?: string;
        readonly member?: string;
        readonly lost: readonly string[];
    };
    /** One privilege that a profile newly states, what that gives, and what its group must not do meanwhile. */
    readonly widened?: {
        readonly group: string;
        readonly privilege: string;
        readonly given: readonly string[];
        readonly planted: readonly (readonly [statement: string, undo: string, refusal: RegExp])[];
    };
    /** A tenant of whose tables a profile without a group of today gives SELECT, and what that gives its own group. */
    readonly viewed?: { readonly tenant: string; readonly given: readonly string[] };
    /** What the config does not state. */
    readonly unexpressed: (major: number) => readonly string[];
}

/** What every new database gives PUBLIC. */
const PUBLICS = ["PUBLIC has TEMPORARY, CONNECT on database app", "PUBLIC has USAGE on schema public"] as const;

const DATABASES: Readonly<Record<string, Foreign>> = {
    "with names that need quotes and several owners": {
        files: () => ["names.sql"],
        chosen: [],
        tenants: {
            grosse_api_2: ["Größe.API", "Größe.API"],
            shop_live: ['shop "live"', 'shop "live"'],
            shop_app: ["shop_app", "ShopOwner"],
        },
        left: () => ["grosse_api_app", "postgres"],
        unexpressed: () => [
            "shop_app is a member of ShopOwner, granted by postgres",
            ...PUBLICS,
            'PUBLIC has EXECUTE on function shop "live".sum up(integer, integer)',
        ],
        profiles: () => ({
            'Read "only"': [
                "grosse_api_app",
                "grosse_api_2: USAGE on schemas",
                "grosse_api_2: SELECT on tables",
                "grosse_api_2: SELECT, USAGE on sequences Zähler",
                "shop_live: USAGE on schemas",
                "shop_live: EXECUTE on functions sum up(integer, integer)",
            ],
        }),
        tightened: {
            group: 'Read "only"',
            privilege: "SELECT",
            lost: [
                // The list, which had no other entry.
                "Größe.API: has default privileges of its own for every table to come of Größe.API in schema Größe.2024 in app",
                'Read "only": SELECT on every table to come of Größe.API in schema Größe.2024 in app',
                'Read "only": SELECT on sequence Größe.2024.Zähler in app',
                'Read "only": SELECT on table Größe.2024.Maße; -- in app',
            ],
        },
    },
    "with rights of PUBLIC, of columns and by default": {
        files: () => ["grants.sql"],
        chosen: [],
        tenants: { billing: ["billing", "billing"], ledger: ["ledger", "ledger"] },
        left: () => ["auditor", "postgres"],
        unexpressed: () => [
            "the password of auditor ends at 2099-01-01T00:00:00Z",
            PUBLICS[0],
            "PUBLIC has USAGE on schema billing",
            PUBLICS[1],
            "PUBLIC has USAGE on type billing.state",
            "ledger has CREATE on database app with the grant option",
            "ledger has INSERT, SELECT on table billing.invoices with the grant option",
            "readers has SELECT on column billing.customers.city",
            "readers has SELECT on column billing.customers.id",
            "readers has SELECT on column billing.invoices.note",
            "readers has SELECT on table billing.invoices",
            "readers has USAGE on type billing.state",
            "PUBLIC has SELECT on table billing.invoices",
            "readers has TEMPORARY on database app",
            "PUBLIC gets USAGE on every type to come of billing",
            "ledger gets USAGE on every sequence to come of billing in schema billing",
            "readers gets SELECT on every table to come of billing in schema billing",
            "readers gets USAGE on every type to come of billing",
        ],
        // All that it holds is beside grants on columns, or of another grantor.
        profiles: () => ({ readers: ["auditor"] }),
    },
    "with groups, owners that log in and a login for each developer": {
        files: (major: number) => ["memberships.sql", ...(major >= 16 ? ["memberships16.sql"] : [])],
        chosen: ["web", "nightly"],
        tenants: {
            nightly: ["nightly", "nightly"],
            orders: ["orders", "orders"],
            web: ["web", "web"],
            worker: ["worker", "worker"],
        },
        left: (major) => [...(major >= 16 ? ["batch"] : []), "jane.doe", "john.doe", "postgres"],
        unexpressed: (major) => [
            "john.doe has CREATEROLE",
            "nightly does not inherit the rights of the roles that it is a member of",
            "orders has CREATEDB",
            ...(major >= 16
                ? [
                      "batch is a member of app_writers (INHERIT FALSE), granted by postgres",
                      "batch is a member of developers (SET FALSE), granted by postgres",
                  ]
                : []),
            "john.doe is a member of developers (ADMIN TRUE), granted by postgres",
            ...PUBLICS,
        ],
        profiles: () => ({
            app_writers: [
                ...["nightly", "web", "worker"],
                "orders: USAGE on schemas",
                "orders: INSERT, SELECT, UPDATE on tables orders",
            ],
            developers: ["jane.doe", "orders: USAGE on schemas", "orders: SELECT on tables"],
        }),
        tightened: {
            group: "app_writers",
            privilege: "INSERT",
            member: "worker",
            lost: ["app_writers: INSERT on table orders.orders in app", "worker: member of app_writers"],
        },
        widened: {
            group: "developers",
            privilege: "INSERT",
            given: [
                "developers: INSERT on every table to come of orders in schema orders in app",
                "developers: INSERT on table orders.lines in app",
                "developers: INSERT on table orders.orders in app",
            ],
            planted: [
                [
                    "GRANT UPDATE ON orders.lines TO developers",
                    "REVOKE UPDATE ON orders.lines FROM developers",
                    /developers has UPDATE on table orders\.lines in the database app, which the profile's holders would have too: declare it, revoke it, or give them a profile without group/,
                ],
                [
                    "GRANT app_writers TO developers",
                    "REVOKE app_writers FROM developers",
                    /developers is a member of app_writers, which the profile's holders would have too: declare it, revoke it, or/,
                ],
            ],
        },
        viewed: {
            tenant: "orders",
            given: [
                "viewer: SELECT on every table to come of orders in schema orders in app",
                "viewer: SELECT on table orders.lines in app",
                "viewer: SELECT on table orders.orders in app",
                "viewer: USAGE on schema orders in app",
            ],
        },
    },
};

for (const major of [15, 18]) {
    for (const [name, foreign] of Object.entries(DATABASES)) {
        const { files, chosen, tenants, left, unexpressed, profiles, tightened, widened, viewed } = foreign;
        describe(`adopting a database ${name}, on Postgres ${major}`, () => {
            withOwnState();
            let postgres: Postgres;
            let admin: Client;
            let master: Client;
            let stack: InlineStack;
            let program: (args: Partial<AccessArgs>) => PulumiFn;
            let report: AdoptReport;
            let config: Partial<AccessArgs>;
            let rights: readonly Right[];
            let folder: string;
            /** Runs the command as the master. */
            const command = async (...args: string[]): Promise<string> => {
                const { username, password } = postgres.master;
                const where = `postgresql://${username}@localhost:${postgres.port}/app`;
                Object.assign(process.env, { PGPASSWORD: password, PGSSLROOTCERT: postgres.caFile });
                try {
                    const { code, stdout, stderr } = await keyless(folder, "adopt", "--live", where, ...args);
                    assert.equal(stderr, "");
                    return `${code}: ${stdout.trim().split("\n").at(-1) ?? ""}`;
                } finally {
                    ["PGPASSWORD", "PGSSLROOTCERT"].forEach((name) => delete process.env[name]);
                }
            };
            const server = () => readServer("app", (database) => readAsMaster(postgres, database));
            const prepare = (share: boolean, handOver: readonly GroupMember[] = []) =>
                bootstrap(
                    master,
                    {
                        databases: ["app"],
                        keepOwner: { roles: lentRoles(report), share, handOver },
                        breakGlass: {
                            name: postgres.breakGlass.username,
                            password: () => postgres.breakGlass.password,
                        },
                    },
                    {
                        asItself: async (role, work) => {
                            assert.ok(handOver.length > 0 && role === PROVISIONER, "asked for");
                            await work(await connectAs(postgres, role));
                        },
                        grantor: admin,
                    },
                );
            const linesOf = (some: readonly Right[]) => some.map(({ holder, what }) => `${holder}: ${what}`);

            before(async () => {
                postgres = await openCluster({ ...specFor(major), hosts: ["localhost"] });
                admin = await connectAsAdmin(postgres);
                await makeUntouched(admin);
                master = await connectAsMaster(postgres);
                for (const file of files(major)) {
                    await fill(master, file);
                }
                await (await connectAsAdmin(postgres, "postgres")).query("CREATE TABLE notes (id int)");
                stack = await InlineStack.inProcess();
                folder = mkdtempSync(join(tmpdir(), "keyless-adopt-"));
            });
            after(() => {
                rmSync(folder, { recursive: true });
                stack.remove();
            });

            it("writes a tenant for each login of an application, and lists what the config does not state", async () => {
                const facts = await server();
                rights = rightsOf(facts, plain);
                report = adoptReport({ database: "app", server: facts, workloads: notAsked }, chosen);
                config = configOf(stackFile(report, {}, "ecs"));
                assert.deepEqual(
                    Object.fromEntries(report.tenants.map(({ name, login, actsAs }) => [name, [login, actsAs]])),
                    tenants,
                );
                assert.deepEqual(
                    report.left.map(({ login }) => login),
                    left(major),
                );
                assert.deepEqual(
                    Object.fromEntries(
                        report.profiles.map(({ group, members, grants }) => [
                            group,
                            [
                                ...members,
                                ...grants.map(
                                    ({ tenant, on, objects = [], privileges }) =>
                                        `${tenant}: ${privileges.join(", ")} on ${[on, ...objects].join(" ")}`,
                                ),
                            ],
                        ]),
                    ),
                    profiles(major),
                );
                assert.deepEqual(report.otherDatabases, [{ name: "postgres", tables: 1 }]);
                assert.deepEqual(
                    report.unexpressed.map(({ what }) => what),
                    unexpressed(major),
                );
            });

            it("writes the same by its command, with everybody's rights in another file", async () => {
                const options = ["--identity", "ecs", ...chosen.flatMap((login) => ["--login", login])];
                const [file, saved] = [join(folder, "Pulumi.new.yaml"), join(folder, "rights.json")];
                assert.equal(
                    await command(...options, "--out", file, "--rights", saved),
                    `0: ${file} has ${report.tenants.length} tenants; before the first run: keyless bootstrap --keep-owner`,
                );
                assert.equal(readFileSync(file, "utf8"), stackFile({ ...report, workloads: notAsked }, {}, "ecs"));
                assert.equal(await command("--verify", saved), `0: ${NOBODY}`);
            });

            it("changes nobody's rights in the first run, but for those that were announced", async () => {
                await prepare(false);
                program = await accessProgram(postgres);
                await stack.up(program(config));
                const { lost, unannounced, missing } = compareRights(
                    rights,
                    rightsOf(await server(), plain),
                    report.announced,
                );
                assert.deepEqual({ lost, unannounced, missing }, { lost: [], unannounced: [], missing: [] });
                assert.equal(await command("--verify", join(folder, "rights.json")), `0: ${NOBODY}`);
                assert.deepEqual(Object.keys(await stack.preview(program(config))), ["same"]);
            });

            it("lets each new login act as the old one, which still has its password", async () => {
                for (const { name, login, actsAs } of report.tenants) {
                    const session = await connectAs(postgres, `${name}_app`);
                    const { rows } = await session.query("SELECT current_user::text AS role");
                    assert.deepEqual(rows, [{ role: actsAs }]);
                    await connectWith(postgres, login, "of today");
                }
            });

            if (widened !== undefined) {
                const { group, privilege, given, planted } = widened;
                const changed = (change: (profile: ProfileEntry) => ProfileEntry) => ({
                    ...config,
                    profiles: config.profiles?.map((one) => (one.group === group ? change(one) : one)),
                });

                it("refuses holders of a group that may do more than its profile says, and changes nothing", async () => {
                    for (const [statement] of planted) {
                        await admin.query(statement);
                    }
                    const before = rightsOf(await server(), plain);
                    const holders = [{ user: "sue", iamRole: "arn:aws:iam::111122223333:role/sue" }];
                    const failure = stack.up(program(changed((profile) => ({ ...profile, holders }))));
                    await assert.rejects(failure, (error) => {
                        planted.forEach(([, , refusal]) => assert.match(String(error), refusal));
                        return true;
                    });
                    assert.deepEqual(rightsOf(await server(), plain), before);
                    for (const [, undo] of planted) {
                        await admin.query(undo);
                    }
                });

                it("gives exactly what a profile newly states, and takes exactly that again", async () => {
                    const before = rightsOf(await server(), plain);
                    const grants = ({ grants }: ProfileEntry) =>
                        grants.map((grant) =>
                            grant.on === "tables" ? { ...grant, privileges: [...grant.privileges, privilege] } : grant,
                        );
                    await stack.up(program(changed((profile) => ({ ...profile, grants: grants(profile) }))));
                    const { lost, unannounced } = compareRights(before, rightsOf(await server(), plain), []);
                    assert.deepEqual([linesOf(lost), linesOf(unannounced)], [[], given]);
                    await stack.up(program(config));
                    assert.deepEqual(rightsOf(await server(), plain), before);
                });
            }

            if (tightened !== undefined) {
                it("takes exactly what a profile no longer states, and leaves it so without the profile", async () => {
                    const { group, privilege, member, lost } = tightened;
                    const change = (profile: ProfileEntry): ProfileEntry => ({
                        ...profile,
                        members: profile.members?.filter((one) => one !== member),
                        grants: profile.grants
                            .map((grant) => ({
                                ...grant,
                                privileges: grant.privileges.filter((one) => one !== privilege),
                            }))
                            .filter(({ privileges }) => privileges.length > 0),
                    });
                    const now = {
                        ...config,
                        profiles: config.profiles?.map((one) => (one.group === group ? change(one) : one)),
                    };
                    const before = rightsOf(await server(), plain);
                    if (member !== undefined && major >= 16) {
                        await assert.rejects(
                            stack.up(program(now)),
                            /worker would stay a member of app_writers, as postgres granted it, and only that role takes it; nothing has changed: run, as postgres, REVOKE "app_writers" FROM "worker"; or let the provisioner do it from now on: keyless bootstrap --keep-owner --hand-over-members/,
                        );
                        assert.deepEqual(rightsOf(await server(), plain), before);
                        const { statements } = await prepare(false, [{ group, member }]);
                        assert.equal(statements.length, 2);
                        const handed = compareRights(before, rightsOf(await server(), plain), []);
                        assert.deepEqual(linesOf(handed.lost), linesOf(handed.unannounced));
                        assert.deepEqual(linesOf(handed.lost), [`${member}: member of ${group}`]);
                    }
                    assert.deepEqual(Object.keys(await stack.preview(program(now))).sort(), ["same", "update"]);
                    await stack.up(program(now));
                    const taken = compareRights(before, rightsOf(await server(), plain), []);
                    assert.deepEqual(linesOf(taken.lost), lost);
                    assert.deepEqual(taken.unannounced, []);
                    const after = rightsOf(await server(), plain);
                    config = { ...config, profiles: [] };
                    await stack.up(program(config));
                    assert.deepEqual(rightsOf(await server(), plain), after);
                });
            }

            if (viewed !== undefined) {
                it("gives a group of its own what a profile states, and takes it back with the profile", async () => {
                    const before = rightsOf(await server(), plain);
                    const grants = [{ tenant: viewed.tenant, on: "tables" as const, privileges: ["SELECT"] }];
                    await stack.up(program({ ...config, profiles: [{ name: "viewer", grants, holders: [] }] }));
                    const given = compareRights(before, rightsOf(await server(), plain), []);
                    assert.deepEqual(linesOf(given.lost), []);
                    assert.deepEqual(linesOf(given.unannounced), [
                        ...(major >= 16
                            ? ["keyless_provisioner: member of viewer, with ADMIN, without INHERIT, without SET"]
                            : []),
                        ...viewed.given,
                        "viewer: role: NOLOGIN INHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION",
                    ]);
                    const own = rightsOf(await server(), plain);
                    await assert.rejects(
                        stack.up(
                            program({ ...config, profiles: [{ name: "taken", group: "viewer", grants, holders: [] }] }),
                        ),
                        /the group viewer is this stack's own, and a profile with group: viewer would take it over while it is removed; nothing of it has changed: leave group out of the profile/,
                    );
                    assert.deepEqual(rightsOf(await server(), plain), own);
                    await stack.up(program(config));
                    assert.deepEqual(rightsOf(await server(), plain), before);
                });
            }

            it("takes nothing from the owner when the provisioner shares the database", async () => {
                const before = linesOf(rightsOf(await server(), plain));
                await prepare(true);
                const after = linesOf(rightsOf(await server(), plain));
                const owners = ["CONNECT on database app", "CREATE on database app", "TEMPORARY on database app"];
                const all = [...owners, "owns database app"];
                assert.deepEqual(
                    before.filter((line) => !after.includes(line)),
                    all.map((what) => `postgres: ${what}`),
                );
                const creator =
                    major >= 16 ? ["postgres: member of app_dbowner, with ADMIN, without INHERIT, without SET"] : [];
                assert.deepEqual(
                    after.filter((line) => !before.includes(line)),
                    [
                        ...all.map((what) => `app_dbowner: ${what}`),
                        "app_dbowner: role: NOLOGIN INHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS NOREPLICATION",
                        "keyless_provisioner: member of app_dbowner",
                        "postgres: member of app_dbowner",
                        ...creator,
                    ],
                );
                assert.deepEqual((await prepare(true)).statements, []);
            });

            it("keeps PUBLIC's rights while a tenant's role would be shut out", async () => {
                rights = rightsOf(await server(), plain);
                await assert.rejects(
                    stack.up(program({ ...config, publicRights: "revoke" })),
                    /access\.publicRights: revoke would take PUBLIC's CONNECT on the database app, which .* has in no other way; nothing of it has changed: write publicRights: keep, or run, as the owner, GRANT CONNECT ON DATABASE "app" TO "/,
                );
                const { lost, unannounced } = compareRights(rights, rightsOf(await server(), plain), []);
                assert.deepEqual({ lost, unannounced }, { lost: [], unannounced: [] });
            });

            it("keeps them while others' logins would be shut out, or roles that these act as", async () => {
                const { rows } = await master.query<{ name: string }>(
                    "SELECT rolname AS name FROM pg_roles WHERE (rolcanlogin OR rolname = ANY ($1)) AND rolname !~ '^(pg_|rds)'",
                    [report.tenants.map(({ actsAs }) => actsAs)],
                );
                for (const { name } of rows) {
                    await master.query(`GRANT CONNECT ON DATABASE app TO ${master.escapeIdentifier(name)}`);
                    await master.query(`GRANT USAGE ON SCHEMA public TO ${master.escapeIdentifier(name)}`);
                }
                await admin.query("CREATE DATABASE returns OWNER postgres");
                await master.query(`
                    CREATE ROLE "Other stack";
                    CREATE ROLE visitor LOGIN IN ROLE "Other stack";
                    ALTER ROLE visitor SET role = 'Other stack';
                    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "Other stack";
                    CREATE ROLE rdsreports LOGIN;
                    ALTER ROLE rdsreports IN DATABASE app SET statement_timeout = '9s';
                    GRANT CONNECT ON DATABASE returns TO rdsreports;
                    CREATE ROLE administrator LOGIN;
                    ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO administrator;
                    CREATE ROLE "Function owner";
                    CREATE ROLE "Key owner";
                    CREATE ROLE stranger LOGIN;
                    CREATE ROLE returns_connect;
                    GRANT CONNECT ON DATABASE returns TO returns_connect;
                    CREATE ROLE returns_app LOGIN IN ROLE returns_connect`);
                await admin.query(`
                    GRANT rds_superuser TO administrator;
                    CREATE SCHEMA routines;
                    CREATE FUNCTION routines.count() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
                    ALTER FUNCTION routines.count() OWNER TO "Function owner"`);
                // A type alone is something to use there, too.
                await admin.query(
                    major === 15
                        ? 'CREATE TABLE public.keys (id int PRIMARY KEY, up int REFERENCES public.keys); ALTER TABLE public.keys OWNER TO "Key owner"'
                        : "CREATE TYPE public.state AS ENUM ('open')",
                );
                rights = rightsOf(await server(), plain);
                const refused = (role: string, of: string, grant: string, close = "") =>
                    `access.publicRights: revoke would take PUBLIC's ${of}, which ${role} has in no other way; nothing of it has changed: write publicRights: keep, or run, as the owner, ${grant}${close}`;
                const connect = (role: string, close?: string) =>
                    refused(role, "CONNECT on the database app", `GRANT CONNECT ON DATABASE "app" TO "${role}"`, close);
                const usage = (role: string, whose = "", close = "") =>
                    refused(
                        `${role}${whose}`,
                        "USAGE on the schema public",
                        `GRANT USAGE ON SCHEMA public TO "${role}"`,
                        close,
                    );
                const runs = " (functions or foreign keys run as it)";
                const close = (role: string) => `, or ALTER ROLE "${role}" NOLOGIN if nobody should log in as it`;
                await assert.rejects(stack.up(program({ ...config, publicRights: "revoke" })), ({ message }: Error) => {
                    assert.deepEqual(
                        [...new Set(message.match(/access\.publicRights: revoke would .*/g))],
                        [
                            connect("administrator", close("administrator")),
                            // Another database has something of it: to close it would end that too.
                            connect("rdsreports"),
                            connect("visitor", close("visitor")),
                            usage("Function owner", runs),
                            ...(major === 15 ? [usage("Key owner", runs)] : []),
                            usage("Other stack", " (sessions of visitor act as it)"),
                            usage("administrator", "", close("administrator")),
                            usage("rdsreports"),
                            usage("visitor", "", close("visitor")),
                        ],
                    );
                    return true;
                });
                const { lost, unannounced } = compareRights(rights, rightsOf(await server(), plain), []);
                assert.deepEqual({ lost, unannounced }, { lost: [], unannounced: [] });
            });

            it("takes PUBLIC's rights by one change of the config, and nothing else", async () => {
                // The one statement that the refusal has for each: the login is closed, and the role needs nothing then.
                await master.query(`
                    ALTER ROLE visitor NOLOGIN;
                    ALTER ROLE administrator NOLOGIN;
                    GRANT CONNECT ON DATABASE app TO rdsreports;
                    GRANT USAGE ON SCHEMA public TO rdsreports, "Function owner", "Key owner"`);
                rights = rightsOf(await server(), plain);
                const { warnings } = await stack.up(program({ ...config, publicRights: "revoke" }));
                assert.deepEqual(
                    warnings.filter((text) => text.includes("CONNECT")).map((text) => text.trim()),
                    [
                        `access.publicRights: revoke takes PUBLIC's CONNECT on the database app, which stranger had in no other way: the server shows no use of it, or the login is a tenant of another database; for those that should have it, run, as the owner, GRANT CONNECT ON DATABASE "app" TO "stranger"`,
                    ],
                );
                assert.match(
                    warnings.find((text) => text.includes("TEMPORARY")) ?? "",
                    /^access\.publicRights: revoke takes PUBLIC's TEMPORARY on the database app, which .* had in no other way: for those that create temporary tables, run, as the owner, GRANT TEMPORARY ON DATABASE "app" TO "/,
                );
                const { lost, unannounced } = compareRights(rights, rightsOf(await server(), plain), []);
                assert.deepEqual(linesOf(lost), [
                    "public: CONNECT on database app",
                    "public: TEMPORARY on database app",
                    "public: USAGE on schema public in app",
                ]);
                assert.deepEqual(linesOf(unannounced), ["app_connect: USAGE on schema public in app"]);
                assert.match(
                    await command("--verify", join(folder, "rights.json")),
                    /^1: \d+ lost, \d+ not announced$/,
                );
            });
        });
    }
}
