import assert from "node:assert/strict";

import { jsonDocuments } from "../../toolkit/jsonDocuments";

const first = { text: 'a } "quoted" {', list: [1, [2, {}]] };
const second = [{ type: "a:b:C", name: "c" }];

describe("the JSON documents in a command's output", () => {
    it("are the whole text, or stand between lines of a log", () => {
        for (const [text, found] of [
            [JSON.stringify(first), [first]],
            ["5", [5]],
            [`${JSON.stringify(first, undefined, 1)}\n${JSON.stringify(second)}`, [first, second]],
            [`${JSON.stringify(first)}${JSON.stringify(second)}\n`, [first, second]],
            [`npm warn old\n[warn] {x\n  [12:00] …\n${JSON.stringify(first, undefined, 4)}\ndone {}\n`, [first]],
            [`\uFEFF${JSON.stringify(first)}\r\n\uFEFF  ${JSON.stringify(second)}\r\n`, [first, second]],
            [`[]\n{}`, [[], {}]],
        ] as const) {
            assert.deepEqual(jsonDocuments(text), found, text);
        }
    });

    it("are refused when one is truncated or is not JSON", () => {
        for (const text of [
            'log\n{"steps": [',
            '{}\n{"steps": "',
            "{}\n{steps: 1}",
            'log\n[{"a": 1}',
            "only a log",
            "",
            '{"a": 1]',
        ]) {
            assert.throws(() => jsonDocuments(text), SyntaxError, text);
        }
    });
});
