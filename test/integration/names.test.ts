import assert from "node:assert/strict";

import fc from "fast-check";
import type { Client } from "pg";

import { readFacts } from "../../drift/index";
import { privilegesOn } from "../../drift/statements";
import { databaseNames } from "../../components/tenancy/names";
import { parseSettings, SettingsError } from "../../config";
import { openCluster } from "../../sandbox/postgres/cluster";
import { Attributes } from "../../sandbox/providers/postgresql/fields";
import { grant } from "../../sandbox/providers/postgresql/grant";
import { grantStatement } from "../../sandbox/providers/postgresql/grantStatements";
import { identifier, sql } from "../../toolkit/sql";
import type { Ask, Row } from "../../toolkit/session";
import { connectAsAdmin, withOwnState } from "./postgres-support";

const RUNS = Number(process.env["KEYLESS_NAMES"] ?? 150);
const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16.9" } };

/** Names that have failed somewhere, and random ones, some of them valid. */
const names = fc.oneof(
    fc.constantFrom(
        "shop",
        "SHOP",
        "pg_shop",
        "rdsadmin",
        "public",
        "a-b",
        "-a",
        "a".repeat(57),
        "a".repeat(58),
        'x"; DROP ROLE y; --',
        "a.b",
        "%s%n",
        "a\\b",
        "$$",
        "ｓhop",
        "é",
        "e\u0301",
        "\u{1F6D2}",
        "a\u202Eb",
        "none",
    ),
    fc.string({ unit: "binary", minLength: 0, maxLength: 70 }),
    fc.string({ unit: fc.constantFrom(..."abz09_-"), minLength: 1, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(..."ab.\"'\\%$;- ü名"), minLength: 1, maxLength: 30 }),
);

/** The config's errors about an access part, if any. */
function refusals(access: object): string[] {
    try {
        parseSettings({ platform, access });
        return [];
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.problems.map(({ wrong }) => wrong);
    }
}

describe("names on a real server", () => {
    withOwnState();
    let admin: Client;
    const ask: Ask = async (_, statement) => (await admin.query<Row>(statement)).rows;

    before(async () => {
        admin = await connectAsAdmin(
            await openCluster({
                resourceId: "cluster-NAMES",
                major: 17,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            }),
        );
        await admin.query("CREATE ROLE clerk");
    });

    const made = async (): Promise<string[]> => {
        const query =
            "SELECT 'role ' || rolname AS made FROM pg_roles UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'";
        return (await admin.query<{ made: string }>(query)).rows.map((row) => row.made).sort();
    };

    it("of tenants are refused with a reason, or create exactly their roles and schema", async () => {
        const before = await made();
        let accepted = 0;
        await fc.assert(
            fc.asyncProperty(names, async (name) => {
                const wrong = refusals({ tenants: [{ name, namespace: "n", serviceAccount: "s" }] });
                if (wrong.length > 0) {
                    assert.ok(
                        wrong.every((reason) => reason !== ""),
                        JSON.stringify(name),
                    );
                    return;
                }
                accepted += 1;
                const { schema, owner, login } = databaseNames(name);
                await admin.query("BEGIN");
                try {
                    await admin.query(
                        `CREATE ROLE ${identifier(owner)}; CREATE ROLE ${identifier(login)}; CREATE SCHEMA ${identifier(schema)} AUTHORIZATION ${identifier(owner)}`,
                    );
                    assert.deepEqual(
                        await made(),
                        [...before, `role ${owner}`, `role ${login}`, `schema ${schema}`].sort(),
                    );
                } finally {
                    await admin.query("ROLLBACK");
                }
            }),
            { numRuns: RUNS },
        );
        assert.ok(accepted > RUNS / 20, `${accepted} of ${RUNS} accepted`);
    });

    it("of tables and columns are refused with a reason, or granted and revoked on these alone", async () => {
        await fc.assert(
            fc.asyncProperty(names, names, async (table, column) => {
                const grants = [{ tenant: "shop", objects: [table], columns: [column], privileges: ["SELECT"] }];
                if (refusals({ tenants: [{ name: "shop" }], profiles: [{ name: "clerk", grants }] }).length > 0) {
                    return;
                }
                await admin.query("BEGIN");
                try {
                    const [t, c] = [identifier(table), identifier(column)];
                    await admin.query(
                        `CREATE SCHEMA shop; CREATE TABLE shop.${t} (${c} int, "other.${column.length}" int)`,
                    );
                    const given = {
                        role: "clerk",
                        database: "app",
                        schema: "shop",
                        objectType: "column",
                        objects: [table],
                        columns: [column],
                        privileges: ["SELECT"],
                    };
                    await admin.query(grantStatement(new Attributes(grant.fields, {}, given, "")));
                    const held = async () =>
                        (await readFacts(ask, ["app"])).objects.filter(({ items }) =>
                            items.some((item) => item.grantee === "clerk"),
                        );
                    const [found, ...others] = await held();
                    assert.deepEqual([found?.kind, found?.name, others], ["column", `${table}.${column}`, []]);
                    await admin.query(sql`REVOKE ${privilegesOn(["SELECT"], found ?? assert.fail())} FROM clerk`);
                    assert.deepEqual(await held(), []);
                } finally {
                    await admin.query("ROLLBACK");
                }
            }),
            { numRuns: RUNS },
        );
    });
});
