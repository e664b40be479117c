import assert from "node:assert/strict";
import {
    connectGroup,
    databaseBytes,
    databaseNames,
    identifierBytes,
    kubernetesName,
    tenantBytes,
} from "../../../components/tenancy/names";

describe("a tenant's names", () => {
    it("derive from the tenant's", () => {
        assert.deepEqual(databaseNames("big_shop"), {
            schema: "big_shop",
            owner: "big_shop_owner",
            login: "big_shop_app",
        });
        assert.equal(kubernetesName("big_shop_2"), "big-shop-2");
        assert.equal(connectGroup("app"), "app_connect");
    });

    it("fit into Postgres' 63 bytes, the longest exactly", () => {
        const { schema, owner, login } = databaseNames("a".repeat(tenantBytes));
        assert.deepEqual([schema.length, owner.length, login.length], [57, identifierBytes, 61]);
        assert.equal(connectGroup("a".repeat(databaseBytes)).length, identifierBytes);
    });
});
