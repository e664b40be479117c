import assert from "node:assert/strict";

import fc from "fast-check";
import type { Client } from "pg";

import type { Resource } from "../../access";
import { findDrift, fixAll, readFacts, type Finding } from "../../drift/index";
import { renderFinding } from "../../drift/render";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { copyable } from "../../toolkit/copyable";
import type { Ask, Row } from "../../toolkit/session";
import { identifier, literal, sql } from "../../toolkit/sql";
import { hidesCharacters } from "../../toolkit/visible";
import { openTenantServer } from "./drift-support";
import { MAJORS_APART } from "../support/majors";
import { connectAs, withOwnState } from "./postgres-support";

/** Manual changes, and the findings: kinds and messages. */
const DRIFT: readonly (readonly [sql: string, found: string])[] = [
    [
        "GRANT SELECT ON shop.orders TO PUBLIC",
        "privilege of PUBLIC: PUBLIC has SELECT on table shop.orders, which nothing declares",
    ],
    ["GRANT crm_owner TO shop_app", "membership: shop_app is a member of crm_owner, which nothing declares"],
    ["ALTER TABLE crm.orders OWNER TO shop_owner", "owner: table crm.orders belongs to shop_owner, not to crm_owner"],
    [
        "GRANT CREATE ON SCHEMA shop TO crm_app",
        "schema privilege: crm_app has CREATE on schema shop, which nothing declares",
    ],
    [
        "GRANT USAGE ON SCHEMA shop TO shop_app WITH GRANT OPTION",
        "grant option: shop_app has USAGE on schema shop with the grant option",
    ],
    ["ALTER ROLE crm_app SUPERUSER", "role attribute: crm_app has SUPERUSER"],
    [
        "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop GRANT TRUNCATE ON TABLES TO crm_app",
        "default privilege: crm_app gets TRUNCATE on tables to come of shop_owner in schema shop, which nothing declares",
    ],
    [
        "GRANT UPDATE (total) ON shop.orders TO clerks",
        "column privilege: clerks has UPDATE on column shop.orders.total, which nothing declares",
    ],
    [
        "GRANT EXECUTE ON FUNCTION crm.total(int) TO shop_app",
        "function privilege: shop_app has EXECUTE on function crm.total(integer), which nothing declares",
    ],
    [
        "GRANT CONNECT ON DATABASE app TO PUBLIC",
        "privilege of PUBLIC: PUBLIC has CONNECT on database app, which nothing declares",
    ],
    [
        "GRANT TEMP ON DATABASE postgres TO PUBLIC",
        "privilege of PUBLIC: PUBLIC has TEMPORARY on database postgres, which nothing declares",
    ],
    [
        "GRANT CONNECT ON DATABASE template1 TO PUBLIC",
        "privilege of PUBLIC: PUBLIC has CONNECT on database template1, which nothing declares",
    ],
    [
        "GRANT CONNECT ON DATABASE postgres TO shop_app",
        "database privilege: shop_app has CONNECT on database postgres, which nothing declares",
    ],
    [
        "GRANT CONNECT ON DATABASE postgres TO keyless_breakglass WITH GRANT OPTION",
        "grant option: keyless_breakglass has CONNECT on database postgres with the grant option",
    ],
    [
        "ALTER ROLE shop_app IN DATABASE app SET search_path TO crm",
        'role setting: shop_app has search_path = "crm" in app, which nothing declares',
    ],
    [
        "CREATE ROLE mallory LOGIN CREATEDB",
        "role: mallory has LOGIN, CREATEDB, which nothing declares; the fix disables its login",
    ],
    ["REVOKE SELECT (id) ON shop.orders FROM clerks", "column privilege: clerks lacks SELECT on column shop.orders.id"],
    [
        "GRANT shop_app TO keyless_breakglass",
        "membership: keyless_breakglass is a member of shop_app, which nothing declares",
    ],
    ["REVOKE USAGE ON SCHEMA crm FROM crm_app", "schema privilege: crm_app lacks USAGE on schema crm"],
    ["ALTER ROLE shop_app CONNECTION LIMIT 90", "role setting: shop_app may have 90 sessions, not 9"],
    ["ALTER ROLE shop_app RESET statement_timeout", "role setting: shop_app has no statement_timeout, not 5000"],
    [
        "ALTER ROLE keyless_provisioner SET search_path TO shop",
        'role setting: keyless_provisioner has search_path = "shop", not ""',
    ],
    [
        "ALTER ROLE keyless_provisioner IN DATABASE app SET row_security TO on",
        'role setting: keyless_provisioner has row_security = "on" in app, which nothing declares',
    ],
    [
        `ALTER ROLE crm_app SET application_name TO '${"a".repeat(300_000)}'`,
        `role setting: crm_app has application_name = "${"a".repeat(83)}… (300017 characters)", which nothing declares`,
    ],
    [
        "ALTER ROLE keyless_provisioner RESET lock_timeout",
        "role setting: keyless_provisioner has no lock_timeout, not 60000",
    ],
    [
        "ALTER ROLE keyless_breakglass RESET row_security",
        "role setting: keyless_breakglass has no row_security, not off",
    ],
    [
        "GRANT USAGE ON SEQUENCE shop.orders_id_seq TO crm_app WITH GRANT OPTION",
        "sequence privilege: crm_app has USAGE on sequence shop.orders_id_seq, which nothing declares",
    ],
    ["GRANT shop_owner TO rds_iam", "membership: rds_iam is a member of shop_owner, which nothing declares"],
    ["GRANT crm_owner TO app_connect", "membership: app_connect is a member of crm_owner, which nothing declares"],
    [
        "CREATE ROLE rds_reporting LOGIN CREATEROLE",
        "role: rds_reporting has LOGIN, CREATEROLE, which nothing declares; the fix disables its login",
    ],
    [
        "ALTER DEFAULT PRIVILEGES FOR ROLE crm_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
        "default privilege: PUBLIC gets EXECUTE on functions to come of crm_owner, which nothing declares",
    ],
];

