import assert from "node:assert/strict";

import { NOTHING_ELSEWHERE } from "../../../access/live/fromElsewhere";
import { renderLive } from "../../../access/live/result";
import { rowSecurityChanges } from "../../../access/live/rowSecurity";
import { rowSecurityIn } from "../../../access/matrix/rowSecurity";
import type { RowSecurity } from "../../../access/live/rowSecurity";
import { Edit } from "../support/edit";
import { modelOf } from "../support/summary";

const POLICY = {
    name: "by_tenant",
    command: "ALL",
    permissive: true,
    roles: ["public"],
    using: "(tenant = 5)",
    check: null,
};
const NOTES: RowSecurity = {
    database: "app",
    schema: "shop",
    table: "notes",
    owner: "shop_owner",
    enabled: true,
    forced: false,
    policies: [POLICY],
    bypassing: [{ role: "shop_owner", why: "owner without FORCE" }],
};

/** A model in which shop's application and support may use the table. */
function reported(...tables: readonly RowSecurity[]) {
    const edit = new Edit({ tenants: ["shop", "support"] })
        .grant("support_app", { schema: "shop", objectType: "schema", privileges: ["USAGE"] })
        .grant("support_app", { schema: "shop", objectType: "table", objects: ["notes"], privileges: ["SELECT"] });
    return rowSecurityIn(modelOf(edit.sketches), "aurora", tables);
}

const nothingElse = { cells: 1, attempts: 0, differences: [], undecided: [], elsewhere: NOTHING_ELSEWHERE };

describe("row-level security", () => {
    it("marks the identities of the matrix whose rows it filters, and names who bypasses it", () => {
        const result = { ...nothingElse, rowSecurity: reported(NOTES) };
        assert.deepEqual(String(renderLive(result)).split("\n"), [
            "computed and real agree in 1 cells",
            "",
            "rows filtered by policies:",
            "  table aurora/app/shop.notes: row security enabled",
            "    policy by_tenant FOR ALL TO PUBLIC USING ((tenant = 5))",
            "    shop/shop may write it as shop_app: rows filtered by policy by_tenant",
            "    support/support may read it as support_app: rows filtered by policy by_tenant",
            "    bypassed by shop_owner (owner without FORCE)",
        ]);
        const [bypassed] = reported({ ...NOTES, bypassing: [{ role: "support_app", why: "BYPASSRLS" }] });
        assert.deepEqual(
            bypassed?.reach.map(({ identity, bypass }) => [identity, bypass]),
            [
                ["shop/shop", undefined],
                ["support/support", "BYPASSRLS"],
            ],
        );
    });

    it("says when policies do not apply, and when none admits a row", () => {
        const lines = (table: RowSecurity) =>
            String(renderLive({ ...nothingElse, rowSecurity: reported(table) }))
                .split("\n")
                .filter((line) => line.includes("support/support"));
        assert.deepEqual(lines({ ...NOTES, enabled: false }), [
            "    support/support may read it as support_app: all rows: row security is disabled",
        ]);
        assert.deepEqual(lines({ ...NOTES, policies: [] }), [
            "    support/support may read it as support_app: no rows: row security is enabled without a policy",
        ]);
    });

    it("lists what changed since an earlier look", () => {
        const before = reported(NOTES);
        assert.deepEqual(rowSecurityChanges(before, before), []);
        const loose = {
            ...NOTES,
            policies: [
                { ...POLICY, using: "true" },
                { ...POLICY, name: "strict", permissive: false, command: "SELECT", roles: ["support_app"] },
            ],
            bypassing: [{ role: "support_app", why: "BYPASSRLS" }],
            forced: true,
        };
        const where = "table aurora/app/shop.notes";
        const changes = rowSecurityChanges(before, reported(loose));
        assert.deepEqual(changes, [
            `- bypass of policies on ${where} by shop_owner: owner without FORCE`,
            `+ bypass of policies on ${where} by support_app: BYPASSRLS`,
            `~ policy by_tenant on ${where}: FOR ALL TO PUBLIC USING ((tenant = 5)) → FOR ALL TO PUBLIC USING (true)`,
            `+ policy strict on ${where}: AS RESTRICTIVE FOR SELECT TO support_app USING ((tenant = 5))`,
            `~ row security of ${where}: enabled → enabled, for the owner too`,
        ]);
        const rendered = String(renderLive({ ...nothingElse, rowSecurity: [], rowSecurityChanges: changes }));
        assert.match(rendered, /\n\nchanges of row-level security:\n {2}- bypass/);
        assert.match(
            String(renderLive({ ...nothingElse, rowSecurity: [], rowSecurityChanges: [] })),
            /\n\nno change of row-level security$/,
        );
        assert.equal(rowSecurityChanges(before, []).length, 3);
    });
});
