import assert from "node:assert/strict";

import fc from "fast-check";

import { hidesCharacters, visible, visibleJson, withVisibleTexts } from "../../toolkit/visible";

/** Characters that no terminal may be sent, by what they do. */
const HIDDEN: Readonly<Record<string, readonly number[]>> = {
    "control characters": [0x00, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b, 0x1f, 0x7f],
    "C1 controls": [0x80, 0x85, 0x8d, 0x90, 0x9b, 0x9c, 0x9d, 0x9f],
    "line and paragraph separators": [0x2028, 0x2029],
    "bidirectional controls": [
        0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
    ],
    "characters of no width": [0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0x2063, 0xfeff, 0x180e],
    "fillers and joiners that are letters or marks": [
        0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0, 0x2800, 0x1d159,
    ],
    "variation selectors and tags": [0xfe00, 0xfe0f, 0x180b, 0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xe01ef],
    "spaces that are not U+0020": [0xa0, 0x1680, 0x2000, 0x2003, 0x200a, 0x202f, 0x205f, 0x3000],
    "private and unassigned characters": [0xe000, 0xf8ff, 0xf0000, 0x378, 0xfff0, 0xffff],
};

const anything = fc.string({ unit: "binary", maxLength: 40 });

describe("external text", () => {
    for (const [what, codes] of Object.entries(HIDDEN)) {
        it(`escapes ${what}`, () => {
            for (const code of codes) {
                const character = String.fromCodePoint(code);
                assert.equal(visible(`a${character}b`), `a\\u{${code.toString(16)}}b`);
                assert.equal(hidesCharacters(`a${character}b`), true);
            }
        });
    }

    it("escapes half of a surrogate pair", () => {
        assert.deepEqual(["a\ud83d", "\ude00b"].map(visible), ["a\\u{d83d}", "\\u{de00}b"]);
    });

    it("keeps letters, digits, signs and whole emoji of all scripts", () => {
        for (const text of [
            "acme_app",
            "Größe",
            "naïve e\u0301",
            "заказы",
            "顧客 表",
            "สวัสดี",
            "עברית",
            "😀",
            "a-b.c:d/e|f\"g'h",
            "C:\\temp",
            "1 2 3",
            "",
        ]) {
            assert.equal(visible(text), text);
            assert.equal(hidesCharacters(text), false);
        }
    });

    it("escapes marks that would combine with the character before the name, and stacks of marks", () => {
        assert.equal(visible("\u0338 yes"), "\\u{338} yes");
        assert.equal(visible("a\u0300\u0301\u0302\u0303\u0304"), "a\u0300\u0301\u0302\\u{303}\\u{304}");
    });

    it("escapes spaces that look like columns or make two names look the same", () => {
        assert.deepEqual([" a", "a ", "a   b"].map(visible), ["\\u{20}a", "a\\u{20}", "a \\u{20}\\u{20}b"]);
    });

    it("contains nothing hidden, for any text", () => {
        fc.assert(fc.property(anything, (text) => !hidesCharacters(visible(text)) && !visible(text).includes("\n")));
    });

    it("keeps different texts different: escapes in the text differ from added ones", () => {
        assert.notEqual(visible("\u202e"), visible("\\u{202e}"));
        const back = (shown: string): string =>
            shown.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
        fc.assert(
            fc.property(
                fc.oneof(anything, fc.string({ unit: fc.constantFrom("\\", "u", "{", "5", "c", "}", " ", "\u202e") })),
                (text) => back(visible(text)) === text,
            ),
        );
    });

    it("is equivalent JSON in visible characters", () => {
        assert.equal(visibleJson({ a: "\u2028\u202e\u{e0041}\x9b" }), '{"a":"\\u2028\\u202e\\udb40\\udc41\\u009b"}');
        fc.assert(
            fc.property(fc.dictionary(anything, anything), (value) => {
                const text = visibleJson(value);
                assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
                assert.equal(hidesCharacters(text), false);
            }),
        );
    });

    it("is escaped anywhere in data, and nothing else changes", () => {
        const data = { a: ["\x1b", 1, null, undefined, { b: "c", d: true }] };
        assert.deepEqual(withVisibleTexts(data), { a: ["\\u{1b}", 1, null, undefined, { b: "c", d: true }] });
    });
});
