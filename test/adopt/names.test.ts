import assert from "node:assert/strict";

import { TenantNames } from "../../adopt/names";
import { tenantBytes } from "../../components/tenancy/names";
import { wrongDatabaseName } from "../../config/validators";

const NAMES: Readonly<Record<string, string>> = {
    shop: "shop",
    "Größe.API": "grosse_api",
    'shop "live"': "shop_live",
    Łódź: "lodz",
    "--x--": "x",
    数据: "tenant",
    pg_dump: "team_pg_dump",
    rdsuser: "team_rdsuser",
    postgres: "team_postgres",
    default: "team_default",
    "kube-proxy": "team_kube-proxy",
    ["a".repeat(63)]: "a".repeat(tenantBytes),
};

describe("a tenant's name", () => {
    for (const [role, name] of Object.entries(NAMES)) {
        it(`for the login ${role} is ${name}, which the config accepts`, () => {
            assert.equal(new TenantNames([]).of(role), name);
            assert.equal(wrongDatabaseName(name, tenantBytes), undefined);
        });
    }

    it("is unique, and so is its new login", () => {
        const names = new TenantNames(["shop_app"]);
        assert.deepEqual(
            ["shop", "Shop", "SHOP!"].map((role) => names.of(role)),
            ["shop_2", "shop_3", "shop_4"],
        );
    });

    it("fits after a number is added", () => {
        const names = new TenantNames([]);
        const long = "b".repeat(63);
        assert.deepEqual(
            [long, long].map((role) => names.of(role).length),
            [tenantBytes, tenantBytes],
        );
    });
});
