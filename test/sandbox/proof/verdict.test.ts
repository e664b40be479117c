import assert from "node:assert/strict";

import { markOf, type Answer, type Failure, type Tried } from "../../../sandbox/attempts/run";
import type { Attempt } from "../../../sandbox/proof/attempts";
import type { Access } from "../../../sandbox/proof/expectation";
import { describeFinding, proofOf } from "../../../sandbox/proof/verdict";
import { sql } from "../../../toolkit/sql";

const ACCESS: Access = {
    database: "app",
    tenants: [
        { name: "shop", schema: "shop", owner: "shop_owner", login: "shop_app" },
        { name: "mail", schema: "mail", owner: "mail_owner", login: "mail_app" },
    ],
};
const READ: Attempt = {
    login: "shop_app",
    action: "read",
    on: "schema shop",
    tenant: "shop",
    statement: sql`SELECT`,
    expected: true,
};
const DROP: Attempt = {
    login: "shop_app",
    action: "drop",
    on: "schema shop",
    tenant: "shop",
    statement: sql`DROP`,
    expected: false,
};
const BECOME: Attempt = {
    login: "shop_app",
    action: "set role",
    on: "role mail_app",
    statement: sql`SET ROLE`,
    expected: false,
};

const ALLOWED: Answer = { outcome: "allowed" };
const REFUSED: Answer = { outcome: "refused", code: "42501", message: "no" };

function tried(attempts: readonly Attempt[], answers: readonly Answer[], connect = ALLOWED): Tried<Attempt> {
    const results = attempts.flatMap((attempt, i) =>
        answers.slice(i, i + 1).map((answer) => ({ attempt, answer, mark: markOf(attempt, answer) })),
    );
    return { login: "shop_app", database: "app", connect, results };
}

const ALL = { classes: [["shop_app"]], data: { of: () => undefined, chosen: 2, all: 2 } };

function verdictOf(failed: ReadonlyMap<string, Failure>, tries: readonly Tried<Attempt>[]) {
    return proofOf(ACCESS, failed, tries, ALL);
}

describe("the verdict", () => {
    it("passes if all expected attempts succeed and all others are refused", () => {
        const { cell, ...proof } = verdictOf(new Map(), [tried([READ, DROP, BECOME], [ALLOWED, REFUSED, REFUSED])]);
        assert.deepEqual(proof, {
            attempted: 3,
            allowed: 1,
            refused: 2,
            classes: ALL.classes,
            pairs: { chosen: 2, all: 2 },
            leaks: [],
            missing: [],
            undecided: [],
            logins: ["shop_app"],
            tenants: ACCESS.tenants,
        });
        assert.deepEqual(
            [cell("shop_app", "shop"), cell("shop_app", "mail")],
            [
                new Map([
                    ["read", "allowed"],
                    ["drop", "refused"],
                ]),
                undefined,
            ],
        );
    });

    it("lists leaks and missing rights", () => {
        const proof = verdictOf(new Map(), [tried([READ, DROP, BECOME], [REFUSED, ALLOWED, ALLOWED])]);
        assert.deepEqual(
            [proof.leaks, proof.missing, proof.cell("shop_app", "shop")],
            [
                [
                    { who: "shop_app", action: "drop", on: "schema shop", statement: "DROP" },
                    { who: "shop_app", action: "set role", on: "role mail_app", statement: "SET ROLE" },
                ],
                [{ who: "shop_app", action: "read", on: "schema shop", statement: "SELECT", message: "no" }],
                new Map([
                    ["read", "missing"],
                    ["drop", "leak"],
                ]),
            ],
        );
    });

    it("takes an error that is not about privileges for no missing right, and for no proof of a refusal", () => {
        const failed: Answer = { outcome: "failed", code: "57014", message: "canceled" };
        const proof = verdictOf(new Map(), [tried([READ, DROP], [failed, failed])]);
        assert.deepEqual(
            [
                proof.attempted,
                proof.allowed,
                proof.refused,
                proof.leaks.map(describeFinding).map(String),
                proof.missing,
                proof.undecided.map(describeFinding).map(String),
                proof.cell("shop_app", "shop"),
            ],
            [
                2,
                0,
                0,
                ["shop_app: drop on schema shop: DROP (canceled)"],
                [],
                ["shop_app: read on schema shop: SELECT (canceled)"],
                new Map([
                    ["read", "undecided"],
                    ["drop", "leak"],
                ]),
            ],
        );
    });

    it("lists a login that cannot connect and data that cannot be tried", () => {
        const answers = new Map<string, Failure>([
            ["mail", { outcome: "failed", code: "P0001", message: "tables are made on Mondays" }],
            ["shop", { outcome: "refused", code: "42501", message: "no" }],
        ]);
        const proof = verdictOf(answers, [tried([READ], [], REFUSED)]);
        assert.deepEqual(
            [
                proof.attempted,
                proof.leaks,
                ...[proof.missing, proof.undecided].map((some) => some.map(describeFinding).map(String)),
            ],
            [
                0,
                [],
                [
                    "shop_owner: make a table on schema shop: CREATE TABLE (no)",
                    "shop_app: connect on database app: CONNECT (no)",
                ],
                ["mail_owner: make a table on schema mail: CREATE TABLE (tables are made on Mondays)"],
            ],
        );
    });
});
