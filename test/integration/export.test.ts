import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Client } from "pg";

import { clientProgram } from "../../cli/command/clientProgram";
import { castWarning } from "../../cli/exporting/casts";
import { dump, type Dump } from "../../cli/exporting/dump";
import { prepareStatements, restoreArguments, RESTORED, RESTORER } from "../../cli/exporting/restore";
import type { ExportedTenant, Source } from "../../cli/exporting/source";
import { sandboxSource } from "../../cli/sandbox/exportSource";
import { UserError } from "../../toolkit/userError";
import { startServer, type Server } from "../../sandbox/server";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { clientMajor, environmentOf } from "./postgres-programs";
import { connectAs, connectAsAdmin, HOST, makeTenants, tenantsNamed, withOwnState } from "./postgres-support";

const shop: ExportedTenant = { name: "shop", database: "app", schema: "shop", owner: "shop_owner" };

/** All kinds of objects in a schema, and names that need quotes. */
const DATA = `SET ROLE shop_owner; CREATE TYPE shop.size AS ENUM ('s', 'm');
    CREATE TABLE shop.orders (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), what jsonb, raw bytea, size shop.size, twice int GENERATED ALWAYS AS (2) STORED);
    CREATE TABLE shop."Odd ""name"" %s\\" (id int GENERATED ALWAYS AS IDENTITY, "of" bigint REFERENCES shop.orders, note text DEFAULT '\t\\N');
    INSERT INTO shop.orders (what, raw, size) SELECT jsonb_build_object('n', n, 'text', E'a\\nb\\t''\\\\ ü'), decode(md5(n::text), 'hex'), 's' FROM generate_series(1, 500) AS n;
    INSERT INTO shop."Odd ""name"" %s\\" ("of", note) SELECT id, CASE WHEN id % 2 = 0 THEN NULL ELSE E'\\\\.' || id END FROM shop.orders;
    CREATE TABLE shop.parts (id int, at date) PARTITION BY RANGE (at); CREATE TABLE shop.parts_1 PARTITION OF shop.parts DEFAULT; INSERT INTO shop.parts VALUES (1, '2026-01-01');
    CREATE VIEW shop.big AS SELECT count(*) FROM shop.orders; CREATE MATERIALIZED VIEW shop.kept AS SELECT max(id) FROM shop.orders;
    CREATE FUNCTION shop.one() RETURNS int RETURN 1; CREATE INDEX ON shop.orders (at);
    CREATE TABLE shop.ran (who text, gained text);
    CREATE FUNCTION shop.gain(int) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE gained text := 'nothing';
        BEGIN BEGIN GRANT crm_owner TO shop_app; gained := 'crm_owner'; EXCEPTION WHEN OTHERS THEN NULL; END; INSERT INTO shop.ran VALUES (current_user, gained); RETURN true; END $$;
    CREATE TABLE shop.trap (id int CHECK (shop.gain(id))); INSERT INTO shop.trap VALUES (1); RESET ROLE;
    SET ROLE crm_owner; CREATE TABLE crm.secret (id int); RESET ROLE`;

const TABLES = ["shop.orders", 'shop."Odd ""name"" %s\\"', "shop.parts", "shop.big", "shop.kept"];

