import assert from "node:assert/strict";

import { check } from "../../../access/assertions/check";
import { unmatchedNames } from "../../../access/assertions/names";
import { parseAssertion, parseAssertions } from "../../../access/assertions/parse";
import { Edit } from "../support/edit";
import { urn } from "../support/resources";
import { ACCOUNT, connectPolicy, REGION, RESOURCE_ID } from "../support/stack";
import { modelOf } from "../support/summary";

/** Three tenants; a role of support reads one table of billing, and a column of another. */
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

describe("assertions", () => {
    it("never: finds violators, by any of an identity's names", () => {
        for (const who of ["support", "support/support", "support_app", "sup*"]) {
            assert.deepEqual(violations({ never: `${who} reads billing.invoices` }), [
                `never: ${who} reads billing.invoices | support/support may read billing.invoices`,
            ]);
        }
        assert.deepEqual(violations({ never: "shop reads billing" }, { never: "support writes billing" }), []);
    });

    it("never: applies a schema to everything in it, including columns and future objects", () => {
        assert.deepEqual(violations({ never: "support reaches app/billing" }), [
            "never: support reaches app/billing | support/support may reach billing.invoices",
            "never: support reaches app/billing | support/support may reach billing.cards.brand",
        ]);
        assert.deepEqual(violations({ never: "support reads billing.cards.brand" }).length, 1);
        assert.deepEqual(violations({ never: "billing writes billing.anything" }), [
            "never: billing writes billing.anything | billing/billing may write billing: tables to come of billing_owner",
        ]);
    });

    it("find a login that may replicate, whatever it is granted", () => {
        const replicating = stack().set("pgRole", "support_app", { replication: true });
        const found = check(
            modelOf(replicating.sketches),
            parseAssertions([
                { never: "support reads shop" },
                { isolated: ["shop", "billing"] },
                { never: "support writes shop" },
            ]),
        ).map(({ text }) => text);
        assert.deepEqual(found, [
            "support/support may read all of aurora",
            "support/support may read every change on aurora",
        ]);
    });

    it("only: finds all other identities, but exempts the server's provisioner", () => {
        assert.deepEqual(violations({ only: "billing reads billing" }), [
            "only: billing reads billing | support/support may read billing.invoices",
            "only: billing reads billing | support/support may read billing.cards.brand",
        ]);
        assert.deepEqual(violations({ only: "billing and support reads billing" }, { only: "shop writes shop" }), []);
    });

    it("isolated: finds identities that reach two schemas, of all or of the named ones", () => {
        assert.deepEqual(violations({ isolated: "tenants" }), [
            "isolated: tenants | support/support reaches billing and support",
        ]);
        assert.deepEqual(violations({ isolated: ["shop", "billing"] }), []);
    });

    it("finds a login that a wildcard admits, as a violator and as an administrator", () => {
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

    it("returns the violating path, starting at the credentials", () => {
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

    it("only: ignores names that only the program gives to a function, a role or an instance", () => {
        const trusting = (name: string, principal: object): Edit =>
            new Edit({ tenants: ["shop"] })
                .add("aws:iam/role:Role", name, {
                    name: "stranger",
                    arn: `arn:aws:iam::${ACCOUNT}:role/stranger`,
                    assumeRolePolicy: JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
                    }),
                })
                .add("aws:iam/rolePolicy:RolePolicy", name, {
                    role: "stranger",
                    policy: JSON.stringify(connectPolicy(RESOURCE_ID, "shop_app")),
                });
        const account = trusting("finance", { AWS: "444455556666" });
        const lambda = trusting("lambda", { Service: "lambda.amazonaws.com" }).add(
            "aws:lambda/function:Function",
            "shop/shop",
            { name: "shop-1a2b", role: `arn:aws:iam::${ACCOUNT}:role/stranger` },
        );
        const machine = trusting("web", { Service: "ec2.amazonaws.com" })
            .add("aws:iam/instanceProfile:InstanceProfile", "p", { name: "p", role: "stranger" })
            .add("aws:ec2/instance:Instance", "shop", { iamInstanceProfile: "p" });
        for (const edit of [account, lambda, machine]) {
            const found = (who: string): number =>
                check(modelOf(edit.sketches), parseAssertions([{ only: `${who} writes shop` }])).length;
            assert.equal(found("shop/shop, finance") > 0, true);
            assert.deepEqual([found("shop/shop, stranger"), found("shop_app")], [0, 0]);
        }
    });

    it("only and isolated: do not exempt a provisioner that the change introduces", () => {
        const made = (provisioner = "keyless_provisioner"): Edit =>
            new Edit({ tenants: ["shop", "billing"] })
                .set("pgRole", "billing_app", { superuser: true })
                .add("pulumi:providers:postgresql", "second", {
                    username: provisioner,
                    host: `aurora-1a2b.cluster-xyz.${REGION}.rds.amazonaws.com`,
                    port: "5432",
                })
                .add(
                    "postgresql:index/role:Role",
                    "any",
                    { name: "any" },
                    { provider: urn("pulumi:providers:postgresql", "second") },
                );
        const [before, after] = [modelOf(made().sketches), modelOf(made("billing_app").sketches)];
        const stated = parseAssertions([{ isolated: "tenants" }, { only: "shop reaches shop" }]);
        assert.equal(check(after, stated).length, 0);
        assert.deepEqual(
            check(after, stated, before).map(({ text }) => text),
            ["billing/billing may administer aurora", "billing/billing may reach all of aurora"],
        );
        assert.equal(check(after, stated, after).length, 0);
    });

    it("accept every label that the matrix prints, of identities and of data", () => {
        const edit = stack().connect("shop", { Resource: "*" });
        const model = modelOf(edit.sketches);
        const labels = new Map(
            model.cells.map(({ identity, datum }) => [
                `${identity.label}\n${datum.label}`,
                [identity.label, datum.label],
            ]),
        );
        assert.ok(labels.size > 10 && [...labels.keys()].some((one) => one.includes("any client with the password")));
        for (const [who, data] of labels.values()) {
            const asserted = parseAssertions([
                { never: `${who} reaches ${data}` },
                { never: `"${who}" administers '${data}'` },
                { never: `${who} creates in ${data}` },
                { never: `${who} owns ${data}` },
            ]);
            assert.deepEqual(unmatchedNames(asserted, [model]), [], `${who} on ${data}`);
        }
        const whole = "all of aurora";
        const master =
            [...labels.values()].find(([who, data]) => who?.startsWith("any client with") && data === whole)?.[0] ?? "";
        assert.deepEqual(violations({ never: `${master} administers ${whole}` }), [
            `never: ${master} administers ${whole} | ${master} may administer ${whole}`,
        ]);
        assert.deepEqual(violations({ never: `${master} administers all of another` }), []);
    });

    it("read a name in quotation marks as a whole", () => {
        assert.deepEqual(parseAssertion({ never: `"a and b, who reads mail", c and 'd' reads schema x` }), {
            kind: "never",
            text: `never: "a and b, who reads mail", c and 'd' reads schema x`,
            who: ["a and b, who reads mail", "c", "d"],
            verb: "reads",
            data: ["x"],
            future: [],
        });
        for (const [entry, wrong] of [
            [{ never: "who reads mail reads x" }, "more than one verb: put names that contain one in quotation marks"],
            [{ never: "a, reads x" }, "not of the form WHO VERB DATA"],
            [{ never: "a reads" }, "not of the form WHO VERB DATA"],
            [{ never: "a reads x", future: 5 }, "future must be a name or a list of names"],
            [{ never: "a reads x", future: ["b", "x"] }, "future has b, which the assertion does not name"],
        ] as const) {
            assert.equal(parseAssertion(entry), wrong);
        }
    });
});

describe("a name in an assertion that nothing has", () => {
    const model = modelOf(stack().sketches);
    const unmatched = (...stated: object[]) => unmatchedNames(parseAssertions(stated), [model]);

    it("is found, unless the assertion marks it as future", () => {
        assert.deepEqual(
            unmatched(
                { never: "shop reaches biling" },
                { only: "nobody reads shop.orders" },
                { only: "finance*, support reads billing, ledger.x", future: "ledger.x" },
                { isolated: ["shop", "crm"] },
                { isolated: ["shop", "crm"], future: ["crm"] },
                { never: "nobody writes x", future: ["nobody", "x"] },
            ),
            [
                { assertion: "never: shop reaches biling", names: ["biling"] },
                { assertion: "only: nobody reads shop.orders", names: ["nobody"] },
                { assertion: "only: finance*, support reads billing, ledger.x", names: ["finance*"] },
                { assertion: "isolated: shop, crm", names: ["crm"] },
            ],
        );
    });

    it("is none that a principal without access, a role without a login or the earlier version has, and none of a table", () => {
        assert.deepEqual(
            unmatched({
                never: "support/support, billing_owner, sup* reaches aurora/app/shop.orders.total, app, database app, all of *",
            }),
            [],
        );
        const later = modelOf(new Edit({ tenants: ["shop"] }).sketches);
        assert.deepEqual(unmatchedNames(parseAssertions([{ never: "billing reads shop" }]), [later, model]), []);
        assert.equal(unmatchedNames(parseAssertions([{ never: "billing reads shop" }]), [later]).length, 1);
    });

    it("does not count while a stack has no login besides the provisioner's", () => {
        const platform = modelOf(new Edit({ tenants: [] }).sketches);
        assert.deepEqual(unmatchedNames(parseAssertions([{ never: "support reaches payments" }]), [platform]), []);
    });
});
