import assert from "node:assert/strict";

import * as postgresql from "@pulumi/postgresql";
import type { CustomResourceOptions as Options } from "@pulumi/pulumi";
import type { Client } from "pg";

import { sandboxCredentials } from "../../sandbox/identity/credentials";
import { openCluster } from "../../sandbox/postgres/cluster";
import type { Props } from "../../sandbox/cloud/props";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { standIn } from "../../sandbox/providers/postgresql/standIn";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { InlineStack } from "../support/inlineStack";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { remember } from "./postgres-reset";
import { connectAs, connectAsAdmin, HOST, withOwnState } from "./postgres-support";

describe("the postgresql stand-in, beyond tenants, on Postgres 17", () => {
    withOwnState();
    let postgres: Postgres;
    let admin: Client;
    let provider: postgresql.ProviderArgs;
    let stack: InlineStack;
    let reset: () => Promise<void>;

    before(async () => {
        postgres = await openCluster({
            resourceId: "cluster-MORE",
            major: 17,
            masterUsername: "master",
            database: "app",
            hosts: ["localhost"],
        });
        admin = await connectAsAdmin(postgres);
        reset = await remember(admin);
        const { cert, key } = await postgres.clientCertificate("keyless_provisioner");
        provider = {
            ...{
                host: "localhost",
                port: postgres.port,
                database: "app",
                username: "keyless_provisioner",
                superuser: false,
            },
            ...{
                sslmode: "verify-full",
                sslrootcert: postgres.authority,
                clientcert: { cert, key, sslinline: true },
                connectTimeout: 15,
            },
        };
    });
    beforeEach(async () => {
        stack = await InlineStack.inProcess();
    });
    afterEach(async () => {
        stack.remove();
        await reset();
    });

    const program =
        (resources: (options: Options) => void, more: Partial<postgresql.ProviderArgs> = {}) =>
        async () => {
            resources({ provider: new postgresql.Provider("database", { ...provider, ...more }) });
        };
    const nothing = program(() => undefined);
    const catalog = async (query: string): Promise<unknown[]> => {
        const { rows } = await admin.query<Record<string, unknown>>(query);
        return rows.map((row) => Object.values(row).join(" "));
    };

    it("deadlocks as the official provider does: on the members of an owner whose member is removed meanwhile", async () => {
        const instance = standIn();
        await instance.configure({ ...(provider as Props) });
        const kind = (name: string, type: string) => {
            const full = `postgresql:index/${name}:${type}`;
            const found = instance.kind(full);
            assert.ok(found);
            return { ...found, context: { urn: `urn:pulumi:dev::shop::${full}::it`, name: "it", type: full } };
        };
        const role = kind("role", "Role");
        const defaults = kind("defaultPrivileges", "DefaultPrivileges");
        await role.create({ name: "shop_owner" }, role.context, false);
        const profile = { name: "shop_admin", roles: ["shop_owner"], skipReassignOwned: true };
        const made = await role.create(profile, role.context, false);
        const waiting = async (count: number) => {
            const query = "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
            while ((await admin.query<{ n: number }>(query)).rows[0]?.n !== count) {
                await new Promise((resolve) => setImmediate(resolve));
            }
        };

        // From Postgres 16, the provisioner is a member of both: whoever waits for it has locked a role of its own.
        await admin.query(
            "BEGIN; SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = 'keyless_provisioner'",
        );
        const given = { role: "public", database: "app", owner: "shop_owner", objectType: "function", privileges: [] };
        const changed = defaults.create(given, defaults.context, false);
        await waiting(1);
        const removed = role.delete(made.id, made.state, role.context);
        await waiting(2);
        await admin.query("COMMIT");
        const ended = await Promise.allSettled([changed, removed]);

        const errors = ended.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
        assert.equal(errors.length, 1);
        assert.match(
            errors[0] ?? "",
            /could not get advisory lock for members of role shop_(owner|admin): pq: deadlock detected \(40P01\)/,
        );
    });

    it("imports a role and a schema without touching them", async () => {
        await admin.query(
            "CREATE ROLE old LOGIN CONNECTION LIMIT 4 IN ROLE rds_iam; CREATE SCHEMA olden AUTHORIZATION keyless_provisioner; CREATE TABLE olden.t ()",
        );
        const adopted = program((options) => {
            new postgresql.Role(
                "old",
                { name: "old", login: true, connectionLimit: 4, roles: ["rds_iam"] },
                { ...options, import: "old" },
            );
            new postgresql.Schema(
                "olden",
                { name: "olden", owner: "keyless_provisioner", database: "app" },
                { ...options, import: "app.olden" },
            );
        });
        // An update that runs no statement records properties that cannot be read, such as ifNotExists.
        assert.deepEqual((await stack.up(adopted)).changes, { create: 2, import: 2, update: 1 });
        assert.deepEqual(
            await catalog(
                "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'old' UNION ALL SELECT count(*) FROM pg_tables WHERE schemaname = 'olden'",
            ),
            ["4", "1"],
        );
        assert.deepEqual(await stack.refresh(adopted), { same: 4 });
        const missing = program((options) => new postgresql.Role("no", { name: "no" }, { ...options, import: "no" }));
        await assert.rejects(stack.up(missing), /resource 'no' does not exist/);
    });

    it("adopts an existing schema, as the official provider does", async () => {
        await admin.query("CREATE SCHEMA taken AUTHORIZATION keyless_provisioner; CREATE TABLE taken.t ()");
        const takes = program((options) => {
            const owner = new postgresql.Role("owner", { name: "taken_owner" }, options);
            new postgresql.Schema("taken", { name: "taken", owner: owner.name, database: "app" }, options);
        });
        await stack.up(takes);
        assert.deepEqual(await catalog("SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'taken'"), [
            "taken_owner",
        ]);
        await admin.query("DROP TABLE taken.t");
        await stack.up(nothing);
        assert.deepEqual(await catalog("SELECT nspname FROM pg_namespace WHERE nspname = 'taken'"), []);
    });

    it("omits the rest of a failed change from the next run, as the official provider does", async () => {
        const owned = (owner: string) =>
            program((options) => new postgresql.Schema("lost", { name: "lost", owner, database: "app" }, options));
        await stack.up(owned("keyless_provisioner"));
        await admin.query("CREATE ROLE stranger");
        await assert.rejects(
            stack.up(owned("stranger")),
            /error updating schema OWNER: pq: must be able to SET ROLE "stranger" \(42501\)/,
        );
        assert.deepEqual((await stack.up(owned("stranger"))).changes, { same: 2, update: 1 });
        await assert.rejects(stack.up(owned("stranger")), /must be able to SET ROLE "stranger"/);
    });

    it("manages databases and extensions, and drops a database that is in use", async () => {
        const databases = (args: Partial<postgresql.DatabaseArgs>) =>
            program((options) => {
                const database = new postgresql.Database(
                    "second",
                    { name: "second", template: "template0", ...args },
                    options,
                );
                // The provisioner's sessions begin without a search path, so an extension must name its schema.
                new postgresql.Extension(
                    "crypto",
                    { name: "pgcrypto", database: database.name, schema: "public" },
                    options,
                );
            });
        const described = () =>
            catalog(
                "SELECT datname, datdba::regrole, pg_encoding_to_char(encoding), datconnlimit, datallowconn FROM pg_database WHERE datname = 'second'",
            );
        await stack.up(databases({ connectionLimit: 7 }));
        assert.deepEqual(await described(), ["second keyless_provisioner UTF8 7 true"]);
        await admin.query("ALTER DATABASE second CONNECTION LIMIT 3");
        assert.deepEqual(await stack.refresh(databases({ connectionLimit: 7 })), { same: 3, update: 1 });
        assert.deepEqual((await stack.up(databases({ connectionLimit: 9 }))).changes, { same: 3, update: 1 });
        assert.deepEqual(await described(), ["second keyless_provisioner UTF8 9 true"]);
        const guest = await connectAs(postgres, "keyless_provisioner", "second");
        await stack.up(nothing);
        assert.deepEqual(await described(), []);
        await assert.rejects(guest.query("SELECT 1"));
    });

    it("detects a later table without the grant on all tables, and reads ALL as this version defines it", async () => {
        await admin.query(
            "CREATE ROLE reader; CREATE SCHEMA s AUTHORIZATION keyless_provisioner; CREATE TABLE s.a (i int, j int); ALTER TABLE s.a OWNER TO keyless_provisioner",
        );
        const grants = program((options) => {
            const place = { role: "reader", database: "app", schema: "s" };
            const all = new postgresql.Grant("all", { ...place, objectType: "table", privileges: ["ALL"] }, options);
            const columns = { objectType: "column", objects: ["a"], columns: ["i", "j"], privileges: ["UPDATE"] };
            new postgresql.Grant("columns", { ...place, ...columns }, { ...options, dependsOn: [all] });
        });
        await stack.up(grants);
        assert.deepEqual(await stack.refresh(grants), { same: 4 });
        assert.deepEqual(
            await catalog(
                "SELECT attname, attacl FROM pg_attribute WHERE attrelid = 's.a'::regclass AND attacl IS NOT NULL ORDER BY 1",
            ),
            ["i {reader=w/keyless_provisioner}", "j {reader=w/keyless_provisioner}"],
        );
        await admin.query(
            "CREATE TABLE s.b (); ALTER TABLE s.b OWNER TO keyless_provisioner; REVOKE UPDATE (j) ON s.a FROM reader",
        );
        assert.deepEqual(await stack.refresh(grants), { same: 2, update: 2 });
        // The columns of a grant cannot be changed: it is deleted and re-created.
        assert.deepEqual((await stack.up(grants)).changes, { same: 2, update: 1, replace: 1 });
        assert.deepEqual(
            await catalog("SELECT relacl::text LIKE '%reader=%' FROM pg_class WHERE oid = 's.b'::regclass"),
            ["true"],
        );
        await stack.up(nothing);
    });

    it("refuses with a clear message", async () => {
        const grant = {
            role: "rds_iam",
            database: "app",
            schema: "public",
            objectType: "schema",
            privileges: ["SELECT"],
        };
        const refused: [(options: Options) => void, RegExp, Partial<postgresql.ProviderArgs>?][] = [
            [
                (o) => new postgresql.Role("r", { name: "rds_iam" }, o),
                /error creating role rds_iam: pq: role "rds_iam" already exists \(42710\)/,
            ],
            [
                (o) => new postgresql.Role("r", { name: "r", connectionLimit: -2 }, o),
                /property connectionLimit value \{-2\} has a problem: is -2; must be at least -1/,
            ],
            [
                (o) => new postgresql.Grant("g", grant, o),
                /SELECT is not an allowed privilege for object type schema; allowed are ALL, CREATE, USAGE/,
            ],
            [
                (o) => new postgresql.Server("s", { serverName: "s", fdwName: "f" }, o),
                /stand-in for postgresql does not support the resource type postgresql:index\/server:Server/,
            ],
            [
                (o) => void postgresql.getSchemas({ database: "app", regexPattern: "x" }, o),
                /getSchemas supports database and includeSystemSchemas, not regexPattern/,
            ],
            [
                (o) => new postgresql.Role("r", {}, o),
                /does not support awsRdsIamProfile: omit it, or install the official plugin/,
                { awsRdsIamProfile: "me" },
            ],
            [
                (o) => new postgresql.Role("r", {}, o),
                /error connecting to PostgreSQL server localhost \(scheme: postgres\): .*ECONNREFUSED/,
                { port: 1 },
            ],
        ];
        for (const [resources, message, more] of refused) {
            await assert.rejects(stack.up(program(resources, more)), message);
        }
    });
});

