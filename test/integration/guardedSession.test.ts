import assert from "node:assert/strict";

import type { Client } from "pg";

import { readCatalog } from "../../access";
import { connect } from "../../cli/access/connection";
import { openCluster } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { byCertificate } from "../../sandbox/postgres/session";
import { dial } from "../../toolkit/dial";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { DatabaseError, type Session } from "../../toolkit/session";
import { Sessions } from "../../toolkit/sessions";
import { parameter, sql } from "../../toolkit/sql";
import { connectAs, connectAsAdmin, specFor, withOwnState } from "./postgres-support";

/** A reader of everything, whose default search path begins with the schema of the same name. */
const LOGIN = "audrey";

describe("a session of ours beside hostile objects", () => {
    withOwnState();
    let postgres: Postgres;
    let admin: Client;

    const guarded = async (database = "app"): Promise<Session> =>
        openGuardedSession({ ...(await byCertificate(postgres, LOGIN)), database });
    const ran = async (): Promise<unknown[]> =>
        (await admin.query<{ how: string }>("DELETE FROM acme.ran RETURNING how")).rows.map(({ how }) => how);

    before(async () => {
        postgres = await openCluster(specFor(15));
        admin = await connectAsAdmin(postgres);
        await admin.query(`
            CREATE ROLE ${LOGIN} LOGIN IN ROLE rds_iam;
            CREATE SCHEMA acme;
            CREATE SCHEMA ${LOGIN};
            CREATE TABLE acme.ran (how text);
            CREATE FUNCTION acme.run(how text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS
                $$ BEGIN INSERT INTO acme.ran VALUES (how); RETURN true; END $$;
            CREATE FUNCTION ${LOGIN}.matches(a name, b name) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN PERFORM acme.run('operator'); RETURN a OPERATOR(pg_catalog.~) b::text; END $$;
            CREATE OPERATOR ${LOGIN}.~ (LEFTARG = name, RIGHTARG = name, FUNCTION = ${LOGIN}.matches);
            CREATE TABLE acme.filtered AS SELECT 1 AS id;
            ALTER TABLE acme.filtered ENABLE ROW LEVEL SECURITY;
            CREATE POLICY spy ON acme.filtered USING (acme.run('policy'));
            CREATE VIEW acme.view AS SELECT acme.run('view');
            GRANT USAGE ON SCHEMA acme, ${LOGIN} TO ${LOGIN};
            GRANT SELECT ON ALL TABLES IN SCHEMA acme TO ${LOGIN};
            ALTER ROLE ${LOGIN} SET search_path = acme, public;
            ALTER ROLE ${LOGIN} IN DATABASE app SET row_security = on`);
    });

    it("of `keyless access --live` finds no operator and no function of a schema named like its role", async () => {
        await admin.query(`ALTER ROLE ${LOGIN} RESET search_path`);
        const match = sql`SELECT count(*) FROM pg_roles WHERE rolname ~ 'audrey'::name`;
        const plain = new Sessions(async () =>
            openGuardedSession(
                { ...(await byCertificate(postgres, LOGIN)), database: "app" },
                { search_path: '"$user",public' },
            ),
        );
        const target = { host: postgres.host, database: "app", config: await byCertificate(postgres, LOGIN) };
        const sessions = new Sessions((database) => connect(target, database));
        try {
            await plain.ask("app", match);
            assert.deepEqual(new Set(await ran()), new Set(["operator"]), "the trap works");
            await sessions.ask("app", match);
            await readCatalog(sessions.ask, "app");
            assert.deepEqual(await ran(), []);
        } finally {
            await Promise.all([plain.end(), sessions.end()]);
        }
    });

    it("of the provider runs no operator of a schema named like the provisioner, though it asks without qualified names", async () => {
        await admin.query(`
            CREATE SCHEMA keyless_provisioner;
            CREATE FUNCTION keyless_provisioner.equals(a information_schema.sql_identifier, b information_schema.sql_identifier) RETURNS boolean LANGUAGE plpgsql AS
                $$ BEGIN PERFORM acme.run('operator'); RETURN a::text OPERATOR(pg_catalog.=) b::text; END $$;
            CREATE OPERATOR keyless_provisioner.= (LEFTARG = information_schema.sql_identifier, RIGHTARG = information_schema.sql_identifier, FUNCTION = keyless_provisioner.equals);
            GRANT USAGE ON SCHEMA acme, keyless_provisioner TO keyless_provisioner`);
        // https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/helpers.go, isMemberOfRole
        const question =
            "SELECT 1 FROM information_schema.columns WHERE table_name='pg_auth_members' AND column_name = 'set_option'";
        await (await connectAs(postgres, "keyless_provisioner")).query(question);
        assert.deepEqual(await ran(), []);
        await admin.query("ALTER ROLE keyless_provisioner RESET search_path");
        await (await connectAs(postgres, "keyless_provisioner")).query(question);
        assert.deepEqual(new Set(await ran()), new Set(["operator"]), "the trap works");
    });

    it("begins with its own settings, whatever those of its role are", async () => {
        const session = await guarded();
        try {
            const { rows } = await session.query<{
                name: string;
                setting: string;
            }>(sql`SELECT name, setting FROM pg_settings WHERE name IN
                ('search_path', 'row_security', 'restrict_nonsystem_relation_kind', 'lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout')
                ORDER BY name`);
            assert.deepEqual(
                rows.map(({ name, setting }) => `${name}=${setting}`),
                [
                    "idle_in_transaction_session_timeout=60000",
                    "lock_timeout=60000",
                    "restrict_nonsystem_relation_kind=view, foreign-table",
                    "row_security=off",
                    "search_path=",
                    "statement_timeout=900000",
                ],
            );
        } finally {
            await session.end();
        }
    });

    it("that waits for a lock in vain names who may hold it, and how to end that session", async () => {
        const holder = await connectAs(postgres, LOGIN);
        const session = await openGuardedSession(
            { ...(await byCertificate(postgres, "keyless_provisioner")), database: "app" },
            { lock_timeout: 100 },
        );
        try {
            const { rows } = await holder
                .query<{ pid: number }>(
                    "SET application_name = E'x\\u001b[2J'; SELECT pg_backend_pid() AS pid, pg_advisory_lock(oid::bigint) FROM pg_roles",
                )
                .then((results) => [results].flat().at(-1) ?? { rows: [] });
            const error: unknown = await session
                .query(sql`SELECT pg_advisory_lock(oid::bigint) FROM pg_roles`)
                .catch((error: unknown) => error);
            assert.ok(error instanceof DatabaseError);
            assert.equal(error.code, "55P03");
            const [first, named = "", way] = error.message.split("\n");
            assert.equal(first, "canceling statement due to lock timeout; the lock may be held by:");
            assert.match(
                named,
                new RegExp(
                    `^ {2}pid ${rows[0]?.pid}, login ${LOGIN}, database app, connected for \\d+ s, from 127\\.0\\.0\\.1, application "x`,
                ),
            );
            assert.equal(named.includes("\u001b"), false);
            assert.equal(way, `    to terminate it: npm run keyless -- sessions --end-pid ${rows[0]?.pid}`);
        } finally {
            await Promise.all([session.end(), holder.end()]);
        }
    });

    it("can have its statement cancelled from outside, also where only another way leads to the server", async () => {
        const { host, port, ...config } = await byCertificate(postgres, LOGIN);
        const reach = () => dial({ host: host ?? "", port: port ?? 0, connectTimeout: 0 }, {});
        const session = await openGuardedSession({
            ...config,
            host: specFor(15).hosts[0],
            port: 1,
            reach,
            database: "app",
        });
        try {
            const started = await guarded();
            const sleeping = session.query(sql`SELECT pg_sleep(60)`).catch((error: unknown) => error);
            while (
                (
                    await started.query(
                        sql`SELECT FROM pg_stat_activity WHERE pid = ${parameter(session.pid ?? 0)} AND wait_event = 'PgSleep'`,
                    )
                ).rows.length === 0
            ) {
                await new Promise(setImmediate);
            }
            await started.end();
            await session.cancel();
            assert.match(String(await sleeping), /canceling statement due to user request/);
            await session.query(sql`SELECT 1`);
        } finally {
            await session.end();
        }
    });

    it("refuses a view and a table with policies, whose functions would run", async () => {
        const session = await guarded();
        try {
            await assert.rejects(session.query(sql`SELECT * FROM acme.view`), {
                message: 'access to non-system view "view" is restricted',
            });
            await assert.rejects(session.query(sql`SELECT * FROM acme.filtered`), {
                message: 'query would be affected by row-level security policy for table "filtered"',
            });
            assert.deepEqual(await ran(), []);
        } finally {
            await session.end();
        }
    });
});
