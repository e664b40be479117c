import assert from "node:assert/strict";
import { isAllowed, parseDocument, UNKNOWN } from "../../../policy/iam";
import type { Request } from "../../../policy/iam";

const identity = (...statements: object[]) => [
    parseDocument({ Version: "2012-10-17", Statement: statements }, "identity"),
];
const read: Request = { action: "s3:GetObject", resource: "arn:aws:s3:::home/ann/a" };

/** Whether a request with this context meets a condition. */
function passes(condition: object, context: Request["context"] = {}): boolean {
    return isAllowed(identity({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: condition }), {
        ...read,
        context,
    });
}

describe("whether documents allow a known request", () => {
    it("requires an Allow and no Deny", () => {
        const allow = { Effect: "Allow", Action: "S3:get*", Resource: "arn:aws:s3:::home/*" };
        assert.equal(isAllowed(identity(allow), read), true);
        assert.equal(isAllowed(identity(), read), false);
        assert.equal(isAllowed(identity({ ...allow, Action: "s3:Put*" }), read), false);
        assert.equal(isAllowed(identity({ ...allow, Resource: "arn:aws:s3:::other/*" }), read), false);
        assert.equal(isAllowed(identity(allow, { ...allow, Effect: "Deny" }), read), false);
        assert.equal(
            isAllowed(
                identity(allow, { ...allow, Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
                { ...read, context: { "aws:securetransport": "true" } },
            ),
            true,
        );
        assert.equal(isAllowed([...identity(allow), ...identity({ ...allow, Effect: "Deny" })], read), false);
    });

    it("reads NotAction and NotResource", () => {
        assert.equal(
            isAllowed(identity({ Effect: "Allow", NotAction: "iam:*", NotResource: "arn:aws:s3:::secret/*" }), read),
            true,
        );
        assert.equal(isAllowed(identity({ Effect: "Allow", NotAction: "s3:*", Resource: "*" }), read), false);
        assert.equal(
            isAllowed(identity({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::home/*" }), read),
            false,
        );
    });

    it("resolves policy variables and their defaults", () => {
        const home = identity({
            Effect: "Allow",
            Action: "s3:*",
            Resource: "arn:aws:s3:::home/${aws:username, 'ann'}/*",
        });
        assert.equal(isAllowed(home, read), true);
        assert.equal(isAllowed(home, { ...read, context: { "AWS:UserName": "ann" } }), true);
        assert.equal(isAllowed(home, { ...read, context: { "aws:username": "bob" } }), false);
        const strict = identity({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::home/${aws:username}/*" });
        assert.equal(isAllowed(strict, read), false);
        assert.equal(isAllowed(strict, { ...read, context: { "aws:username": ["ann"] } }), true);
        assert.equal(isAllowed(strict, { ...read, context: { "aws:username": ["ann", "bob"] } }), false);
    });

    it("treats unknown parts as a denial", () => {
        assert.equal(isAllowed(identity({ Effect: "Allow", Action: "s3:*", Resource: UNKNOWN }), read), false);
        assert.equal(isAllowed(identity({ Effect: "Allow", Action: "s3:*", NotResource: UNKNOWN }), read), false);
        const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" };
        assert.equal(isAllowed(identity(allow, { Effect: "Deny", Action: "s3:*", Resource: UNKNOWN }), read), false);
        assert.equal(isAllowed(identity(allow, { Effect: UNKNOWN, Action: "s3:*", Resource: "*" }), read), false);
    });

    it("evaluates the principals of a trust document", () => {
        const trust = (principal: object | string, key = "Principal") => [
            parseDocument({ Statement: { Effect: "Allow", [key]: principal, Action: "sts:AssumeRole" } }, "trust"),
        ];
        const ann = { type: "AWS", value: "arn:aws:iam::111122223333:role/ann" } as const;
        const asks = (documents: ReturnType<typeof trust>, principal: Request["principal"]): boolean =>
            isAllowed(documents, { action: "sts:AssumeRole", ...(principal !== undefined && { principal }) });
        assert.equal(asks(trust("*"), ann), true);
        assert.equal(asks(trust({ AWS: ann.value }), ann), true);
        assert.equal(asks(trust({ AWS: "111122223333" }), ann), true);
        assert.equal(asks(trust({ AWS: "arn:aws:iam::111122223333:root" }), ann), true);
        assert.equal(asks(trust({ AWS: "arn:aws:iam::444455556666:root" }), ann), false);
        assert.equal(asks(trust({ AWS: `${ann.value}x` }), ann), false);
        assert.equal(asks(trust({ Service: ann.value }), ann), false);
        assert.equal(asks(trust({ AWS: ann.value }, "NotPrincipal"), ann), false);
        assert.equal(asks(trust({ AWS: "arn:aws:iam::111122223333:role/bob" }, "NotPrincipal"), ann), true);
        assert.equal(asks(trust({ AWS: ann.value }), undefined), true);
    });

    const cases: readonly (readonly [operator: string, wanted: unknown, fits: string, misses: string])[] = [
        ["StringEquals", "a", "a", "A"],
        ["StringEquals", ["a", "b"], "b", "c"],
        ["StringEquals", "a*", "a*", "ab"],
        ["StringNotEquals", ["a", "b"], "c", "a"],
        ["StringEqualsIgnoreCase", "aB", "Ab", "b"],
        ["StringNotEqualsIgnoreCase", "aB", "b", "Ab"],
        ["StringLike", "a*b?", "axxbc", "ab"],
        ["StringNotLike", "a*", "b", "ab"],
        ["ArnEquals", "arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/y"],
        ["ArnLike", "arn:*:x", "arn:aws:x", "arn:aws:y"],
        ["ArnNotLike", "arn:*:x", "arn:aws:y", "arn:aws:x"],
        ["ArnNotEquals", "arn:a", "arn:b", "arn:a"],
        ["Bool", true, "true", "false"],
        ["Bool", "False", "false", "true"],
        ["BinaryEquals", "YQ==", "YQ==", "YQ="],
        ["NumericEquals", 5, "5.0", "6"],
        ["NumericNotEquals", 5, "6", "5"],
        ["NumericLessThan", 5, "4", "5"],
        ["NumericLessThanEquals", 5, "5", "6"],
        ["NumericGreaterThan", 5, "6", "5"],
        ["NumericGreaterThanEquals", 5, "5", "4"],
        ["DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"],
        ["DateGreaterThan", "1767225600", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"],
        ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", "1767225601"],
        ["IpAddress", "203.0.113.0/24", "203.0.113.7", "203.0.114.7"],
        ["IpAddress", "203.0.113.7", "203.0.113.7", "203.0.113.8"],
        ["IpAddress", "2001:db8::/32", "2001:db8::1", "203.0.113.7"],
        ["IpAddress", "2001:db8::1", "2001:db8::1", "2001:db8::2"],
        ["NotIpAddress", "203.0.113.0/24", "203.0.114.7", "203.0.113.7"],
    ];
    for (const [operator, wanted, fits, misses] of cases) {
        it(`compares by ${operator} with ${JSON.stringify(wanted)}`, () => {
            const condition = { [operator]: { "aws:x": wanted } };
            assert.deepEqual(
                [passes(condition, { "aws:X": fits }), passes(condition, { "aws:x": misses })],
                [true, false],
            );
        });
    }

    it("handles missing keys", () => {
        assert.equal(passes({ StringEquals: { "aws:x": "a" } }), false);
        assert.equal(passes({ StringNotEquals: { "aws:x": "a" } }), true);
        assert.equal(passes({ StringEqualsIfExists: { "aws:x": "a" } }), true);
        assert.equal(passes({ StringEqualsIfExists: { "aws:x": "a" } }, { "aws:x": "b" }), false);
        assert.equal(passes({ "ForAllValues:StringEquals": { "aws:x": "a" } }), true);
        assert.equal(passes({ "ForAnyValue:StringEquals": { "aws:x": "a" } }), false);
        assert.equal(passes({ "ForAnyValue:StringNotEquals": { "aws:x": "a" } }), false);
        assert.deepEqual(
            [
                passes({ Null: { "aws:x": "true" } }),
                passes({ Null: { "aws:x": true } }, { "aws:x": "a" }),
                passes({ Null: { "aws:x": "False" } }, { "aws:x": "a" }),
            ],
            [true, false, true],
        );
    });

    it("compares sets of values", () => {
        const context = { "aws:x": ["a", "b"] };
        assert.equal(passes({ "ForAllValues:StringEquals": { "aws:x": ["a", "b", "c"] } }, context), true);
        assert.equal(passes({ "ForAllValues:StringEquals": { "aws:x": ["a"] } }, context), false);
        assert.equal(passes({ "ForAnyValue:StringEquals": { "aws:x": ["b"] } }, context), true);
        assert.equal(passes({ "ForAnyValue:StringEquals": { "aws:x": ["c"] } }, context), false);
        assert.equal(passes({ "ForAnyValue:StringNotEquals": { "aws:x": ["a"] } }, context), true);
    });

    it("requires every line of a condition", () => {
        const both = { StringEquals: { "aws:x": "a", "aws:y": "b" }, Bool: { "aws:z": "true" } };
        assert.deepEqual(
            [
                passes(both, { "aws:x": "a", "aws:y": "b", "aws:z": "true" }),
                passes(both, { "aws:x": "a", "aws:y": "c", "aws:z": "true" }),
                passes(both, { "aws:x": "a", "aws:y": "b", "aws:z": "no" }),
            ],
            [true, false, false],
        );
    });

    it("resolves variables of a condition, and allows nothing if one is not known yet", () => {
        assert.equal(passes({ StringEquals: { "aws:x": "${aws:y}" } }, { "aws:x": "a", "aws:y": "a" }), true);
        assert.equal(passes({ StringEquals: { "aws:x": "${aws:y}" } }, { "aws:x": "${aws:y}" }), false);
        assert.equal(passes({ StringEquals: { "aws:x": UNKNOWN } }, { "aws:x": UNKNOWN }), false);
        assert.equal(passes({ IpAddress: { "aws:x": "nonsense/9" } }, { "aws:x": "203.0.113.7" }), false);
        assert.equal(passes({ IpAddress: { "aws:x": "203.0.113.0/33" } }, { "aws:x": "203.0.113.7" }), false);
    });
});
