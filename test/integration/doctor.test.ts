import assert from "node:assert/strict";

import type { Client } from "pg";

import { diagnose } from "../../doctor/checks/all";
import type { DatabaseFacts } from "../../doctor/facts";
import type { Finding } from "../../doctor/finding";
import { readDatabase } from "../../doctor/read/database";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { openGuardedSession } from "../../toolkit/guardedSession";
import type { Session } from "../../toolkit/session";
import { sql } from "../../toolkit/sql";
import { good } from "../doctor/good";
import { connectAsAdmin, connectWith, makeTenants, specFor, tenantsNamed, withOwnState } from "./postgres-support";

/** Beside the tenant: a login with a password as applications have one today. */
const LEGACY = { username: "legacy", password: "secret" } as const;

describe("the doctor on a server", () => {
    withOwnState();
    let postgres: Postgres;
    let admin: Client;

    before(async () => {
        postgres = await openCluster(specFor(18));
        admin = await connectAsAdmin(postgres);
        await makeTenants(postgres, tenantsNamed("billing"));
        await admin.query(`REVOKE ALL ON DATABASE app FROM PUBLIC; CREATE ROLE ${LEGACY.username} LOGIN PASSWORD '${LEGACY.password}';
            GRANT CONNECT ON DATABASE app TO billing_app, postgres, legacy`);
    });

    type Login = Pick<Postgres["master"], "username" | "password">;

    async function open(database: string, { username: user, password }: Login): Promise<Session> {
        const { host, port, authority: ca } = postgres;
        return openGuardedSession({ host, port, database, user, password, ssl: { ca } });
    }

    /** By default as the master, which is no superuser. */
    function read(
        login: Login = postgres.master,
        meanwhile = async (): Promise<unknown> => undefined,
    ): Promise<DatabaseFacts> {
        return readDatabase({ database: "app", open: (name) => open(name, login), seconds: 1 }, meanwhile);
    }

    async function found(login?: Login): Promise<readonly Finding[]> {
        const database = await read(login);
        return diagnose({ ...good, database }).filter(({ state }) => state !== "fine");
    }

    const seen = (findings: readonly Finding[]) =>
        findings.map((one) => [one.id, ...(one.state === "unchecked" ? [one.reason] : one.seen)]);

    it("finds nothing to change in what the bootstrap and a deployment leave", async () => {
        assert.deepEqual(await found(), []);
    });

    it("reads each statement in a READ ONLY transaction that is rolled back", async () => {
        const statements: string[] = [];
        const recorded = async (database: string): Promise<Session> => {
            const session = await open(database, postgres.master);
            const query = session.query.bind(session);
            session.query = (statement) => {
                statements.push(String(statement));
                return query(statement);
            };
            return session;
        };
        await readDatabase({ database: "app", open: recorded, seconds: 1 }, async () => undefined);
        const around = statements.filter((one) => !one.includes("set_config")).filter((_, index) => index % 3 !== 1);
        assert.ok(statements.length > 30);
        assert.deepEqual(
            new Set(around.map((text, index) => [index % 2, text].join(" "))),
            new Set(["0 BEGIN TRANSACTION READ ONLY", "1 ROLLBACK"]),
        );
    });

    it("waits for nobody's lock, and says what it could not read for it", async () => {
        await admin.query("BEGIN; LOCK TABLE pg_foreign_server IN ACCESS EXCLUSIVE MODE");
        try {
            const { catalog, load } = await read();
            assert.match("unknown" in catalog ? catalog.unknown : "", /^the catalogs: .*lock timeout/);
            assert.ok("value" in load);
        } finally {
            await admin.query("ROLLBACK");
        }
    });

    it("begins with settings under which nothing can be written or run for long", async () => {
        const seen: unknown[] = [];
        const watched = async (database: string): Promise<Session> => {
            const session = await open(database, postgres.master);
            const end = session.end.bind(session);
            session.end = async () => {
                seen.push(
                    (
                        await session.query(
                            sql`SELECT current_setting('default_transaction_read_only') AS only, current_setting('statement_timeout') AS run, current_setting('lock_timeout') AS wait`,
                        )
                    ).rows[0],
                );
                await end();
            };
            return session;
        };
        await readDatabase({ database: "app", open: watched, seconds: 1 }, async () => undefined);
        assert.ok(seen.length > 0);
        assert.deepEqual(
            new Set(seen.map((one) => JSON.stringify(one))),
            new Set([JSON.stringify({ only: "on", run: "30s", wait: "1s" })]),
        );
    });

    for (const { what, make, expected, undo } of [
        {
            what: "who depends on PUBLIC to connect, and what else PUBLIC holds",
            make: `REVOKE CONNECT ON DATABASE app FROM legacy; GRANT CONNECT ON DATABASE app TO PUBLIC;
                CREATE SCHEMA open; GRANT USAGE ON SCHEMA open TO PUBLIC; CREATE TABLE open."Prices" (); GRANT SELECT ON open."Prices" TO PUBLIC;
                CREATE FUNCTION open.f(a numeric) RETURNS int LANGUAGE sql RETURN 1;
                CREATE SCHEMA closed; CREATE TABLE closed.prices (); GRANT SELECT ON closed.prices TO PUBLIC`,
            expected: [
                [
                    "public-rights",
                    "CONNECT on database app",
                    "SELECT on table open.Prices in app",
                    "EXECUTE on function open.f(numeric) in app",
                ],
            ],
            undo: "DROP SCHEMA open, closed CASCADE",
        },
        {
            what: "a creator that a later membership would lock out",
            make: "CREATE ROLE crm LOGIN PASSWORD 'x' ADMIN legacy",
            expected: [
                [
                    "lock-out",
                    "legacy is a member of crm, and is refused with a password as soon as one of them becomes a member of rds_iam",
                ],
            ],
            undo: "DROP ROLE crm",
        },
        {
            what: "a login with a password that owns objects",
            make: `CREATE SCHEMA crm AUTHORIZATION legacy; CREATE TABLE crm.people (id serial); ALTER TABLE crm.people OWNER TO legacy`,
            expected: [["owners", "legacy owns 1 schema, 1 table in app"]],
            undo: "DROP SCHEMA crm CASCADE; ALTER ROLE legacy RESET role; DROP ROLE legacy_owner",
        },
        {
            what: "grants that future tables lack",
            make: `CREATE ROLE crm_owner; CREATE SCHEMA crm AUTHORIZATION crm_owner; SET ROLE crm_owner;
                CREATE TABLE crm.a (); CREATE TABLE crm.b (); GRANT SELECT ON ALL TABLES IN SCHEMA crm TO billing_app; RESET ROLE`,
            expected: [
                [
                    "default-privileges",
                    "billing_app holds SELECT on all tables of crm_owner in app.crm, but not on future ones",
                ],
            ],
            undo: "DROP SCHEMA crm CASCADE; DROP OWNED BY crm_owner; DROP ROLE crm_owner",
        },
        {
            what: "a role and a schema that the stack would create",
            make: "CREATE ROLE shop_app NOLOGIN; CREATE SCHEMA shop",
            expected: [["names", "the role shop_app exists", "the schema shop exists in app"]],
            undo: "DROP SCHEMA shop; DROP ROLE shop_app",
        },
    ]) {
        it(`finds ${what}, and nothing once its statements have run`, async () => {
            await admin.query(make);
            try {
                const findings = await found();
                assert.deepEqual(seen(findings), expected);
                const changes = findings.flatMap((one) => (one.state === "change" ? one.change : []));
                for (const change of changes) {
                    await ("sql" in change ? admin.query(String(change.sql)) : undefined);
                }
                if (changes.some((change) => "sql" in change)) {
                    assert.deepEqual(seen(await found()), []);
                }
            } finally {
                await admin.query(undo);
            }
        });
    }

    it("prints statements that RDS' master, which is no superuser, can run for a login that it has created", async () => {
        const master = await connectWith(postgres, postgres.master.username, postgres.master.password);
        await master.query("CREATE ROLE crm LOGIN PASSWORD 'x'");
        // On RDS, the master owns the database that it creates.
        await admin.query("GRANT CREATE ON DATABASE app TO postgres");
        await admin.query(
            "CREATE SCHEMA crm AUTHORIZATION crm; CREATE TABLE crm.people (); ALTER TABLE crm.people OWNER TO crm",
        );
        try {
            const [owners] = (await found()).filter(({ id }) => id === "owners");
            for (const change of owners?.state === "change" ? owners.change : assert.fail("not found")) {
                await ("sql" in change ? master.query(String(change.sql)) : assert.fail("no statement"));
            }
            const left = seen(await found());
            // From Postgres 16, whoever creates a role stays its member.
            assert.deepEqual(left, [
                [
                    "lock-out",
                    "postgres is a member of crm, and is refused with a password as soon as one of them becomes a member of rds_iam",
                ],
            ]);
        } finally {
            await master.end();
            await admin.query(
                "REVOKE CREATE ON DATABASE app FROM postgres; DROP SCHEMA crm CASCADE; DROP ROLE crm, crm_owner",
            );
        }
    });

    it("finds a master that another role has made a member of rds_iam, and whom RDS then refuses", async () => {
        await admin.query("CREATE ROLE crm LOGIN IN ROLE rds_iam; GRANT crm TO postgres");
        try {
            await assert.rejects(open("app", postgres.master));
            // Hidden sessions are another test's.
            const findings = (await found(LEGACY)).filter(({ id }) => id === "lock-out");
            assert.deepEqual(seen(findings), [
                ["lock-out", "postgres (the master) is refused with a password: postgres → crm → rds_iam"],
            ]);
            const [change] = findings.flatMap((one) => (one.state === "change" ? one.change : []));
            assert.ok(change !== undefined && "sql" in change);
            await admin.query(String(change.sql));
            await (await open("app", postgres.master)).end();
        } finally {
            await admin.query("DROP ROLE crm");
        }
    });

    it("says that a login may not see all sessions, instead of judging those that it sees", async () => {
        const other = await connectWith(postgres, postgres.master.username, postgres.master.password);
        const { sessions } = await read(LEGACY);
        assert.match(
            "unknown" in sessions ? sessions.unknown : "",
            /^sessions: \d+ are hidden from this login; use a member of pg_read_all_stats, such as the master$/,
        );
        const { sessions: all } = await read();
        assert.ok("value" in all && all.value.some(({ login, tls }) => login === "postgres" && tls));
        await other.end();
    });

    it("counts the sessions that begin meanwhile", async () => {
        const { loginRate } = await read(postgres.master, async () => {
            for (let begun = 0; begun < 5; begun += 1) {
                await (await open("app", LEGACY)).end();
            }
        });
        // A session's end reaches the statistics a little later than its client.
        assert.ok("value" in loginRate && loginRate.value.perSecond >= 1, JSON.stringify(loginRate));
    });
});
