import assert from "node:assert/strict";

import * as queries from "../../../access/catalog/queries";
import { CatalogReader } from "../../../access/catalog/read";
import type { Row } from "../../../toolkit/session";
import type { Sql } from "../../../toolkit/sql";

/** A reader of a server that answers one query. */
function answering(statement: Sql, rows: readonly object[]): CatalogReader {
    return new CatalogReader(async (database, asked) => {
        assert.deepEqual([database, asked], ["app", statement]);
        return rows as readonly Row[];
    }, "app");
}

describe("a server's catalogs", () => {
    it("list the roles of Postgres and RDS apart from all others", async () => {
        const attributes = {
            login: true,
            inherit: true,
            superuser: false,
            createRole: false,
            createDatabase: false,
            bypassRls: false,
            replication: false,
        };
        const reader = answering(queries.ROLES, [
            { name: "rds_iam", connectionLimit: -1, own: true, ...attributes },
            { name: "shop_app", connectionLimit: 7, own: false, ...attributes },
        ]);
        const { roles, ownRoles } = await reader.roles();
        assert.deepEqual([...roles], [["shop_app", { name: "shop_app", connectionLimit: 7, attributes }]]);
        assert.deepEqual([...ownRoles], ["rds_iam"]);
    });

    it("distinguish an object with its kind's default list from one with a list of its own", async () => {
        const none = { column: null, types: null, linked: false, generated: false };
        const items = [{ grantee: "public", grantor: "shop_owner", privilege: "SELECT", grantable: false }];
        const list = "{=r/shop_owner}";
        const reader = answering(queries.OBJECTS, [
            { ...none, kind: "schema", schema: null, name: "shop", on: "shop", owner: "shop_owner", acl: null, items },
            { ...none, kind: "table", schema: "shop", name: "a", on: "a", owner: "shop_owner", acl: list, items },
        ]);
        const flags = { linked: false, generated: false };
        const common = { ...flags, database: "app", owner: "shop_owner", items };
        assert.deepEqual(await reader.objects("app"), [
            { ...common, kind: "schema", name: "shop", on: "shop" },
            { ...common, kind: "table", schema: "shop", name: "a", on: "a", acl: list },
        ]);
    });

    it("keep a default list that revokes everything, and skip lists of kinds that nothing declares", async () => {
        const of = { owner: "shop_owner", schema: null };
        const granted = { grantee: "shop_app", privilege: "SELECT", grantable: true };
        const reader = answering(queries.DEFAULTS, [
            { ...of, letter: "f", grantee: null, privilege: null, grantable: null },
            { ...of, letter: "r", schema: "shop", ...granted },
            { ...of, letter: "r", schema: "shop", ...granted, privilege: "INSERT", grantable: false },
            { ...of, letter: "L", ...granted },
        ]);
        const source = "(the server's own list)";
        assert.deepEqual(await reader.defaults("app"), [
            { database: "app", owner: "shop_owner", kind: "function", entries: [] },
            {
                database: "app",
                owner: "shop_owner",
                schema: "shop",
                kind: "table",
                entries: [
                    { grantee: "shop_app", privilege: "SELECT", source, grantable: true },
                    { grantee: "shop_app", privilege: "INSERT", source, grantable: false },
                ],
            },
        ]);
    });
});
