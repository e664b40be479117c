import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { allOf, either, event, eventsOf, is, isNot, oneOf } from "../../../components/alarms/filterPattern";
import { matchesEvent, matchesLine } from "../../support/filterPattern";
import { record, valueOf } from "../../support/mocks";

describe("a filter pattern", () => {
    it("matches all texts of a line, or one of them", () => {
        assert.deepEqual([allOf("a b", "c"), oneOf("a b", "c")], ['"a b" "c"', '?"a b" ?"c"']);
        assert.deepEqual(
            ["c a b", "a b"].map((line) => matchesLine(allOf("a b", "c"), line)),
            [true, false],
        );
        assert.deepEqual(
            ["c", "a  b"].map((line) => matchesLine(oneOf("a b", "c"), line)),
            [true, false],
        );
    });

    it("compares the fields of an event, including missing ones", () => {
        const pattern = event(is("a", "x*"), either(isNot("b.c", "y"), is("d", "z")));
        assert.equal(pattern, '{ ($.a = "x*") && ((($.b.c NOT EXISTS) || ($.b.c != "y")) || ($.d = "z")) }');
        const events = [{ a: "x" }, { a: "xx", b: { c: "y" } }, { a: "xx", b: { c: "y" }, d: "z" }, { a: "y" }, {}];
        assert.deepEqual(
            events.map((one) => matchesEvent(pattern, one)),
            [true, false, true, false, false],
        );
    });

    it("is refused if it is too long for CloudWatch", () => {
        const pattern = event(is("a", "x".repeat(1024 - '{ ($.a = "") }'.length)));
        assert.equal(pattern.length, 1024);
        assert.throws(() => event(is("a", "x".repeat(1100))), {
            message: /^a filter pattern of 1114 characters, CloudWatch takes 1024: \{ \(\$\.a = "x+"\) \}$/,
        });
    });

    it("is split so that each part is within the limit, and together the parts match exactly the values", async () => {
        const values = fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,64}$/), { maxLength: 60 });
        await record(() =>
            fc.assert(
                fc.asyncProperty(values, fc.integer({ min: 0, max: 20 }), async (names, more) => {
                    const late = names.map((name) => ({ value: pulumi.output(name), longest: name.length + more }));
                    const patterns = await valueOf(pulumi.all(eventsOf([is("source", "iam")], "name", late)));
                    const found = (name: string) =>
                        patterns.filter((pattern) => matchesEvent(pattern, { source: "iam", name })).length;
                    assert.deepEqual([...names, "Other"].map(found), [...names.map(() => 1), 0]);
                    // No more than one pattern that is less than half full, the last one.
                    assert.ok(patterns.length <= Math.ceil((names.length * (40 + 64 + 20)) / 512) + 1);
                }),
                { numRuns: 30 },
            ),
        );
    });

    it("is refused if a log group would have too many filters", () => {
        const late = Array.from({ length: 1500 }, (_, index) => ({ value: `role-${index}`, longest: 64 }));
        assert.throws(() => eventsOf([is("source", "iam")], "requestParameters.roleName", late), {
            message:
                "1500 values of requestParameters.roleName to watch take 167 metric filters, a log group takes 100: " +
                "split the stack, and give each part's trail a log group of its own",
        });
    });
});
