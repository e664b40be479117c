import assert from "node:assert/strict";
import fc from "fast-check";
import { Budget, BudgetSpent } from "../../../policy/iam/budget";
import {
    ANY,
    clip,
    lettersOf,
    lower,
    matches,
    ONE,
    parsePattern,
    textOf,
    tokensOf,
    UNKNOWN,
} from "../../../policy/iam/pattern";

const parse = (source: string, variables = true, wildcards = true) => parsePattern(source, { variables, wildcards });
const letters = fc.stringMatching(/^[ab:*?]{0,12}$/);
const expression = (pattern: string): RegExp =>
    new RegExp(`^${pattern.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");

describe("patterns", () => {
    it("match what equivalent regular expressions match", () => {
        fc.assert(
            fc.property(letters, fc.stringMatching(/^[ab:]{0,12}$/), (pattern, text) => {
                const tokens = tokensOf(parse(pattern), { wide: true, plain: true }) ?? [];
                assert.equal(matches(tokens, text), expression(pattern).test(text));
            }),
            { numRuns: 2000 },
        );
    });

    it("normalise their wildcards", () => {
        for (const [source, tokens] of [
            ["**", [ANY]],
            ["*?", [ONE, ANY]],
            ["*?*?*", [ONE, ONE, ANY]],
            ["?*", [ONE, ANY]],
            ["a*b?", [97, ANY, 98, ONE]],
        ] as const) {
            assert.deepEqual(parse(source).tokens, tokens);
        }
    });

    it("distinguish literal text, variables and unknown parts", () => {
        const facts = (source: string, variables = true, wildcards = true): unknown => {
            const { literal, unknown, variables: names, problem } = parse(source, variables, wildcards);
            return { literal, unknown, names, problem: problem !== undefined };
        };
        const plain = (literal: string): unknown => ({ literal, unknown: false, names: [], problem: false });
        assert.deepEqual(facts("abc"), plain("abc"));
        assert.deepEqual(facts("a$b"), plain("a$b"));
        assert.deepEqual(facts("a${*}${?}${$}"), plain("a*?$"));
        assert.deepEqual(facts("a${b}", false), plain("a${b}"));
        assert.deepEqual(facts("a*?", true, false), plain("a*?"));
        assert.deepEqual(facts("0a4"), plain("0a4"));
        assert.deepEqual(facts("a$0"), plain("a$0"));
        assert.deepEqual(facts("a*"), { literal: undefined, unknown: false, names: [], problem: false });
        assert.deepEqual(facts("a${b}c${d, 'e'}"), {
            literal: undefined,
            unknown: false,
            names: ["b", "d, 'e'"],
            problem: false,
        });
        assert.deepEqual(facts(`a${UNKNOWN}b`), { literal: undefined, unknown: true, names: [], problem: false });
        assert.deepEqual(facts("a${"), { literal: undefined, unknown: false, names: [], problem: true });
        assert.deepEqual(facts("a${}"), { literal: undefined, unknown: false, names: [], problem: true });
        assert.equal(
            parse("ab${cd").problem,
            '"${cd" is not a complete policy variable; write ${name}, or ${$} for a dollar sign',
        );
    });

    it("are read wide, narrow or as ordinary text if a part is open", () => {
        const read = (source: string, wide: boolean, plain: boolean): readonly number[] | undefined =>
            tokensOf(parse(source), { wide, plain });
        assert.deepEqual(
            [read("a", true, true), read("a", false, false), read("a*", false, false)],
            [[97], [97], [97, ANY]],
        );
        assert.deepEqual(
            [
                read("a${b}", true, true),
                read("a${b}", true, false),
                read("a${b}", false, true),
                read("a${b}", false, false),
            ],
            [[97, ANY], [97, ANY], undefined, undefined],
        );
        assert.deepEqual(
            [
                read(`a${UNKNOWN}`, true, true),
                read(`a${UNKNOWN}`, false, true),
                read(`a${UNKNOWN}`, true, false),
                read(`a${UNKNOWN}`, false, false),
            ],
            [[97, 0xe000], [97, 0xe000], [97, ANY], undefined],
        );
        assert.deepEqual(read(`${UNKNOWN}\${b}*`, true, false), [ANY]);
    });

    it("charge the steps of a comparison to a budget", () => {
        const tokens = tokensOf(parse("*a".repeat(20)), { wide: true, plain: true }) ?? [];
        const text = "b".repeat(5000);
        assert.equal(matches(tokens, text, new Budget(1_000_000)), false);
        assert.throws(() => matches(tokens, text, new Budget(5000)), BudgetSpent);
        assert.throws(() => matches(lettersOf("abc"), "abc", new Budget(2)), BudgetSpent);
        assert.throws(() => matches(lettersOf("abd"), "abc", new Budget(1)), BudgetSpent);
        assert.equal(matches(lettersOf("abc"), "abc", new Budget(3)), true);
    });

    it("convert texts of any length to characters and back", () => {
        const long = "aé🛒".repeat(5000);
        assert.equal(textOf(lettersOf(long)), long);
        assert.equal(textOf([]), "");
    });

    it("convert only ASCII letters to lower case", () => {
        assert.equal(lower("RDS-Db:İKÉ"), "rds-db:İkÉ");
    });

    it("are shortened to one line in a message", () => {
        assert.deepEqual(
            [clip("abc", 3), clip("abcd", 3), clip("a".repeat(160)), clip("a".repeat(161))],
            ["abc", "ab…", "a".repeat(160), `${"a".repeat(159)}…`],
        );
    });
});
