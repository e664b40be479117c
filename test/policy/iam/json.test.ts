import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonProblem, parseJson } from "../../../policy/iam/json";

const refuses = (text: string): string => {
    try {
        parseJson(text);
    } catch (error) {
        assert.ok(error instanceof JsonProblem);
        return error.message;
    }
    return "";
};

describe("parsing unambiguous JSON", () => {
    it("accepts what JSON.parse accepts", () => {
        fc.assert(
            fc.property(fc.json(), fc.constantFrom(0, 1, 4), (text, indent) => {
                const value: unknown = JSON.parse(text);
                assert.deepEqual(parseJson(JSON.stringify(value, undefined, indent)), value);
            }),
            { numRuns: 300 },
        );
    });

    const twice: readonly (readonly [string, string])[] = [
        ['{"a":1,"a":2}', '"a"'],
        ['{ "a" : 1 , "a" : 2 }', '"a"'],
        ['{"b":{"a":1,"a":2}}', '"a"'],
        ['[{"x":[1,2]},{"a":[],"b":{},"a":0}]', '"a"'],
        ['{"a":{"a":1},"a":2}', '"a"'],
        ['{"a":[{"a":1},"a"],"b":["a","a"],"a":2}', '"a"'],
        ['{"a\\"":1,"a\\"":2}', '"a\\""'],
        ['{"a\\\\":1,"a\\\\":2}', '"a\\\\"'],
        ['{"a\\\\\\"":1,"b":2,"a\\\\\\"":3}', '"a\\\\\\""'],
        ['{"a":1,"\\u0061":2}', '"\\u0061"'],
        ['{"\\u0061":1,"a":2}', '"a"'],
        ['{"":1,"":2}', '""'],
        ['{"x":"a\\\\","x":1}', '"x"'],
    ];
    for (const [text, key] of twice) {
        it(`rejects a duplicate key: ${text}`, () => {
            assert.equal(refuses(text), `it has the key ${key} twice in one object`);
        });
    }

    it("rejects an object with more keys than any document has, and accepts one at the limit", () => {
        const of = (count: number): string =>
            `{"a":[{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join()}}]}`;
        assert.deepEqual(
            [refuses(of(20_000)), refuses(of(20_001))],
            ["", "it has an object with more than 20,000 keys"],
        );
    });

    const once = [
        '{"a":"a","b":"a"}',
        '{"a":{"a":{"a":1}}}',
        '[{"a":1},{"a":2}]',
        '{"a":"\\",\\"a\\":1"}',
        '{"a":["a","a",{"a":1},"a"]}',
        '{"a\\\\":1,"a":2}',
        '{"x":"\\\\","y":"\\\\\\"","z":1}',
        '"{\\"a\\":1,\\"a\\":2}"',
        '{"a":[],"b":"a"}',
        '{"a":{},"b":"a","c":["a"]}',
        '[["a","b"],"a","a"]',
    ];
    for (const text of once) {
        it(`accepts keys that only look like duplicates: ${text}`, () => {
            assert.equal(refuses(text), "");
        });
    }

    it("reports where a text is not JSON", () => {
        assert.match(refuses("{"), /^it is not JSON \(.+\)$/);
    });
});
