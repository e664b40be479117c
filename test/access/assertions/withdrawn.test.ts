import assert from "node:assert/strict";
import fc from "fast-check";

import { check } from "../../../access/assertions/check";
import type { Violation } from "../../../access/assertions/check";
import { parseAssertions } from "../../../access/assertions/parse";
import { violatedByChange, withdrawn } from "../../../access/assertions/withdrawn";
import { compare } from "../../../access/compare/compare";
import type { AccessModel } from "../../../access/matrix/model";
import { Edit } from "../support/edit";
import { modelOf } from "../support/summary";

function reports(before: readonly object[], after: readonly object[]): string[] {
    return withdrawn(parseAssertions(before), parseAssertions(after)).map(
        ({ assertion, how }) => `${how} ${assertion.text}`,
    );
}

describe("statements that a change withdraws", () => {
    it("are reported when removed, and not when moved or joined by others", () => {
        const [one, other] = [{ isolated: "tenants" }, { never: "crm reaches shop" }];
        assert.deepEqual(reports([one, other], [other, one, { never: "crm reaches billing" }]), []);
        assert.deepEqual(reports([one, other], [other]), ["removed isolated: tenants"]);
        assert.deepEqual(reports([one, other], []), ["removed isolated: tenants", "removed never: crm reaches shop"]);
    });

    it("are reported when weakened", () => {
        const of = (before: object, ...after: object[]): string[] =>
            reports([before], after).map((line) => line.split(" ")[0] ?? "");
        assert.deepEqual(of({ never: "a, b reaches shop" }, { never: "a reaches shop" }), ["weakened"]);
        assert.deepEqual(of({ never: "a reaches shop" }, { never: "a reads shop" }), ["weakened"]);
        assert.deepEqual(of({ never: "a reads shop" }, { never: "a reads shop.orders" }), ["removed"]);
        assert.deepEqual(of({ never: "a reads shop" }, { never: "a reads app/shop" }), ["removed"]);
        assert.deepEqual(of({ never: "a* reads shop" }, { never: "ab reads shop" }), ["removed"]);
        assert.deepEqual(of({ never: "a reads shop" }, { never: "a owns shop" }), ["removed"]);
        assert.deepEqual(of({ only: "a reads shop" }, { only: "a, b reads shop" }), ["removed"]);
        assert.deepEqual(of({ isolated: "tenants" }, { isolated: ["a", "b"] }), ["removed"]);
        assert.deepEqual(of({ isolated: ["a", "b", "c"] }, { isolated: ["a", "b"] }), ["removed"]);
    });

    it("are not reported when other assertions are equivalent or stricter", () => {
        const of = (before: object, ...after: object[]): string[] => reports([before], after);
        assert.deepEqual(
            of({ never: "a, b reaches shop, crm" }, { never: "a reaches shop, crm" }, { never: "b reaches *" }),
            [],
        );
        assert.deepEqual(of({ never: "a reaches shop" }, { never: "a reads shop" }, { never: "a writes shop" }), []);
        assert.deepEqual(of({ never: "a owns shop.orders.total" }, { never: "* reads shop.orders" }), []);
        assert.deepEqual(of({ never: "a reads app/shop.orders" }, { never: "a reads shop.o*" }), []);
        assert.deepEqual(of({ only: "a, b reads shop" }, { only: "a reads shop" }), []);
        assert.deepEqual(of({ isolated: ["a", "b"] }, { isolated: "tenants" }), []);
        assert.deepEqual(of({ isolated: ["a", "b"] }, { isolated: ["b", "*"] }), []);
    });

    const statements = (() => {
        const who = fc
            .subarray(["support", "shop", "s*", "*", "billing_app"], { minLength: 1 })
            .map((names) => names.join(", "));
        const data = fc.subarray(
            [
                "billing",
                "b*",
                "app/billing",
                "aurora/app/shop",
                "billing.invoices",
                "billing.i*",
                "billing.cards.brand",
                "billing.cards.*",
                "billing.*s.b*",
                "*",
            ],
            { minLength: 1, maxLength: 3 },
        );
        const verb = fc.constantFrom("reaches", "reads", "writes", "creates in", "owns", "administers");
        const sentence = fc
            .tuple(fc.constantFrom("never", "only"), who, verb, data)
            .map(([kind, whom, does, what]) => ({ [kind]: `${whom} ${does} ${what.join(", ")}` }));
        const isolated = fc
            .oneof(fc.constant("tenants"), fc.subarray(["shop", "billing", "support", "s*", "*"], { minLength: 2 }))
            .map((schemas) => ({ isolated: schemas }));
        return fc.array(fc.oneof({ weight: 5, arbitrary: sentence }, isolated), { minLength: 1, maxLength: 4 });
    })();

    it("are equivalent where none is reported: any violation of the former violates the latter", () => {
        const model = planted();
        const cellsOf = (found: readonly Violation[]): Set<string> =>
            new Set(found.flatMap((one) => one.found.map(({ cell }) => `${cell.identity.key} ${cell.datum.key}`)));
        fc.assert(
            fc.property(statements, statements, (before, after) => {
                const [former, latter] = [parseAssertions(before), parseAssertions(after)];
                const gone = new Set(withdrawn(former, latter).map(({ assertion }) => assertion));
                const kept = former.filter((assertion) => !gone.has(assertion));
                const found = cellsOf(check(model, latter));
                for (const assertion of kept) {
                    // Either cell of a pair of schemas reports the violation; the identity is the same.
                    const missed = [...cellsOf(check(model, [assertion]))].filter((cell) =>
                        assertion.kind === "isolated"
                            ? ![...found].some((one) => one.split(" ")[0] === cell.split(" ")[0])
                            : !found.has(cell),
                    );
                    assert.deepEqual(missed, [], `${assertion.text} against ${JSON.stringify(after)}`);
                }
            }),
            { numRuns: 500 },
        );
    });
});

