import assert from "node:assert/strict";
import { expectedAccess } from "../../../cli/sandbox/expectedAccess";
import { parseSettings } from "../../../config";
import { expected } from "../../../sandbox/proof/expectation";

/** Each login's rights by tenant, as in the config. */
function rightsIn(access: Record<string, unknown>): Record<string, Record<string, readonly string[]>> {
    const settings = parseSettings({
        platform: { cluster: { version: "1.33" }, database: { engineVersion: "16.6" } },
        access,
    });
    const allowed = expectedAccess(settings, "app").flatMap(expected);
    return Object.fromEntries(allowed.map(({ login, rights }) => [login, Object.fromEntries(rights)]));
}

const rows = ["read", "insert", "update", "delete"];

describe("the expected access of a stack's logins", () => {
    it("includes a profile's privileges of a tenant's service on future tables, in addition to its own", () => {
        const grants = [
            { tenant: "*", privileges: ["SELECT"] },
            { tenant: "*", on: "sequences", privileges: ["SELECT"] },
        ];
        const audit = { name: "audit", grants, holders: [{ tenant: "books" }] };
        assert.deepEqual(
            rightsIn({ tenants: [{ name: "shop" }, { name: "books", model: "owner" }], profiles: [audit] }),
            {
                shop_app: { shop: rows },
                books_app: { shop: ["read"], books: [...rows, "create", "drop"] },
            },
        );
    });

    it("counts an INSERT only with USAGE on sequences, and ignores grants on named tables", () => {
        const grant = (on: string, ...privileges: string[]) => ({ tenant: "shop", on, privileges });
        const writer = {
            name: "writer",
            grants: [grant("tables", "INSERT", "DELETE"), grant("sequences", "USAGE")],
            holders: [{ tenant: "books" }],
        };
        const clerk = {
            name: "clerk",
            grants: [{ tenant: "shop", objects: ["orders"], privileges: ["UPDATE"] }],
            holders: [{ tenant: "books" }],
        };
        const tenants = [{ name: "shop" }, { name: "books" }];
        assert.deepEqual(rightsIn({ tenants, profiles: [writer, clerk] })["books_app"], {
            shop: ["insert", "delete"],
            books: rows,
        });
        assert.deepEqual(
            rightsIn({ tenants, profiles: [{ ...writer, grants: writer.grants.slice(0, 1) }] })["books_app"],
            { shop: ["delete"], books: rows },
        );
    });
});
