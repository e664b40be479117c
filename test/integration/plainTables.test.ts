import assert from "node:assert/strict";

import type { Client } from "pg";

import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { connectAs, connectAsAdmin, specFor, withOwnState } from "./postgres-support";

for (const major of [15, 18] as const) {
    describe(`a login's own code and settings on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let reader: Client;

        before(async () => {
            postgres = await openCluster(specFor(major));
            admin = await connectAsAdmin(postgres);
            await admin.query(`
                CREATE ROLE acme_app;
                CREATE ROLE audrey LOGIN IN ROLE rds_iam;
                ALTER ROLE audrey SET row_security = off;
                CREATE SCHEMA globex;
                CREATE TABLE globex.customers AS SELECT 'Jane' AS name;
                CREATE SCHEMA acme AUTHORIZATION acme_app;
                SET ROLE acme_app;
                CREATE TABLE acme.stolen (name text);
                CREATE FUNCTION acme.steal() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                    IF current_user = 'audrey' THEN INSERT INTO acme.stolen SELECT name FROM globex.customers; END IF;
                END $$;
                CREATE FUNCTION acme.f() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM acme.steal(); RETURN ''; END $$;
                CREATE TYPE acme.mood AS ENUM ('glad', 'sad');
                CREATE FUNCTION acme.diff(a text, b text) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM acme.steal(); RETURN 1; END $$;
                CREATE TYPE acme.span AS RANGE (subtype = text, subtype_diff = acme.diff);
                CREATE FUNCTION acme.shown(acme.mood) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM acme.steal(); RETURN 'glad'; END $$;
                CREATE CAST (acme.mood AS text) WITH FUNCTION acme.shown(acme.mood);
                CREATE TABLE acme.indexed (a text); CREATE INDEX ON acme.indexed ((acme.f() || a));
                CREATE TABLE acme.partly (a text); CREATE INDEX ON acme.partly (a) WHERE acme.f() = a;
                CREATE TABLE acme.counted (a text); CREATE STATISTICS acme.counts ON (acme.f() || a) FROM acme.counted;
                CREATE TABLE acme.checked (a text, CHECK (acme.f() || a <> 'x')) PARTITION BY LIST (a);
                CREATE TABLE acme.part PARTITION OF acme.checked FOR VALUES IN ('a');
                CREATE TABLE acme.ranged (a acme.span DEFAULT acme.span('a', 'b'), m acme.mood DEFAULT 'glad', d text DEFAULT acme.f());
                INSERT INTO acme.indexed VALUES ('a'); INSERT INTO acme.partly VALUES ('a'); INSERT INTO acme.counted VALUES ('a');
                INSERT INTO acme.part VALUES ('a'); INSERT INTO acme.ranged SELECT acme.span('a' || n, 'b' || n) FROM generate_series(1, 200) n;
                ANALYZE acme.ranged;
                GRANT INSERT ON acme.stolen TO audrey;
                GRANT USAGE ON SCHEMA acme TO audrey; GRANT SELECT ON ALL TABLES IN SCHEMA acme TO audrey;
                RESET ROLE;
                GRANT USAGE ON SCHEMA globex TO audrey; GRANT SELECT ON globex.customers TO audrey`);
            reader = await connectAs(postgres, "audrey");
        });

        const runs = async (query: string): Promise<boolean> => {
            await reader.query(query);
            return (await admin.query("DELETE FROM acme.stolen")).rowCount !== 0;
        };

        it("run from a plain table with the privileges of the role that selects from it, whatever the session's settings", async () => {
            for (const query of [
                "SELECT * FROM acme.indexed",
                "SELECT * FROM acme.partly",
                "SELECT * FROM acme.counted",
                "SELECT * FROM acme.checked WHERE a = 'a'",
                "SELECT m::text FROM acme.ranged",
                "SELECT * FROM acme.ranged WHERE a <@ '[a,b)'::acme.span",
                "COPY (SELECT * FROM acme.counted) TO STDOUT",
            ]) {
                assert.equal(await runs(query), true, query);
            }
        });

        it("cannot be used to reach another role: its sessions begin without them, or not at all", async () => {
            await reader.query("ALTER ROLE CURRENT_USER SET role = keyless_provisioner");
            const next = await connectAs(postgres, "audrey");
            assert.deepEqual((await next.query("SELECT current_user, session_user")).rows, [
                { current_user: "audrey", session_user: "audrey" },
            ]);
            await reader.query("ALTER ROLE CURRENT_USER SET local_preload_libraries = 'auto_explain'");
            await assert.rejects(
                connectAs(postgres, "audrey"),
                /could not access file "\$libdir\/plugins\/auto_explain"/,
            );
            await admin.query("ALTER ROLE audrey RESET role; ALTER ROLE audrey RESET local_preload_libraries");
        });

        it("do not run when a plain table is read by COPY t TO STDOUT, which is not planned", async () => {
            for (const table of ["indexed", "partly", "counted", "part", "ranged"]) {
                assert.equal(await runs(`COPY acme.${table} TO STDOUT`), false, table);
            }
        });
    });
}