for (const major of MAJORS_APART) {
    describe(`keyless drift on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let resources: readonly Resource[];

        before(async () => {
            ({ postgres, admin, resources } = await openTenantServer(major));
        });

        const ask: Ask = async (_, statement) => (await admin.query<Row>(statement)).rows;
        const look = async (): Promise<Finding[]> =>
            findDrift(resources, await readFacts(ask, ["app"]), { server: "db", breakGlass: "keyless_breakglass" });
        const messages = (findings: readonly Finding[]) =>
            findings.map(({ kind, message }) => `${kind}: ${message}`).sort();
        const through = (session: Client) => () => Promise.resolve(session);

        it("finds nothing on a server as declared", async () => {
            assert.deepEqual(messages(await look()), []);
        });

        it("leaves a function executable by the roles that a migration granted it to", async () => {
            await admin.query("SET ROLE shop_owner; GRANT EXECUTE ON FUNCTION shop.total(int) TO shop_app; RESET ROLE");
            assert.deepEqual(messages(await look()), []);
        });

        it("ignores the functions that Postgres creates with a range type, which the type's owner cannot own", async () => {
            await admin.query("SET ROLE shop_owner; CREATE TYPE shop.days AS RANGE (subtype = date); RESET ROLE");
            try {
                assert.deepEqual(messages(await look()), []);
            } finally {
                await admin.query("DROP TYPE shop.days");
            }
        });

        for (const [sql, found] of DRIFT) {
            it(`finds and fixes ${sql}`, async () => {
                await admin.query(sql);
                const findings = await look();
                const also = sql.startsWith("GRANT shop_app TO keyless_breakglass")
                    ? [
                          "lock-out: keyless_breakglass, the break-glass login, is locked out: keyless_breakglass → shop_app → rds_iam",
                      ]
                    : [];
                assert.deepEqual(messages(findings), [...also, found]);
                assert.deepEqual(
                    (await fixAll(through(admin), findings)).filter(
                        ({ failure }) => failure !== undefined && !also.length,
                    ),
                    [],
                );
                assert.deepEqual(messages(await look()), []);
            });
        }

        it("revokes excess grants on routines of every kind", async () => {
            const routines = [
                "f()",
                "p(int, OUT text)",
                "p(OUT int, text)",
                "a(int)",
                "o(int, int)",
                "v(VARIADIC text[])",
            ];
            await admin.query(`SET ROLE crm_owner; CREATE FUNCTION crm.f() RETURNS int RETURN 1; CREATE PROCEDURE crm.p(a int, OUT b text) LANGUAGE sql AS 'SELECT NULL::text';
                CREATE PROCEDURE crm.p(OUT a int, b text) LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE crm.a(int) (SFUNC = int4pl, STYPE = int);
                CREATE AGGREGATE crm.o(int ORDER BY int) (SFUNC = int4pl, STYPE = int);
                CREATE FUNCTION crm.v(VARIADIC a text[]) RETURNS int RETURN 1; RESET ROLE`);
            await admin.query(
                routines
                    .map(
                        (one) =>
                            `GRANT EXECUTE ON ROUTINE crm.${one} TO PUBLIC; ALTER ROUTINE crm.${one} OWNER TO shop_owner`,
                    )
                    .join(";"),
            );
            // The expected access list is unknown until the owner is the declared one.
            for (const kind of ["owner", "privilege of PUBLIC"]) {
                const findings = await look();
                assert.deepEqual(
                    findings.map((one) => one.kind),
                    routines.map(() => kind),
                    messages(findings).join("\n"),
                );
                assert.deepEqual(
                    (await fixAll(through(admin), findings)).flatMap(({ failure }) => failure ?? []),
                    [],
                );
            }
            assert.deepEqual(messages(await look()), []);
            await admin.query(routines.map((one) => `DROP ROUTINE crm.${one}`).join(";"));
        });

        it("executes no SQL contained in a function's name", async () => {
            await admin.query(`SET ROLE crm_owner; CREATE FUNCTION crm.x() RETURNS int RETURN 1;
                CREATE FUNCTION crm."x() FROM public;ALTER ROLE crm_app SUPERUSER;--"() RETURNS int RETURN 1;
                CREATE FUNCTION crm."x() FROM public;GRANT shop_owner TO crm_app;--"() RETURNS int RETURN 1;
                GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA crm TO PUBLIC; RESET ROLE`);
            const findings = await look();
            assert.equal(findings.length, 4, messages(findings).join("\n"));
            assert.deepEqual(
                (await fixAll(through(admin), findings)).flatMap(({ failure }) => failure ?? []),
                [],
            );
            assert.deepEqual(messages(await look()), []);
            await admin.query(
                `DROP FUNCTION crm.x(), crm."x() FROM public;ALTER ROLE crm_app SUPERUSER;--"(), crm."x() FROM public;GRANT shop_owner TO crm_app;--"()`,
            );
        });

        it("prints a login's setting in one line with every character visible, and SQL that fixes it when pasted", async () => {
            const value =
                "psql\n    GRANT keyless_provisioner TO crm_app;\nmembership: x\u001b[2J\u001b[Hthe server is as declared\u001b[8m\u202e\\";
            await admin.query(
                `ALTER ROLE crm_app SET application_name TO ${literal(value).text}; CREATE TABLE crm.${identifier(value.slice(0, 50)).text} (); GRANT SELECT ON crm.${identifier(value.slice(0, 50)).text} TO PUBLIC`,
            );
            const lines = (await look()).flatMap((finding) => String(renderFinding(finding)).split("\n"));
            assert.deepEqual(lines.filter(hidesCharacters), []);
            const statements = lines.filter((line) => line.startsWith("    ")).map((line) => line.trim());
            assert.equal(lines.length, 2 * statements.length);
            assert.match(
                lines.join("\n"),
                /^role setting: crm_app has application_name = "psql\\n \\u\{20\}.*", which nothing declares$/m,
            );
            await admin.query(statements.join("\n"));
            await admin.query(`DROP TABLE crm.${identifier(value.slice(0, 50)).text}`);
            assert.deepEqual(messages(await look()), []);
        });

        it("reads every name and constant back from SQL to be copied", async () => {
            const text = fc
                .string({ unit: "binary", minLength: 1, maxLength: 15 })
                .filter((one) => !/[\0\p{Surrogate}]/u.test(one));
            await fc.assert(
                fc.asyncProperty(text, text, async (name, value) => {
                    const { fields, rows } = await admin.query<Record<string, string>>(
                        String(copyable(sql`SELECT ${literal(value)} AS ${identifier(name)}`)),
                    );
                    assert.deepEqual([fields.map((field) => field.name), rows], [[name], [{ [name]: value }]]);
                }),
            );
        });

        it("finds all differences at once, and fixes them in one run", async () => {
            for (const [sql] of DRIFT) {
                await admin.query(sql.replace("CREATE ROLE", "ALTER ROLE"));
            }
            const findings = await look();
            const all = messages(findings);
            assert.deepEqual(
                DRIFT.map(([, found]) => found).filter((found) => !all.includes(found) && !found.includes("crm.")),
                [],
            );
            await fixAll(through(admin), findings);
            await fixAll(through(admin), await look());
            assert.deepEqual(messages(await look()), []);
        });

        it("lets the provisioner, which is not a superuser, fix what it has privileges for", async () => {
            const provisioner = await connectAs(postgres, "keyless_provisioner");
            await provisioner.query(`GRANT CONNECT ON DATABASE app TO PUBLIC; ALTER ROLE shop_app SET search_path TO crm; GRANT shop_owner TO crm_app; GRANT shop_owner TO CURRENT_USER;
                SET ROLE shop_owner; GRANT SELECT ON shop.orders TO crm_app; RESET ROLE; REVOKE shop_owner FROM CURRENT_USER`);
            const findings = await look();
            assert.equal(findings.length, 4, messages(findings).join("\n"));
            assert.deepEqual(
                (await fixAll(through(provisioner), findings)).flatMap(({ failure }) => failure ?? []),
                [],
            );
            assert.deepEqual(messages(await look()), []);
        });
    });
}

/** Memberships whose grantor the fix must name, or must not: the version, the grantor, how it grants, and the fix. */
const GRANTORS: readonly (readonly [major: number, grantor: string, planted: string, fix: string])[] = [
    // A REVOKE by a superuser that names no grantor takes what the superuser of initdb has granted, and only warns otherwise.
    [
        16,
        "the provisioner",
        "SET ROLE keyless_provisioner; GRANT crm_owner TO shop_app; RESET ROLE",
        'REVOKE "crm_owner" FROM "shop_app" GRANTED BY "keyless_provisioner"',
    ],
    // Any REVOKE takes it, and the grantor may be a role that is gone, which the catalogs show as "unknown (OID=16418)".
    [
        15,
        "a role that has been dropped",
        "CREATE ROLE leaver SUPERUSER; SET ROLE leaver; GRANT crm_owner TO shop_app; RESET ROLE; DROP ROLE leaver",
        'REVOKE "crm_owner" FROM "shop_app"',
    ],
];

for (const [major, grantor, planted, fix] of GRANTORS) {
    describe(`a grantor on Postgres ${major}`, () => {
        withOwnState();

        it(`that is ${grantor} keeps no undeclared membership`, async () => {
            const { admin, resources } = await openTenantServer(major);
            const ask: Ask = async (_, statement) => (await admin.query<Row>(statement)).rows;
            const look = async (): Promise<Finding[]> =>
                findDrift(resources, await readFacts(ask, ["app"]), { server: "db", breakGlass: "keyless_breakglass" });
            await admin.query(planted);
            const findings = await look();
            assert.deepEqual(
                findings.map(({ message, sql: statements }) => [message, statements.map(({ text }) => text)]),
                [["shop_app is a member of crm_owner, which nothing declares", [fix]]],
            );
            const fixed = await fixAll(() => Promise.resolve(admin), findings);
            assert.deepEqual([fixed.map(({ failure }) => failure), await look()], [[undefined], []]);
        });
    });
}
