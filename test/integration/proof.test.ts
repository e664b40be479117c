import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";

import type { Client } from "pg";

import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { filesOf } from "../../sandbox/postgres/persistedServer";
import { MAJORS_APART } from "../support/majors";
import { describeFinding, expected, prove } from "../../sandbox/proof";
import type { Proof } from "../../sandbox/proof";
import { UserError } from "../../toolkit/userError";
import { connectAs, connectAsAdmin, makeTenants, specFor, tenantsNamed, withOwnState } from "./postgres-support";

const ACCESS = tenantsNamed("shop", "billing", 'O"Brien; DROP TABLE x');
const TENANTS = ACCESS.tenants.length;
/** Per login: six rights on each tenant, becoming each other role, and CREATE DATABASE. */
const ATTEMPTS = TENANTS * (6 * TENANTS + (2 * TENANTS - 1) + 1);
const ALLOWED = 4 * TENANTS;

for (const major of MAJORS_APART) {
    describe(`the proof on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;

        before(async () => {
            postgres = await openCluster(specFor(major));
            await makeTenants(postgres, ACCESS);
            admin = await connectAsAdmin(postgres);
        });

        /** Makes a change, runs the proof, and undoes the change. */
        async function provenAfter(
            change: string,
            undo: string,
        ): Promise<{ leaks: string[]; missing: string[]; proof: Proof }> {
            await admin.query(change);
            const proof = await prove(postgres, ACCESS);
            await admin.query(undo);
            return { leaks: proof.leaks.map(line), missing: proof.missing.map(line), proof };
        }

        it("succeeds on a server as declared, and leaves nothing behind", async () => {
            const { attempted, allowed, refused, leaks, missing } = await prove(postgres, ACCESS);
            assert.deepEqual(
                { attempted, allowed, refused, leaks, missing },
                { attempted: ATTEMPTS, allowed: ALLOWED, refused: ATTEMPTS - ALLOWED, leaks: [], missing: [] },
            );
            const { rows } = await admin.query(
                "SELECT relname FROM pg_class WHERE relname LIKE 'keyless%' UNION SELECT datname FROM pg_database WHERE datname LIKE 'keyless%'",
            );
            assert.deepEqual(rows, []);
        });

        it("finds an excess default privilege", async () => {
            const what = "ALTER DEFAULT PRIVILEGES FOR ROLE billing_owner IN SCHEMA billing";
            const { leaks, missing } = await provenAfter(
                `GRANT USAGE ON SCHEMA billing TO shop_app; ${what} GRANT SELECT, DELETE ON TABLES TO shop_app`,
                `REVOKE USAGE ON SCHEMA billing FROM shop_app; ${what} REVOKE SELECT, DELETE ON TABLES FROM shop_app`,
            );
            assert.deepEqual(leaks, [
                'shop_app: read on schema billing: SELECT * FROM "billing"."PROBE"',
                'shop_app: delete on schema billing: DELETE FROM "billing"."PROBE"',
            ]);
            assert.deepEqual(missing, []);
        });

        it("finds a missing default privilege", async () => {
            const what = "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop";
            const { leaks, missing } = await provenAfter(
                `${what} REVOKE UPDATE ON TABLES FROM shop_app`,
                `${what} GRANT UPDATE ON TABLES TO shop_app`,
            );
            assert.deepEqual(leaks, []);
            assert.deepEqual(missing, [
                'shop_app: update on schema shop: UPDATE "shop"."PROBE" SET value = 2 (permission denied for table PROBE)',
            ]);
        });

        it("finds a sequence that inserts cannot use", async () => {
            const what = "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop";
            const { missing } = await provenAfter(
                `${what} REVOKE USAGE ON SEQUENCES FROM shop_app`,
                `${what} GRANT USAGE ON SEQUENCES TO shop_app`,
            );
            assert.deepEqual(missing, [
                'shop_app: insert on schema shop: INSERT INTO "shop"."PROBE" (value) VALUES (1) (permission denied for sequence PROBE_id_seq)',
            ]);
        });

        it("finds the privileges to create tables and databases", async () => {
            const { leaks } = await provenAfter(
                "GRANT CREATE ON SCHEMA shop TO shop_app; ALTER ROLE billing_app CREATEDB",
                "REVOKE CREATE ON SCHEMA shop FROM shop_app; ALTER ROLE billing_app NOCREATEDB",
            );
            assert.deepEqual(leaks, [
                'shop_app: create on schema shop: CREATE TABLE "shop"."PROBE_new" ()',
                'billing_app: create database on the server: CREATE DATABASE "PROBE"',
            ]);
        });

        it("finds a membership, with everything that it grants", async () => {
            const { leaks } = await provenAfter(
                "GRANT billing_owner TO shop_app",
                "REVOKE billing_owner FROM shop_app",
            );
            assert.deepEqual(leaks, [
                'shop_app: read on schema billing: SELECT * FROM "billing"."PROBE"',
                'shop_app: insert on schema billing: INSERT INTO "billing"."PROBE" (value) VALUES (1)',
                'shop_app: update on schema billing: UPDATE "billing"."PROBE" SET value = 2',
                'shop_app: delete on schema billing: DELETE FROM "billing"."PROBE"',
                'shop_app: create on schema billing: CREATE TABLE "billing"."PROBE_new" ()',
                'shop_app: drop on schema billing: DROP TABLE "billing"."PROBE"',
                'shop_app: set role on role billing_owner: SET LOCAL ROLE "billing_owner"',
            ]);
        });

        it("names a login that cannot connect", async () => {
            const { missing, proof } = await provenAfter("ALTER ROLE shop_app NOLOGIN", "ALTER ROLE shop_app LOGIN");
            assert.deepEqual(missing, [
                'shop_app: connect on database app: CONNECT (role "shop_app" is not permitted to log in)',
            ]);
            assert.equal(proof.cell("shop_app", "shop"), undefined);
        });

        it("names data that cannot be tried, and continues with the rest", async () => {
            const { missing, proof } = await provenAfter(
                "ALTER SCHEMA billing RENAME TO away",
                "ALTER SCHEMA away RENAME TO billing",
            );
            assert.deepEqual(missing, []);
            assert.deepEqual(proof.undecided.map(line), [
                'billing_owner: make a table on schema billing: CREATE TABLE (schema "billing" does not exist)',
            ]);
            assert.equal(proof.attempted, TENANTS * (6 * (TENANTS - 1) + 2 * TENANTS));
        });

        it("does not mistake an error for a refusal", async () => {
            const [first] = expected(ACCESS);
            const allow = first === undefined ? [] : [{ ...first, foreignRoles: ["ghost"] }];
            const { leaks } = await prove(postgres, ACCESS, { allow });
            assert.deepEqual(leaks.map(line), [
                'shop_app: set role on role ghost: SET LOCAL ROLE "ghost" (role "ghost" does not exist)',
            ]);
        });

        describe("with leftovers of an earlier proof", () => {
            const left = "keyless_probe_0123456789abcdef";
            const note = () => filesOf(postgres.resourceId).proofNote;
            const there = async (): Promise<unknown[]> =>
                (
                    await admin.query<{ place: string }>(
                        "SELECT relnamespace::regnamespace || '.' || relname AS place FROM pg_class WHERE relname LIKE 'keyless%'",
                    )
                ).rows.map(({ place }) => place);

            it("cleans up after a killed proof, and keeps a tenant's objects with the same name", async () => {
                writeFileSync(
                    note(),
                    JSON.stringify({
                        name: left,
                        places: [
                            { database: "app", schema: "shop", name: left },
                            { database: "gone", schema: "shop", name: left },
                        ],
                    }),
                );
                await admin.query(
                    `CREATE TABLE shop.${left} (); CREATE TABLE billing.${left} (); CREATE VIEW billing.keyless_view AS SELECT FROM billing.${left}`,
                );
                await admin.query(`CREATE DATABASE ${left}`);
                const { leaks, missing } = await prove(postgres, ACCESS);
                assert.deepEqual({ leaks, missing }, { leaks: [], missing: [] });
                assert.deepEqual(await there(), [`billing.${left}`, "billing.keyless_view"]);
                assert.equal((await admin.query("SELECT FROM pg_database WHERE datname LIKE 'keyless%'")).rowCount, 0);
                await admin.query(`DROP TABLE billing.${left} CASCADE`);
            });

            it("lists the dependents of an object that it cannot remove", async () => {
                writeFileSync(
                    note(),
                    JSON.stringify({ name: left, places: [{ database: "app", schema: "shop", name: left }] }),
                );
                await admin.query(
                    `CREATE TABLE shop.${left} (); CREATE VIEW billing.keyless_view AS SELECT FROM shop.${left}`,
                );
                const message =
                    `"shop"."${left}", made to try who may do what with it, cannot be removed: cannot drop table shop.${left} because other objects depend on it; ` +
                    `view billing.keyless_view depends on table shop.${left}; remove what is in the way and try again`;
                await assert.rejects(
                    prove(postgres, ACCESS),
                    (error) => error instanceof UserError && error.message === message,
                );
                await admin.query("DROP VIEW billing.keyless_view");
                await prove(postgres, ACCESS);
                assert.deepEqual(await there(), []);
            });

            it("does not wait for locks that a tenant can hold", async () => {
                const tenant = await connectAs(postgres, "shop_app");
                await tenant.query("SELECT pg_advisory_lock(5417031)");
                const { leaks, missing } = await prove(postgres, ACCESS);
                assert.deepEqual({ leaks, missing }, { leaks: [], missing: [] });
            });
        });
    });
}

function line(finding: Proof["leaks"][number]): string {
    return String(describeFinding(finding)).replaceAll(/keyless_probe_[0-9a-f]{16}/g, "PROBE");
}
