import assert from "node:assert/strict";

import type { Client } from "pg";

import type { Resource } from "../../access";
import { DECISIONS } from "../../drift/catalog/decisions";
import { findDrift, fixAll, readFacts, type Finding } from "../../drift/index";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { openSession, type Session } from "../../toolkit/session";
import type { Ask, Row } from "../../toolkit/session";
import { openTenantServer } from "./drift-support";
import { MAJORS_APART } from "../support/majors";
import { connectAs, withOwnState } from "./postgres-support";

/** A manual change, what is found, and the statements that remove what it made. */
interface Case {
    readonly what: string;
    readonly sql: string;
    readonly found: readonly string[];
    readonly undo?: string;
    /** The versions on which it is possible. */
    readonly from?: number;
    /** What the fix leaves, since nothing but a decision of its own could change it. */
    readonly left?: readonly string[];
}

const GIVEN_AWAY: readonly (readonly [kind: string, create: string, name: string, shown?: string])[] = [
    ["TYPE", "CREATE TYPE shop.mood AS ENUM ('a')", "shop.mood", "type shop.mood"],
    ["TYPE", "CREATE TYPE shop.pair AS (a int, b int)", "shop.pair"],
    ["TYPE", "CREATE TYPE shop.days AS RANGE (subtype = date)", "shop.days"],
    [
        "DOMAIN",
        `CREATE DOMAIN shop."Positive Int" AS int CHECK (VALUE > 0)`,
        `shop."Positive Int"`,
        "type shop.Positive Int",
    ],
    ["COLLATION", `CREATE COLLATION shop.plain FROM "C"`, "shop.plain"],
    ["CONVERSION", "CREATE CONVERSION shop.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "shop.latin"],
    [
        "OPERATOR",
        "CREATE OPERATOR shop.<=> (LEFTARG = int, RIGHTARG = text, FUNCTION = shop.compare)",
        "shop.<=> (int, text)",
        "operator shop.<=>(pg_catalog.int4, pg_catalog.text)",
    ],
    [
        "OPERATOR",
        "CREATE OPERATOR shop.@#@ (RIGHTARG = int8, FUNCTION = int8up)",
        "shop.@#@ (NONE, int8)",
        "operator shop.@#@(none, pg_catalog.int8)",
    ],
    [
        "OPERATOR FAMILY",
        "CREATE OPERATOR FAMILY shop.many USING btree",
        "shop.many USING btree",
        "operator family shop.many using btree",
    ],
    [
        "OPERATOR CLASS",
        "CREATE OPERATOR CLASS shop.one FOR TYPE int USING hash FAMILY shop.few AS OPERATOR 1 =(int, int), FUNCTION 1 hashint4(int)",
        "shop.one USING hash",
        "operator class shop.one using hash",
    ],
    [
        "STATISTICS",
        "CREATE STATISTICS shop.both ON id, total FROM shop.orders",
        "shop.both",
        "statistics object shop.both",
    ],
    ["TEXT SEARCH CONFIGURATION", "CREATE TEXT SEARCH CONFIGURATION shop.words (COPY = simple)", "shop.words"],
    ["TEXT SEARCH DICTIONARY", "CREATE TEXT SEARCH DICTIONARY shop.stems (TEMPLATE = simple)", "shop.stems"],
    [
        "MATERIALIZED VIEW",
        "SET ROLE shop_owner; CREATE MATERIALIZED VIEW shop.sums AS SELECT 1 AS a; RESET ROLE",
        "shop.sums",
        "table shop.sums",
    ],
    ["VIEW", "SET ROLE shop_owner; CREATE VIEW shop.seen AS SELECT 1 AS a; RESET ROLE", "shop.seen", "table shop.seen"],
    [
        "PROCEDURE",
        "SET ROLE shop_owner; CREATE PROCEDURE shop.sweep(INOUT a int) LANGUAGE sql AS 'SELECT 1'; RESET ROLE",
        "shop.sweep(int)",
        "function shop.sweep(integer)",
    ],
];

const nothing = "which nothing declares";
const undeclared = "and nothing declares it: declare it, or drop it";
const GRANTS: readonly (readonly [grant: string, found: string])[] = [
    ["USAGE ON TYPE shop.color TO crm_app", `object privilege: crm_app has USAGE on type shop.color, ${nothing}`],
    [
        "USAGE ON FOREIGN DATA WRAPPER wrapper TO crm_app",
        `object privilege: crm_app has USAGE on foreign-data wrapper wrapper, ${nothing}`,
    ],
    [
        "USAGE ON FOREIGN SERVER beyond TO shop_app WITH GRANT OPTION",
        `object privilege: shop_app has USAGE on foreign server beyond, ${nothing}`,
    ],
    ["USAGE ON LANGUAGE parlance TO crm_app", `object privilege: crm_app has USAGE on language parlance, ${nothing}`],
    ["USAGE ON LANGUAGE sql TO crm_app", `object privilege: crm_app has USAGE on language sql, ${nothing}`],
    [
        "SELECT, UPDATE ON LARGE OBJECT 4711 TO PUBLIC",
        `privilege of PUBLIC: PUBLIC has SELECT, UPDATE on large object 4711, ${nothing}`,
    ],
    [
        "CREATE ON TABLESPACE pg_default TO crm_app",
        `object privilege: crm_app has CREATE on tablespace pg_default, ${nothing}`,
    ],
    [
        "SET, ALTER SYSTEM ON PARAMETER log_statement TO crm_app",
        `object privilege: crm_app has ALTER SYSTEM, SET on parameter log_statement, ${nothing}`,
    ],
    [
        "SET ON PARAMETER my.setting TO PUBLIC",
        `privilege of PUBLIC: PUBLIC has SET on parameter my.setting, ${nothing}`,
    ],
    [
        "SELECT ON pg_catalog.pg_authid TO crm_app",
        `table privilege: crm_app has SELECT on table pg_catalog.pg_authid, ${nothing}`,
    ],
    [
        "SELECT (rolpassword) ON pg_catalog.pg_authid TO PUBLIC",
        `privilege of PUBLIC: PUBLIC has SELECT on column pg_catalog.pg_authid.rolpassword, ${nothing}`,
    ],
    [
        "EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO crm_app",
        `function privilege: crm_app has EXECUTE on function pg_catalog.pg_read_file(pg_catalog.text), ${nothing}`,
    ],
    [
        "EXECUTE ON FUNCTION pg_catalog.plpgsql_call_handler() TO crm_app WITH GRANT OPTION",
        `function privilege: crm_app has EXECUTE on function pg_catalog.plpgsql_call_handler(), ${nothing}`,
    ],
    [
        "CREATE ON SCHEMA pg_catalog TO shop_app",
        `schema privilege: shop_app has CREATE on schema pg_catalog, ${nothing}`,
    ],
    [
        "UPDATE ON information_schema.sql_features TO PUBLIC",
        `privilege of PUBLIC: PUBLIC has UPDATE on table information_schema.sql_features, ${nothing}`,
    ],
    [
        "USAGE ON TYPE pg_catalog.int4 TO shop_app",
        `object privilege: shop_app has USAGE on type pg_catalog.int4, ${nothing}`,
    ],
];

const CASES: readonly Case[] = [
    ...GIVEN_AWAY.map(([kind, create, name, shown]): Case => {
        const what = shown ?? `${kind.toLowerCase()} ${name}`;
        return {
            what: `ALTER ${kind} ${name} OWNER TO crm_app`,
            sql: `${create}; ALTER ${kind} ${name} OWNER TO crm_app`,
            found: [`owner: ${what} belongs to crm_app, not to shop_owner`],
            undo: `DROP ${kind} ${name}`,
        };
    }),
    ...GRANTS.map(([grant, found]): Case => ({ what: `GRANT ${grant}`, sql: `GRANT ${grant}`, found: [found] })),
    ...(
        [
            [
                "publication",
                "CREATE PUBLICATION feed FOR TABLE shop.orders; ALTER PUBLICATION feed OWNER TO crm_app",
                "feed",
                "DROP PUBLICATION feed",
            ],
            [
                "foreign server",
                "CREATE SERVER far FOREIGN DATA WRAPPER wrapper; ALTER SERVER far OWNER TO crm_app",
                "far",
                "DROP SERVER far",
            ],
            ["schema", "CREATE SCHEMA rogue AUTHORIZATION crm_app", "rogue", "DROP SCHEMA rogue"],
            ["database", "CREATE DATABASE rogue OWNER crm_app", "rogue", "DROP DATABASE rogue"],
            [
                "table",
                "CREATE TABLE public.copy (); ALTER TABLE public.copy OWNER TO crm_app",
                "public.copy",
                "DROP TABLE public.copy",
            ],
            [
                "tablespace",
                "ALTER TABLESPACE pg_default OWNER TO crm_app",
                "pg_default",
                "ALTER TABLESPACE pg_default OWNER TO rdsadmin",
            ],
            [
                "language",
                "ALTER LANGUAGE parlance OWNER TO crm_app",
                "parlance",
                "ALTER LANGUAGE parlance OWNER TO rdsadmin",
            ],
            [
                "extension",
                "SET allow_system_table_mods = on; UPDATE pg_extension SET extowner = 'crm_app'::regrole",
                "plpgsql",
                "UPDATE pg_extension SET extowner = 10; RESET allow_system_table_mods",
            ],
        ] as const
    ).map(([kind, sql, name, undo]): Case => {
        const found = [`undeclared object: ${kind} ${name} belongs to crm_app, ${undeclared}`];
        return { what: `that a tenant owns the ${kind} ${name}`, sql, found, undo, left: found };
    }),
    {
        what: "a subscription of a tenant",
        sql: "CREATE SUBSCRIPTION copy CONNECTION 'host=localhost' PUBLICATION x WITH (connect = false, slot_name = NONE); ALTER SUBSCRIPTION copy OWNER TO crm_app",
        found: [`undeclared object: subscription copy belongs to crm_app, ${undeclared}`],
        left: [`undeclared object: subscription copy belongs to crm_app, ${undeclared}`],
        undo: "DROP SUBSCRIPTION copy",
        from: 16,
    },
    {
        what: "an event trigger and a foreign-data wrapper of another superuser",
        sql: `CREATE ROLE boss SUPERUSER; CREATE FOREIGN DATA WRAPPER his; ALTER FOREIGN DATA WRAPPER his OWNER TO boss;
            CREATE EVENT TRIGGER his ON ddl_command_end EXECUTE FUNCTION public.watch(); ALTER EVENT TRIGGER his OWNER TO boss`,
        found: [
            "role: boss has SUPERUSER, which nothing declares; the fix disables its login",
            `undeclared object: event trigger his belongs to boss, ${undeclared}`,
            `undeclared object: foreign-data wrapper his belongs to boss, ${undeclared}`,
        ],
        left: [
            `undeclared object: event trigger his belongs to boss, ${undeclared}`,
            `undeclared object: foreign-data wrapper his belongs to boss, ${undeclared}`,
        ],
        undo: "DROP EVENT TRIGGER his; DROP FOREIGN DATA WRAPPER his; DROP ROLE boss",
    },
    {
        what: "a function of Postgres given away",
        sql: "ALTER FUNCTION pg_catalog.pg_sleep(float8) OWNER TO crm_app",
        found: [
            "owner: function pg_sleep(double precision) belongs to crm_app, not to rdsadmin; give it back by ALTER … OWNER TO",
        ],
        left: [
            "owner: function pg_sleep(double precision) belongs to crm_app, not to rdsadmin; give it back by ALTER … OWNER TO",
        ],
        undo: "ALTER FUNCTION pg_catalog.pg_sleep(float8) OWNER TO rdsadmin",
    },
    {
        what: "user mappings",
        sql: "CREATE USER MAPPING FOR shop_app SERVER beyond; CREATE USER MAPPING FOR PUBLIC SERVER beyond",
        found: [
            `undeclared object: user mapping of PUBLIC for foreign server beyond, ${nothing}`,
            `undeclared object: user mapping of shop_app for foreign server beyond, ${nothing}`,
        ],
    },
    {
        what: "settings of all roles",
        sql: "ALTER DATABASE app SET search_path = crm; ALTER ROLE ALL SET work_mem = '8MB'",
        found: [
            `setting of all roles: every role has search_path = "crm" in database app, ${nothing}`,
            `setting of all roles: every role has work_mem = "8MB", ${nothing}`,
        ],
    },
    {
        what: "default privileges on large objects",
        sql: "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT SELECT ON LARGE OBJECTS TO crm_app",
        found: [`default privilege: crm_app gets SELECT on large objects to come of shop_owner, ${nothing}`],
        from: 18,
    },
    {
        what: "default privileges on types and schemas",
        sql: "ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT USAGE ON TYPES TO crm_app; ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT CREATE ON SCHEMAS TO crm_app",
        found: [
            `default privilege: crm_app gets CREATE on schemas to come of shop_owner, ${nothing}`,
            `default privilege: crm_app gets USAGE on types to come of shop_owner, ${nothing}`,
        ],
    },
    {
        what: "a break-glass login that cannot connect",
        sql: "ALTER ROLE keyless_breakglass NOLOGIN CONNECTION LIMIT 0 VALID UNTIL '2020-01-01 00:00:00+00'",
        found: [
            "lock-out: keyless_breakglass, the break-glass login, has NOLOGIN",
            "lock-out: keyless_breakglass, the break-glass login, has a password that ends on 2020-01-01T00:00:00Z",
            "lock-out: keyless_breakglass, the break-glass login, may have 0 sessions",
        ],
    },
    {
        what: "a provisioner that cannot connect",
        sql: "ALTER ROLE keyless_provisioner NOLOGIN",
        found: ["lock-out: keyless_provisioner, the provisioner, has NOLOGIN"],
    },
    {
        what: "a migration's types, which it closes to PUBLIC or opens to the schema's users",
        sql: "SET ROLE shop_owner; CREATE TYPE shop.own AS (a int); REVOKE USAGE ON TYPE shop.own FROM PUBLIC; ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC; GRANT USAGE ON TYPE shop.own TO shop_app; RESET ROLE",
        found: [],
        undo: "DROP TYPE shop.own; ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT USAGE ON TYPES TO PUBLIC",
    },
];

for (const major of MAJORS_APART) {
    describe(`every class of objects on Postgres ${major}`, () => {
        withOwnState();
        let postgres: Postgres;
        let admin: Client;
        let resources: readonly Resource[];
        let fixing: Session;

        before(async () => {
            ({ postgres, admin, resources } = await openTenantServer(major));
            await admin.query(`SET ROLE shop_owner; CREATE TYPE shop.color AS ENUM ('red'); RESET ROLE;
                CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
                CREATE FUNCTION shop.compare(int, text) RETURNS bool RETURN true; ALTER FUNCTION shop.compare OWNER TO shop_owner; REVOKE EXECUTE ON FUNCTION shop.compare FROM PUBLIC;
                CREATE OPERATOR FAMILY shop.few USING hash; ALTER OPERATOR FAMILY shop.few USING hash OWNER TO shop_owner;
                CREATE FOREIGN DATA WRAPPER wrapper; CREATE SERVER beyond FOREIGN DATA WRAPPER wrapper; SELECT lo_create(4711);
                CREATE TRUSTED LANGUAGE parlance HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator`);
            fixing = await openSession(postgres.superuser("app"));
        });
        after(() => fixing.end());

        const ask: Ask = async (_, statement) => (await admin.query<Row>(statement)).rows;
        const look = async (): Promise<Finding[]> =>
            findDrift(resources, await readFacts(ask, ["app"]), { server: "db", breakGlass: "keyless_breakglass" });
        const messages = (findings: readonly Finding[]) =>
            findings.map(({ kind, message }) => `${kind}: ${message}`).sort();
        const run = async (statements: string): Promise<void> => {
            for (const statement of statements.split(/;\s+/)) {
                await admin.query(statement);
            }
        };

        it("that has an owner or an access list is compared, covered by another, or named in the report", async () => {
            const { rows } = await admin.query<{ name: string }>(`
                SELECT c.relname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                    WHERE a.atttypid = 'aclitem[]'::regtype AND c.relkind = 'r' AND c.relnamespace = 'pg_catalog'::regnamespace
                UNION SELECT k.fktable::regclass::text FROM pg_get_catalog_foreign_keys() k WHERE k.pktable = 'pg_authid'::regclass ORDER BY 1`);
            assert.deepEqual(
                rows.map(({ name }) => name),
                Object.keys(DECISIONS).sort(),
            );
        });

        it("is as declared before anything changes, also to a login that may read no more than the catalogs", async () => {
            assert.deepEqual(messages(await look()), []);
            const login = await connectAs(postgres, "shop_app");
            const asLogin: Ask = async (_, statement) => (await login.query<Row>(statement)).rows;
            const [facts, seen] = [await readFacts(ask, ["app"]), await readFacts(asLogin, ["app"])];
            assert.deepEqual(seen.others, facts.others);
        });

        for (const { what, sql, found, undo, left = [] } of CASES.filter(({ from = 15 }) => from <= major)) {
            it(`finds ${what}`, async () => {
                await run(sql);
                try {
                    const findings = await look();
                    assert.deepEqual(messages(findings), found);
                    const fixed = await fixAll(() => Promise.resolve(fixing), findings);
                    assert.deepEqual(
                        fixed.map(({ finding, failure }) => [finding.kind, failure]),
                        findings.filter((one) => one.sql.length > 0).map(({ kind }) => [kind, undefined]),
                    );
                    assert.deepEqual(messages(await look()), left);
                } finally {
                    if (undo !== undefined) {
                        await run(undo);
                    }
                }
            });
        }
    });
}
