import assert from "node:assert/strict";
import { Budget, BudgetSpent } from "../../../policy/iam/budget";
import { parsePattern, tokensOf } from "../../../policy/iam/pattern";
import { canBegin, ArnSearch } from "../../../policy/iam/patternIntersection";
import type { ArnSet } from "../../../policy/iam/patternIntersection";

const tokens = (source: string): readonly number[] =>
    tokensOf(parsePattern(source, { variables: false, wildcards: true }), { wide: true, plain: true }) ?? [];
const allow = (...patterns: string[]): ArnSet => ({ role: "allow", except: false, patterns: patterns.map(tokens) });
const deny = (...patterns: string[]): ArnSet => ({ role: "deny", except: false, patterns: patterns.map(tokens) });
const but = (group: ArnSet): ArnSet => ({ ...group, except: true });
const find = (...groups: ArnSet[]): string | undefined => new ArnSearch(groups, new Budget(2_000_000)).run();

/** The smallest budget, to within a tenth, with which a search ends. */
function cost(...groups: ArnSet[]): number {
    for (let steps = 1000; steps < 1e9; steps = Math.ceil(steps * 1.1)) {
        try {
            new ArnSearch(groups, new Budget(steps)).run();
            return steps;
        } catch (error) {
            assert.ok(error instanceof BudgetSpent);
        }
    }
    return Infinity;
}

const base = "arn:aws:rds-db:eu:1:dbuser:c";

describe("the search for a database user among patterns", () => {
    it("finds a shortest one", () => {
        assert.equal(find(allow("*")), "arn:x:rds-db:x:x:dbuser:x/x");
        assert.equal(find(allow(`${base}/*`)), `${base}/x`);
        assert.equal(find(allow(`${base}/a??`)), `${base}/axx`);
        assert.equal(find(allow(`${base}/shop`)), `${base}/shop`);
        assert.equal(find(allow("arn:aws:rds-db:*:dbuser:*q")), "arn:aws:rds-db:x:d:dbuser:q/q");
        assert.equal(find(allow("arn:aws:s3:*", `${base}/*z`)), `${base}/z`);
    });

    it("finds none in empty parts and in texts that end too early", () => {
        for (const pattern of [
            "arn::rds-db:*",
            "arn:aws:rds-db::1:dbuser:*",
            "arn:aws:rds-db:eu::dbuser:*",
            "arn:aws:rds-db:eu:1:dbuser:/*",
            base,
            `${base}/`,
            "arn:aws:rds-db:eu:1:dbuser:",
            "arn:a",
            "",
            "?",
            "arn:aws:rds-db:eu:1:cluster:*",
        ]) {
            assert.equal(find(allow(pattern)), undefined, pattern);
        }
    });

    it("uses one character for all that no pattern distinguishes", () => {
        const taken = "x1yz0234567abcdefghijklmnopqrstuvw";
        assert.equal(find(allow(`${base}/?`), deny(...[..."x1yz"].map((letter) => `${base}/${letter}`))), `${base}/0`);
        assert.equal(
            find(allow(`${base}/?`), deny(...[...taken].map((letter) => `${base}/${letter}`))),
            `${base}/\u0100`,
        );
        assert.equal(
            find(allow(`${base}/?`), deny(...[...taken, "\u0100"].map((letter) => `${base}/${letter}`))),
            `${base}/\u0101`,
        );
    });

    it("subtracts denied ARNs, and those that an exception does not cover", () => {
        assert.equal(find(allow(`${base}/*`), deny(`${base}/*`)), undefined);
        assert.equal(find(allow(`${base}/*`), deny(`${base}/?*`)), undefined);
        assert.equal(find(allow(`${base}/*`), deny(`${base}/?`)), `${base}/xx`);
        assert.equal(find(allow("*"), but(deny(`${base}/a`))), `${base}/a`);
        assert.equal(find(allow("*"), but(deny(`${base}/a`)), deny(`${base}/a`)), undefined);
        assert.equal(find(but(allow("arn:*"))), undefined);
        assert.equal(find(but(allow("arn:x:*"))), "arn:1:rds-db:x:x:dbuser:x/x");
        assert.equal(find(allow(`${base}/a*`), deny(`${base}/*a`, `${base}/*x`, `${base}/*1`)), `${base}/ay`);
        assert.equal(find(allow(`${base}/a`), but(allow("*")), deny(`${base}/b`)), `${base}/a`);
        assert.equal(find(), undefined);
    });

    it("prunes branches that cannot be allowed any more or are always denied", () => {
        const many = Array.from({ length: 200 }, (_, index) => `${base}/user${index}`);
        // Without pruning, each of these would explore every ending of every name.
        assert.ok(cost(allow("*"), but(deny(...many)), deny(...many)) < 6_000_000);
        assert.ok(cost(allow(...many.map((name) => `${name}z`)), deny(`${base}/user*`)) < 4_000_000);
        assert.ok(cost(but(allow("arn:aws:rds-db:*", "arn:*")), deny("arn:aws:*")) < 40_000);
        assert.ok(cost(allow("arn:aws:s3:*")) < 20_000);
    });

    it("keeps only the part of each pattern after its latest asterisk", () => {
        const stars = `arn:*${"a*".repeat(60)}`;
        assert.ok(cost(allow(stars)) < 1_000_000);
    });

    it("charges long patterns to its budget before it reads them", () => {
        assert.throws(() => new ArnSearch([allow("a".repeat(100_000))], new Budget(1000)), BudgetSpent);
    });
});

describe("whether a pattern can match the start of a database user's ARN", () => {
    it("follows from its literal prefix", () => {
        const can = [
            "*",
            "",
            "a*",
            "arn:?",
            "arn:aws:rds-db:*",
            "arn:aws:rds-db:eu:1:dbuser:c*",
            "arn:aws:rds-db:eu:1:dbuser:c/*",
            "arn:a*",
            `${base}/a`,
            `${base}/a/b:c`,
        ];
        const cannot = [
            "b*",
            "arm:*",
            "arn::*",
            "arn:aws:s3:*",
            "arn:aws:rds-db::*",
            "arn:aws:rds:*",
            "arn:aws:rds-db:eu::*",
            "arn:aws:rds-db:eu:1:cluster*",
            "arn:aws:rds-db:eu:1:dbuser:/*",
            base,
            `${base}/`,
            "arn:aws:rds-db:eu:1:dbuserx*",
        ];
        assert.deepEqual(
            [
                can.filter((pattern) => pattern !== "" && !canBegin(tokens(pattern))),
                cannot.filter((pattern) => canBegin(tokens(pattern))),
            ],
            [[], []],
        );
    });
});
