import assert from "node:assert/strict";
import { renderTested } from "../../../cli/sandbox/connectionTests";

describe("connection test results", () => {
    it("are one line each, and one for each failed check", () => {
        const checks = [
            { name: "creates a database", outcome: "failed", detail: "it was allowed" },
            { name: "reads a table", outcome: "passed", detail: "shop.items" },
            { name: "reads a masked column", outcome: "skipped", detail: "no column is hidden from it" },
        ] as const;
        const text = renderTested([
            { job: "shop/shop-test", verdict: { ok: false, user: "shop_app", tls: "TLSv1.3", checks } },
            { job: "pay/pay-test", verdict: { ok: false, error: "Could not load credentials from any providers" } },
        ]);
        assert.deepEqual(String(text).split("\n"), [
            "shop/shop-test  connected as shop_app over TLSv1.3; 1 passed, 1 failed, 1 skipped",
            "  failed: creates a database: it was allowed",
            "pay/pay-test    no connection: Could not load credentials from any providers",
        ]);
    });
});