describe("the postgresql stand-in, through the proxy", () => {
    withOwnState();
    let server: Server;
    const environment = { ...process.env };
    let tries = 0;

    before(async () => {
        putDatabase();
        server = await startServer();
        const { accessKeyId, secretAccessKey } = sandboxCredentials();
        Object.assign(process.env, {
            ALL_PROXY: server.socksUrl,
            AWS_ACCESS_KEY_ID: accessKeyId,
            AWS_SECRET_ACCESS_KEY: secretAccessKey,
        });
    });
    after(async () => {
        process.env = environment;
        await server.stop();
    });

    it("logs in with a token that it signs, at a host whose name and certificate it verifies", async () => {
        const instance = standIn();
        const config = {
            host: HOST,
            database: "app",
            username: "keyless_provisioner",
            superuser: false,
            sslmode: "verify-full",
            sslrootcert: server.caFile,
        };
        await instance.configure({ ...config, awsRdsIamAuth: true, awsRdsIamRegion: "eu-central-1" });
        const type = "postgresql:index/role:Role";
        const context = { urn: `urn:pulumi:dev::shop::${type}::r`, name: "r", type };
        tries += 1;
        const name = `r${tries}`;
        const made = await instance.kind(type)?.create({ name, roles: ["rds_iam"] }, context, false);
        assert.deepEqual([made?.id, made?.state["roles"]], [name, ["rds_iam"]]);
        const admin = await connectAsAdmin(await server.postgresFor(RESOURCE_ID));
        assert.deepEqual((await admin.query("SELECT rolname FROM pg_roles WHERE rolname = $1", [name])).rows, [
            { rolname: name },
        ]);
    });
});
