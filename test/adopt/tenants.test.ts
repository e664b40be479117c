import assert from "node:assert/strict";

import { sortLogins } from "../../adopt/tenants";
import type { Facts } from "../../drift/index";
import { sql } from "../../toolkit/sql";

/** A server on which each login owns a table. */
function server(logins: Readonly<Record<string, { connectionLimit?: number; validUntil?: string }>>): Facts {
    const attributes = {
        ...{ login: true, inherit: true, superuser: false, createRole: false },
        ...{ createDatabase: false, bypassRls: false, replication: false },
    };
    return {
        ...{ major: 17, restricts: true, memberships: [], defaults: [], ownRoles: new Set() },
        others: { owned: [], outside: [] } as unknown as Facts["others"],
        roles: new Map(
            Object.entries(logins).map(([name, more]) => [
                name,
                { name, attributes, connectionLimit: -1, settings: [], ...more },
            ]),
        ),
        objects: Object.keys(logins).map((owner) => ({
            ...{ kind: "table", database: "app", schema: "data", name: `data.${owner}`, column: undefined },
            ...{ owner, linked: false, items: [], on: sql`TABLE` },
        })) as unknown as Facts["objects"],
    };
}

describe("logins that own something", () => {
    it("become tenants, except those that cannot log in today, unless somebody chooses them", () => {
        const facts = {
            database: "app",
            server: server({
                shop: {},
                closed: { connectionLimit: 0 },
                expired: { validUntil: "2020-01-01T00:00:00Z" },
                ending: { validUntil: "9999-01-01T00:00:00Z" },
            }),
            workloads: { unknown: "" },
        };
        const { tenants, left } = sortLogins(facts, []);
        assert.deepEqual(
            tenants.map(({ login }) => login),
            ["ending", "shop"],
        );
        const could = "and a tenant's new login could; --login";
        assert.deepEqual(left, [
            {
                login: "closed",
                why: `cannot log in today (CONNECTION LIMIT 0), ${could} closed makes a tenant of it`,
            },
            {
                login: "expired",
                why: `cannot log in today (its password was valid until 2020-01-01T00:00:00Z), ${could} expired makes a tenant of it`,
            },
        ]);
        assert.deepEqual(sortLogins(facts, ["closed", "expired"]).left, []);
    });

    it("are left out if the config would refuse their name, also when somebody chooses them", () => {
        const facts = { database: "app", server: server({ "a\tb": {}, shop: {} }), workloads: { unknown: "" } };
        const { tenants, left } = sortLogins(facts, ["a\tb"]);
        assert.deepEqual(
            tenants.map(({ login }) => login),
            ["shop"],
        );
        assert.deepEqual(left, [
            {
                login: "a\tb",
                why: "the name a\\u{9}b contains a control character, which the config refuses: rename it first (ALTER ROLE … RENAME TO, ALTER SCHEMA … RENAME TO)",
            },
        ]);
    });
});
