import assert from "node:assert/strict";

import { check } from "../../../access/assertions/check";
import { parseAssertions } from "../../../access/assertions/parse";
import { Edit } from "../support/edit";
import { modelOf } from "../support/summary";

/** Three tenants; a role of support's reads one table of billing, and a column of another. */
function stack(): Edit {
    const edit = new Edit({ tenants: ["shop", "billing", "support"] });
    const look = { schema: "billing", objectType: "schema", privileges: ["USAGE"] };
    return edit
        .grant("support_app", look)
        .grant("support_app", { schema: "billing", objectType: "table", objects: ["invoices"], privileges: ["SELECT"] })
        .grant("support_app", {
            schema: "billing",
            objectType: "column",
            objects: ["cards"],
            columns: ["brand"],
            privileges: ["SELECT"],
        });
}

function violations(...stated: object[]): string[] {
    return check(modelOf(stack().sketches), parseAssertions(stated)).map(
        ({ assertion, text }) => `${assertion} | ${text}`,
    );
}

describe("what must always hold", () => {
    it("never: finds who may, by any of the names that an identity goes by", () => {
        for (const who of ["support", "support/support", "support_app", "sup*"]) {
            assert.deepEqual(violations({ never: `${who} reads billing.invoices` }), [
                `never: ${who} reads billing.invoices | support/support may read billing.invoices`,
            ]);
        }
        assert.deepEqual(violations({ never: "shop reads billing" }, { never: "support writes billing" }), []);
    });

    it("never: takes a schema for all that is in it, columns too, and what is to come", () => {
        assert.deepEqual(violations({ never: "support reaches app/billing" }), [
            "never: support reaches app/billing | support/support may reach billing.invoices",
            "never: support reaches app/billing | support/support may reach billing.cards.brand",
        ]);
        assert.deepEqual(violations({ never: "support reads billing.cards.brand" }).length, 1);
        assert.deepEqual(violations({ never: "billing writes billing.anything" }), [
            "never: billing writes billing.anything | billing/billing may write billing: tables to come of billing_owner",
        ]);
    });

    it("only: finds everybody else; whoever provisions the server is no news", () => {
        assert.deepEqual(violations({ only: "billing reads billing" }), [
            "only: billing reads billing | support/support may read billing.invoices",
            "only: billing reads billing | support/support may read billing.cards.brand",
        ]);
        assert.deepEqual(violations({ only: "billing and support reads billing" }, { only: "shop writes shop" }), []);
    });

    it("isolated: finds who reaches two schemas, among all or among those that are named", () => {
        assert.deepEqual(violations({ isolated: "tenants" }), [
            "isolated: tenants | support/support reaches billing and support",
        ]);
        assert.deepEqual(violations({ isolated: ["shop", "billing"] }), []);
    });

    it("finds a login that a wildcard lets in, as the one who may not and as the administrator", () => {
        const edit = new Edit({ tenants: ["shop", "billing"] }).connect("shop", { Resource: "*" });
        const found = check(
            modelOf(edit.sketches),
            parseAssertions([{ never: "shop writes billing" }, { only: "billing administers billing" }]),
        );
        assert.deepEqual(
            found.map(({ text }) => text),
            [
                "shop/shop may write all of aurora",
                "shop/shop may write billing: tables to come of billing_owner",
                "shop/shop may administer all of aurora",
            ],
        );
    });

    it("gives the way that violates it, from the credentials on", () => {
        const [violation] = check(
            modelOf(stack().sketches),
            parseAssertions([{ never: "support reads billing.invoices" }]),
        );
        const links = violation?.found[0]?.path.chain.links.map(({ kind, state }) => `${kind} ${state}`);
        assert.deepEqual(links, [
            "credential holds",
            "credential holds",
            "connect holds",
            "network holds",
            "login holds",
        ]);
    });
});
