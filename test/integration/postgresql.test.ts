import assert from "node:assert/strict";

import * as postgresql from "@pulumi/postgresql";
import type { CustomResourceOptions as Options } from "@pulumi/pulumi";
import type { Client } from "pg";

import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { InlineStack } from "../support/inlineStack";
import { connectAsAdmin, withOwnState } from "./postgres-support";

for (const major of [15, 18]) {
    describe(`the postgresql stand-in, run by the engine as the provisioner of Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let provider: postgresql.ProviderArgs;
        let stack: InlineStack;

        before(async () => {
            postgres = await openCluster({
                resourceId: `cluster-PROVIDER${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            });
            admin = await connectAsAdmin(postgres);
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
            stack = await InlineStack.inProcess();
        });
        after(() => stack.remove());

        /** A program over a provider that is configured for the server, or for another place. */
        const program =
            (resources: (options: Options) => void, elsewhere: Partial<postgresql.ProviderArgs> = {}) =>
            async () => {
                resources({ provider: new postgresql.Provider("database", { ...provider, ...elsewhere }) });
            };

        /** A tenant in the split model, its grants in a row. */
        const tenant = (login: Partial<postgresql.RoleArgs> = {}, usage = ["USAGE"]) =>
            program((options) => {
                const group = new postgresql.Role("group", { name: "app_connect" }, options);
                const connect = new postgresql.Grant(
                    "connect",
                    { role: group.name, database: "app", objectType: "database", privileges: ["CONNECT"] },
                    options,
                );
                const owner = new postgresql.Role("owner", { name: "shop_owner" }, options);
                const app = new postgresql.Role(
                    "login",
                    {
                        name: "shop_app",
                        login: true,
                        roles: ["rds_iam", group.name],
                        searchPaths: ["shop"],
                        connectionLimit: 5,
                        ...login,
                    },
                    { ...options, dependsOn: [connect] },
                );
                const schema = new postgresql.Schema(
                    "schema",
                    { name: "shop", database: "app", owner: owner.name },
                    options,
                );
                const place = { role: app.name, database: "app", schema: schema.name };
                const use = new postgresql.Grant(
                    "usage",
                    { ...place, objectType: "schema", privileges: usage },
                    options,
                );
                const data = { ...place, owner: owner.name, objectType: "table", privileges: ["SELECT", "INSERT"] };
                new postgresql.DefaultPrivileges("data", data, { ...options, dependsOn: [use] });
            });

        const catalog = async (query: string): Promise<unknown[]> => {
            const { rows } = await admin.query<Record<string, unknown>>(query);
            return rows.map((row) => Object.values(row).join(" "));
        };
        const memberships = () =>
            catalog(
                "SELECT roleid::regrole::text, member::regrole FROM pg_auth_members WHERE member::regrole::text LIKE 'shop%' ORDER BY 1",
            );
        const schemas = () =>
            catalog("SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname LIKE 'shop%'");
        const defaults = () =>
            catalog(
                "SELECT defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype, defaclacl FROM pg_default_acl ORDER BY 1, 3",
            );

        it("previews creations without a server", async () => {
            const changes = await stack.preview(
                program((options) => new postgresql.Role("r", { name: "r" }, options), { host: "127.0.0.1", port: 1 }),
            );
            assert.deepEqual(changes, { create: 3 });
        });

        it("creates a tenant, reads it back, and then changes nothing", async () => {
            const made = await stack.up(tenant());
            assert.deepEqual(made.changes, { create: 9 });
            assert.deepEqual(await memberships(), ["app_connect shop_app", "rds_iam shop_app"]);
            assert.deepEqual(await schemas(), ["shop shop_owner {shop_owner=UC/shop_owner,shop_app=U/shop_owner}"]);
            assert.deepEqual(await defaults(), ["shop_owner shop r {shop_app=ar/shop_owner}"]);
            assert.deepEqual(
                await catalog(
                    "SELECT rolcanlogin, rolconnlimit, rolconfig FROM pg_roles WHERE rolname LIKE 'shop%' ORDER BY rolname",
                ),
                ["true 5 search_path=shop", "false -1 "],
            );
            assert.deepEqual((await stack.up(tenant())).changes, { same: 9 });
            assert.deepEqual(await stack.refresh(tenant()), { same: 9 });
            assert.deepEqual(await stack.preview(tenant()), { same: 9 });
        });

        it("leaves the provisioner a member of no owner role", async () => {
            const usable = major >= 16 ? "AND (set_option OR inherit_option)" : "";
            const query = `SELECT roleid::regrole FROM pg_auth_members WHERE member::regrole::text = 'keyless_provisioner' AND roleid <> 'rds_iam'::regrole ${usable}`;
            assert.deepEqual(await catalog(query), []);
        });

        it("detects manual changes in a refresh, and reverts them", async () => {
            await admin.query(`ALTER ROLE shop_app CREATEDB CONNECTION LIMIT 50; ALTER ROLE shop_app SET search_path TO public;
                ALTER ROLE shop_owner LOGIN; GRANT CREATE ON SCHEMA shop TO shop_app; REVOKE app_connect FROM shop_app;
                ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop GRANT DELETE ON TABLES TO shop_app`);
            assert.deepEqual(await stack.refresh(tenant()), { same: 5, update: 4 });
            assert.deepEqual((await stack.up(tenant())).changes, { same: 5, update: 4 });
            assert.deepEqual(await defaults(), ["shop_owner shop r {shop_app=ar/shop_owner}"]);
            assert.deepEqual(await schemas(), ["shop shop_owner {shop_owner=UC/shop_owner,shop_app=U/shop_owner}"]);
            assert.deepEqual(await stack.refresh(tenant()), { same: 9 });
        });

        it("revokes undeclared memberships of a role when it changes the role", async () => {
            await admin.query(`GRANT app_connect TO shop_owner ${major >= 16 ? "GRANTED BY keyless_provisioner" : ""}`);
            assert.deepEqual(await stack.refresh(tenant()), { same: 8, update: 1 });
            await stack.up(tenant());
            assert.deepEqual(await memberships(), ["app_connect shop_app", "rds_iam shop_app"]);
        });

        it("updates in place, and reduces a grant", async () => {
            const smaller = tenant({ login: false, connectionLimit: -1, searchPaths: [], statementTimeout: 1000 }, [
                "CREATE",
            ]);
            assert.deepEqual((await stack.up(smaller)).changes, { same: 7, update: 2 });
            assert.deepEqual(
                await catalog("SELECT rolcanlogin, rolconnlimit, rolconfig FROM pg_roles WHERE rolname = 'shop_app'"),
                ["false -1 statement_timeout=1000"],
            );
            assert.deepEqual(await schemas(), ["shop shop_owner {shop_owner=UC/shop_owner,shop_app=C/shop_owner}"]);
            assert.deepEqual(await stack.refresh(smaller), { same: 9 });
        });

        it("keeps a schema that contains data, and lists the objects in it", async () => {
            await admin.query(
                "CREATE TABLE shop.orders (id int); INSERT INTO shop.orders VALUES (1); ALTER TABLE shop.orders OWNER TO shop_owner",
            );
            await assert.rejects(
                stack.destroy(tenant()),
                /error deleting schema: pq: cannot drop schema shop because other objects depend on it \(2BP01\); table shop\.orders depends on schema shop/,
            );
            assert.deepEqual(await catalog("SELECT id FROM shop.orders"), ["1"]);
            await admin.query("DROP TABLE shop.orders");
        });

        it("leaves nothing behind", async () => {
            await stack.destroy(tenant());
            assert.deepEqual(
                await catalog("SELECT rolname FROM pg_roles WHERE rolname LIKE 'shop%' OR rolname LIKE 'app%'"),
                [],
            );
            assert.deepEqual([await schemas(), await defaults()], [[], []]);
        });
    });
}