/** Support's role reads a table and a column of billing, and may create objects there. */
function planted(): AccessModel {
    const edit = new Edit({ tenants: ["shop", "billing", "support"] });
    return modelOf(
        edit
            .grant("support_app", { schema: "billing", objectType: "schema", privileges: ["USAGE", "CREATE"] })
            .grant("support_app", {
                schema: "billing",
                objectType: "table",
                objects: ["invoices"],
                privileges: ["SELECT"],
            })
            .grant("support_app", {
                schema: "billing",
                objectType: "column",
                objects: ["cards"],
                columns: ["brand"],
                privileges: ["SELECT"],
            })
            .connect("shop", { Resource: "*" }).sketches,
    );
}

describe("violations of statements that a change withdraws", () => {
    const sound = (): Edit => new Edit({ tenants: ["shop", "billing"] });
    const faulty = (edit: Edit): Edit =>
        edit.grant("shop_app", { schema: "billing", objectType: "schema", privileges: ["USAGE"] }).grant("shop_app", {
            schema: "billing",
            objectType: "table",
            objects: ["invoices"],
            privileges: ["SELECT"],
        });

    function violated(before: Edit, after: Edit, ...stated: object[]): string[] {
        const [former, latter] = [modelOf(before.sketches), modelOf(after.sketches)];
        return violatedByChange(withdrawn(parseAssertions(stated), []), former, latter, compare(former, latter)).map(
            ({ assertion, text }) => `${assertion} | ${text}`,
        );
    }

    it("are those that the change introduces", () => {
        assert.deepEqual(
            violated(sound(), faulty(sound()), { isolated: "tenants" }, { never: "billing reaches shop" }),
            ["isolated: tenants | shop/shop reaches billing and shop"],
        );
    });

    it("are not those that existed before, unless the access increases", () => {
        const statement = { never: "shop reaches billing" };
        assert.deepEqual(violated(faulty(sound()), faulty(sound()), statement), []);
        const further = faulty(sound()).grant("shop_app", {
            schema: "billing",
            objectType: "table",
            objects: ["invoices"],
            privileges: ["UPDATE"],
        });
        assert.deepEqual(violated(faulty(sound()), further, statement), [
            "never: shop reaches billing | shop/shop may reach billing.invoices",
        ]);
    });

    const renamed = (schema: string): AccessModel => {
        const edit = new Edit({ tenants: ["shop", "billing"] });
        const given = schema === "shop" ? { schema, role: "shop_app" } : { schema, role: "billing_app" };
        edit.sketches = edit.sketches.map((one) =>
            one.type === "postgresql:index/schema:Schema" && one.name === "shop"
                ? { ...one, inputs: { ...one.inputs, name: schema }, outputs: { ...one.outputs, name: schema } }
                : one,
        );
        return modelOf(
            edit
                .grant(given.role, { schema, objectType: "schema", privileges: ["USAGE"] })
                .grant(given.role, { schema, objectType: "table", privileges: ["SELECT"] }).sketches,
        );
    };

    it("are reported, and violated, when the change renames their data and grants it to an identity that they exclude", () => {
        const [before, after] = [renamed("shop"), renamed("shop2")];
        for (const stated of [
            { never: "billing reaches shop" },
            { never: "billing reads aurora/app/shop" },
            { only: "shop reads shop" },
            { isolated: ["shop", "billing"] },
        ]) {
            const statements = parseAssertions([stated]);
            const idle = withdrawn(statements, statements, { before, after });
            assert.deepEqual(
                idle.map(({ how }) => how),
                ["idle"],
            );
            const found = violatedByChange(idle, before, after, compare(before, after));
            assert.match(String(found[0]?.text), /^billing\/billing /, JSON.stringify(stated));
            assert.deepEqual(withdrawn(statements, statements, { before, after: before }), []);
        }
    });

    it("are reported when they exclude an identity that the change renames", () => {
        const [before, after] = ["support", "helpdesk"].map((name) =>
            modelOf(new Edit({ tenants: ["shop", name] }).sketches),
        );
        assert.ok(before !== undefined && after !== undefined);
        const statements = parseAssertions([{ never: "support reaches shop" }, { never: "shop reaches crm" }]);
        assert.deepEqual(
            withdrawn(statements, statements, { before, after }).map(({ assertion }) => assertion.text),
            ["never: support reaches shop"],
        );
    });
});