for (const major of [15, 16, 17, 18]) {
    describe(`the export of a tenant on Postgres ${major}`, () => {
        withOwnState();
        let server: Server;
        let source: Source;
        let admin: Client;
        let dir: string;

        before(async () => {
            putDatabase({ engineVersion: `${major}.1` });
            server = await startServer();
            const postgres = await server.postgresFor(RESOURCE_ID);
            await makeTenants(postgres, tenantsNamed("shop", "crm"));
            admin = await connectAsAdmin(postgres);
            await admin.query(DATA);
            source = await sandboxSource(server, {
                endpoint: HOST,
                port: 5432,
                clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:keyless",
            });
        });
        after(() => server.stop());
        beforeEach(() => {
            dir = mkdtempSync(join(tmpdir(), "keyless-export-"));
        });
        afterEach(() => rmSync(dir, { recursive: true, force: true }));

        const write = (
            tenant: ExportedTenant = shop,
            more: Partial<Source> = {},
            interrupt = new AbortController().signal,
        ): Promise<Dump> =>
            dump({ ...source, ...more }, tenant, {
                out: join(dir, "shop.dump"),
                step: { update: () => undefined },
                interrupt,
            });
        const rowsOf = async (session: Client, query: string): Promise<unknown[]> =>
            (await session.query<Record<string, unknown>>(query)).rows;
        const memberships = (member = "keyless_provisioner") =>
            rowsOf(
                admin,
                `SELECT roleid::regrole, grantor::regrole FROM pg_auth_members WHERE member = '${member}'::regrole ORDER BY 1, 2`,
            );
        const contents = async (session: Client) => {
            const rows = await rowsOf(session, "SELECT last_value FROM shop.orders_id_seq");
            for (const table of TABLES) {
                rows.push(
                    ...(await rowsOf(
                        session,
                        `SELECT md5(string_agg(one::text, '|' ORDER BY one::text)) FROM ${table} AS one`,
                    )),
                );
            }
            return rows;
        };

        if (clientMajor() >= major) {
            it("restores completely as a role that gains no privilege, contains only the tenant's data, and leaves no membership behind", async () => {
                const before = await memberships();
                const { tables, bytes } = await write();
                assert.deepEqual(
                    [tables, bytes, readdirSync(dir)],
                    [5, statSync(join(dir, "shop.dump")).size, ["shop.dump"]],
                );
                assert.equal(statSync(join(dir, "shop.dump")).mode & 0o777, 0o600);
                assert.deepEqual(await memberships(), before);
                const postgres = await server.postgresFor(RESOURCE_ID);
                const provisioner = await connectAs(postgres, source.user);
                for (const statement of prepareStatements) {
                    await provisioner.query(statement);
                }
                const restore = promisify(execFile)(
                    clientProgram("pg_restore"),
                    restoreArguments(join(dir, "shop.dump")),
                    { env: await environmentOf(postgres, RESTORER, dir) },
                );
                // A newer pg_restore sets parameters that an older server does not know, reports that, and continues.
                await restore.catch((error: Error) =>
                    assert.match(error.message, /"transaction_timeout"[^]*errors ignored on restore: 1$/m),
                );
                const restored = await connectAsAdmin(postgres, RESTORED);
                assert.deepEqual(await contents(restored), await contents(admin));
                assert.deepEqual(await rowsOf(restored, "SELECT DISTINCT who, gained FROM shop.ran ORDER BY who"), [
                    { who: RESTORER, gained: "nothing" },
                    { who: "shop_owner", gained: "nothing" },
                ]);
                assert.deepEqual(await memberships("shop_app"), [{ roleid: "rds_iam", grantor: source.user }]);
                assert.deepEqual(
                    (await restored.query("SELECT nspname FROM pg_namespace WHERE nspname = 'crm'")).rows,
                    [],
                );
                await restored.end();
            });

            it("lists the casts of the schema's types, which pg_dump omits", async () => {
                await admin.query(`CREATE FUNCTION shop.number(shop.size) RETURNS int RETURN 1; CREATE CAST (shop.size AS int) WITH FUNCTION shop.number;
                    CREATE CAST (crm.secret AS text) WITH INOUT`);
                const { casts } = await write();
                await admin.query(
                    "DROP CAST (shop.size AS int); DROP FUNCTION shop.number; DROP CAST (crm.secret AS text)",
                );
                assert.deepEqual(casts, ["(shop.size AS integer)"]);
                assert.match(
                    String(castWarning(casts)[0]),
                    /^not in it: the cast \(shop\.size AS integer\), which pg_dump leaves out/,
                );
                assert.deepEqual(castWarning([]), []);
            });

            it("does not overwrite a file, and leaves no partial one when it fails or is interrupted", async () => {
                writeFileSync(join(dir, "shop.dump"), "mine");
                await assert.rejects(
                    write(),
                    new UserError(
                        `${join(dir, "shop.dump")} already exists and will not be overwritten; choose another path`,
                    ),
                );
                rmSync(join(dir, "shop.dump"));
                const before = await memberships();
                await assert.rejects(
                    write({ ...shop, schema: "nothing" }),
                    /^Error: pg_dump failed: pg_dump: error: no matching schemas were found$/,
                );
                await assert.rejects(write(shop, {}, AbortSignal.abort()), /abort/i);
                assert.deepEqual([readdirSync(dir), await memberships()], [[], before]);
            });

            it("revokes its membership even if its session ends while pg_dump runs, or prints how to revoke it", async () => {
                // A provisioner that is a member already stays one.
                await admin.query(`REVOKE shop_owner FROM ${source.user}`);
                const before = await memberships();
                const endIdle = () =>
                    admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE usename = '${source.user}' AND application_name <> 'keyless export' AND pid <> pg_backend_pid()`);
                const killing = (more: Partial<Source> = {}) => {
                    let ended: Promise<unknown> | undefined;
                    const update = (): void => void (ended ??= endIdle());
                    return dump({ ...source, ...more }, shop, {
                        out: join(dir, "shop.dump"),
                        step: { update },
                        interrupt: new AbortController().signal,
                    }).finally(() => ended);
                };
                await killing();
                assert.deepEqual([readdirSync(dir), await memberships()], [["shop.dump"], before]);
                rmSync(join(dir, "shop.dump"));
                // A token for the session and one for pg_dump, and none for another session.
                const tokens = [await source.token(), await source.token()];
                const token = () =>
                    tokens.length > 0
                        ? Promise.resolve(tokens.pop() ?? "")
                        : Promise.reject(new Error("no more tokens"));
                await assert.rejects(killing({ token }), (error: unknown) => {
                    assert.ok(error instanceof UserError);
                    assert.match(
                        error.message,
                        /^keyless_provisioner is still a member of shop_owner, .*: no more tokens\nrun this as keyless_provisioner:\n {4}REVOKE "shop_owner" FROM "keyless_provisioner";$/,
                    );
                    return true;
                });
                const provisioner = await connectAs(await server.postgresFor(RESOURCE_ID), source.user);
                await provisioner.query(`REVOKE shop_owner FROM ${source.user}`);
                assert.deepEqual([readdirSync(dir), await memberships()], [[], before]);
                await provisioner.query(`GRANT shop_owner TO ${source.user}`);
            });

            it("fails if the owner cannot read an object, instead of omitting it", async () => {
                await admin.query("CREATE TABLE IF NOT EXISTS shop.foreign_one ()");
                await assert.rejects(write(), /permission denied for table foreign_one/);
                await admin.query("DROP TABLE shop.foreign_one");
                assert.deepEqual(readdirSync(dir), []);
            });
        } else {
            it("is refused with a missing or invalid pg_dump, or one older than the server", async () => {
                await assert.rejects(
                    write(),
                    /pg_dump is not on the PATH|is of PostgreSQL \d+, the server of \d+, and pg_dump cannot read a newer server: install PostgreSQL's client/,
                );
                assert.equal(existsSync(join(dir, "shop.dump")), false);
            });
        }
    });
}
