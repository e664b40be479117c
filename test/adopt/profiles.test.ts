import assert from "node:assert/strict";

import { adoptProfiles, type AdoptedGrant } from "../../adopt/profiles";
import type { AdoptedTenant } from "../../adopt/tenants";
import type { Facts } from "../../drift/index";
import { sql } from "../../toolkit/sql";

interface Item {
    readonly grantee?: string;
    readonly grantor?: string;
    readonly privilege: string;
    readonly grantable?: boolean;
}

interface Listed {
    readonly kind: string;
    readonly name: string;
    readonly schema?: string;
    readonly column?: string;
    readonly owner?: string;
    readonly items: readonly Item[];
}

const item = ({ grantee = "readers", grantor = "orders", grantable = false, ...one }: Item) => ({
    ...{ grantee, grantor, grantable },
    ...one,
});
const table = (name: string, ...items: Item[]): Listed => ({ kind: "table", schema: "orders", name, items });
const reads: Item = { privilege: "SELECT" };
const role = (name: string, more: object = {}) => ({
    ...{ name, connectionLimit: -1, settings: [] },
    attributes: {
        ...{ login: false, inherit: true, superuser: false, createRole: false, createDatabase: false },
        ...{ bypassRls: false, replication: false, ...more },
    },
});
const tenant = { name: "orders", login: "orders", actsAs: "orders", schemas: ["orders", "archive"] } as unknown;

function adopted(
    objects: readonly Listed[],
    more: {
        readonly defaults?: readonly Item[];
        readonly memberships?: readonly object[];
        readonly group?: object;
    } = {},
) {
    const { defaults = [], memberships = [], group = {} } = more;
    const server = {
        ...{ major: 17, restricts: true, ownRoles: new Set(["pg_monitor", "rds_superuser"]), memberships },
        roles: new Map(
            [
                role("readers", group),
                role("orders", { login: true }),
                role("jane", { login: true }),
                role("sloth", { login: true, inherit: false }),
            ].map((one) => [one.name, one]),
        ),
        objects: objects.map(({ owner = "orders", items, ...one }) => ({
            ...{ database: "app", linked: false, generated: false, on: sql`TABLE`, owner, items: items.map(item) },
            ...one,
        })),
        defaults:
            defaults.length === 0
                ? []
                : [{ database: "app", owner: "orders", schema: "orders", kind: "table", entries: defaults.map(item) }],
    } as unknown as Facts;
    const facts = { database: "app", server, workloads: { unknown: "" } };
    return adoptProfiles(facts, [tenant as AdoptedTenant]);
}
const grants = (...args: Parameters<typeof adopted>): readonly AdoptedGrant[] | undefined =>
    adopted(...args).profiles[0]?.grants;

describe("a group role of a running database", () => {
    it("is granted all tables if it holds the same on each, and gets it on those to come", () => {
        const all = [{ tenant: "orders", on: "tables", schemas: ["orders"], privileges: ["SELECT"] }];
        assert.deepEqual(grants([table("a", reads), table("b", reads)], { defaults: [reads] }), all);
        assert.deepEqual(grants([], { defaults: [reads] }), all);
    });

    it("is granted named tables if one differs, or if it gets something else, or nothing, on those to come", () => {
        const named = (objects: string[], ...privileges: string[]) => ({
            ...{ tenant: "orders", on: "tables", schemas: ["orders"], objects, privileges },
        });
        assert.deepEqual(grants([table("a", reads), table("b", reads)]), [named(["a", "b"], "SELECT")]);
        assert.deepEqual(grants([table("a", reads), table("b")], { defaults: [reads] }), [named(["a"], "SELECT")]);
        assert.deepEqual(
            grants([table("a", reads), table("b", reads, { privilege: "INSERT" })], { defaults: [reads] }),
            [named(["a"], "SELECT"), named(["b"], "INSERT", "SELECT")],
        );
        const more = [reads, { privilege: "INSERT" }];
        assert.deepEqual(grants([table("a", reads)], { defaults: more }), [named(["a"], "SELECT")]);
        const passedOn = [{ ...reads, grantable: true }];
        assert.deepEqual(grants([table("a", reads)], { defaults: passedOn }), [named(["a"], "SELECT")]);
    });

    it("is granted nothing of an object on which it holds anything that a profile cannot state", () => {
        const strange: Record<string, Listed[]> = {
            "by another grantor": [table("a", reads, { privilege: "INSERT", grantor: "jane" })],
            "with the grant option": [table("a", reads, { privilege: "INSERT", grantable: true })],
            "a privilege without a word in the config": [table("a", reads, { privilege: "MAINTAIN" })],
            "on a column": [
                table("a", reads),
                { kind: "column", schema: "orders", name: "a.id", column: "id", items: [reads] },
            ],
            "of an owner whom no tenant acts as": [{ ...table("a", { ...reads, grantor: "jane" }), owner: "jane" }],
            "in a schema of no tenant": [{ ...table("a", reads), schema: "other" }],
        };
        for (const [why, objects] of Object.entries(strange)) {
            const { profiles, stated } = adopted(objects);
            assert.deepEqual(profiles, [], why);
            assert.equal(stated.hasGrant({ kind: "table", schema: "orders", name: "a" }, "readers"), false, why);
        }
    });

    it("is granted a schema of the role that a tenant acts as, and the same on several at once", () => {
        const schema = (name: string, owner = "orders"): Listed => ({
            ...{ kind: "schema", name, owner },
            items: [{ privilege: "USAGE", grantor: owner }],
        });
        const usage = { tenant: "orders", on: "schemas", privileges: ["USAGE"] };
        assert.deepEqual(grants([schema("orders"), schema("archive")]), [usage]);
        assert.deepEqual(grants([schema("orders"), schema("archive", "jane")]), [{ ...usage, schemas: ["orders"] }]);
    });

    it("has the members whom a plain GRANT would make members again", () => {
        const member = (name: string, more: object = {}) => ({
            ...{ role: "readers", member: name, grantor: "master", admin: false, inherit: true, set: true },
            ...more,
        });
        const members = (...memberships: object[]) => adopted([], { memberships }).profiles[0]?.members;
        assert.deepEqual(members(member("jane"), member("sloth", { inherit: false })), ["jane", "sloth"]);
        assert.deepEqual(members(member("jane"), member("jane", { grantor: "other", admin: true })), undefined);
        assert.deepEqual(members(member("jane", { set: false }), member("sloth")), undefined);
        const master = { role: "rds_superuser", member: "jane", grantor: "rdsadmin", admin: false };
        assert.deepEqual(members(member("jane"), master), undefined);
    });

    it("is not taken over if it is more than a group", () => {
        const objects = [table("a", reads)];
        assert.equal(adopted(objects).profiles.length, 1);
        for (const group of [{ login: true }, { createRole: true }, { bypassRls: true }]) {
            assert.deepEqual(adopted(objects, { group }).profiles, []);
        }
        const monitor = { role: "pg_monitor", member: "readers", grantor: "master", admin: false };
        assert.deepEqual(adopted(objects, { memberships: [monitor] }).profiles, []);
        assert.deepEqual(adopted([...objects, { ...table("b"), owner: "readers" }]).profiles, []);
    });
});
