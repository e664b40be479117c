import assert from "node:assert/strict";

import type { Client } from "pg";

import { openCluster, stopClusters } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { existingPassword, filesOf } from "../../sandbox/postgres/persistedServer";
import { writeWhole } from "../../toolkit/system/files";
import { connectAsAdmin, connectWith, refusal, specFor, withOwnState } from "./postgres-support";

/** What its owner made of it, with psql, long before this project. */
const content = `
    DO $$ BEGIN EXECUTE format('CREATE ROLE shop LOGIN PASSWORD %L', current_setting('sandbox.password')); END $$;
    CREATE SCHEMA shop;
    GRANT USAGE ON SCHEMA shop TO shop;
    CREATE TABLE shop.orders (id int);
    INSERT INTO shop.orders VALUES (1);
    GRANT SELECT ON shop.orders TO shop;
`;

for (const major of [15, 18]) {
    describe(`the content of an existing database, on Postgres ${major}`, () => {
        withOwnState();
        const spec = specFor(major);
        let postgres: Postgres;
        let admin: Client;

        before(async () => {
            writeWhole(filesOf(spec.resourceId).existing, content);
            postgres = await openCluster(spec);
            admin = await connectAsAdmin(postgres);
        });

        it("belongs to the master", async () => {
            const { rows } = await admin.query(
                "SELECT tableowner, schemaname FROM pg_tables WHERE tablename = 'orders'",
            );
            assert.deepEqual(rows, [{ tableowner: "postgres", schemaname: "shop" }]);
        });

        it("has a login whose password only this server knows", async () => {
            const session = await connectWith(postgres, "shop", existingPassword(spec));
            assert.deepEqual((await session.query("SELECT id FROM shop.orders")).rows, [{ id: 1 }]);
            assert.match(await refusal(() => connectWith(postgres, "shop", "wrong")), /^28P01 password authentication/);
            assert.notEqual(existingPassword(spec), existingPassword({ resourceId: "cluster-OTHER" }));
        });

        it("is created once", async () => {
            await admin.query("INSERT INTO shop.orders VALUES (2)");
            await admin.end();
            await stopClusters();
            admin = await connectAsAdmin(await openCluster(spec));
            assert.deepEqual((await admin.query("SELECT count(*)::int FROM shop.orders")).rows, [{ count: 2 }]);
        });
    });
}

describe("an existing database whose owner keeps it", () => {
    withOwnState();

    it("lends the provisioner the roles that tenants act as, and those that the config names later", async () => {
        const spec = specFor(18);
        const { existing, lentRoles } = filesOf(spec.resourceId);
        writeWhole(existing, "CREATE ROLE shop; CREATE ROLE reports");
        writeWhole(lentRoles, JSON.stringify(["shop"]));
        const admin = await connectAsAdmin(await openCluster(spec));
        const found = async () =>
            (
                await admin.query<{ line: string }>(`
                    SELECT format('%s of %s, PUBLIC %s', datname, datdba::regrole, has_database_privilege('public', oid, 'CONNECT')) AS line
                        FROM pg_database WHERE datname <> 'template0'
                    UNION ALL SELECT format('%s lent', roleid::regrole) FROM pg_auth_members
                        WHERE member = 'keyless_provisioner'::regrole AND admin_option AND NOT set_option AND NOT inherit_option
                    ORDER BY 1`)
            ).rows.map(({ line }) => line);
        const databases = ["app of postgres, PUBLIC t", "postgres of postgres, PUBLIC t"];
        assert.deepEqual(await found(), [...databases, "shop lent", "template1 of postgres, PUBLIC t"]);
        writeWhole(lentRoles, JSON.stringify(["reports", "shop"]));
        await openCluster(spec);
        assert.deepEqual(await found(), [...databases, "reports lent", "shop lent", "template1 of postgres, PUBLIC t"]);
    });
});

describe("the content of an existing database that its server refuses", () => {
    withOwnState();

    it("fails with the server's words, has no effect, and can be corrected", async () => {
        const spec = specFor(18);
        const { existing } = filesOf(spec.resourceId);
        writeWhole(existing, "CREATE SCHEMA shop; CREATE ROLE root SUPERUSER");
        await assert.rejects(openCluster(spec), /^Error: the SQL of the existing database fails: permission denied/);
        writeWhole(existing, "CREATE SCHEMA shop");
        const admin = await connectAsAdmin(await openCluster(spec));
        assert.deepEqual((await admin.query("SELECT 1 FROM pg_namespace WHERE nspname = 'shop'")).rows.length, 1);
    });
});
