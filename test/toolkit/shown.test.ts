import assert from "node:assert/strict";

import fc from "fast-check";

import {
    Shown,
    alignedRight,
    asShown,
    cut,
    documentText,
    eraseLine,
    inLines,
    json,
    padded,
    painted,
    quoted,
    reason,
    row,
    separated,
    shown,
    widthOf,
} from "../../toolkit/shown";

const FORGED = "psql\nthe server is as declared\u001b[8m";
const VISIBLE = "psql\\u{a}the server is as declared\\u{1b}[8m";

describe("displayed text", () => {
    it("keeps the lines of the source and makes every value one line", () => {
        assert.equal(String(shown`found:\n  ${FORGED}  ${3}`), `found:\n  ${VISIBLE}  3`);
    });

    it("keeps text that is already shown, without escaping it twice", () => {
        assert.equal(String(shown`a ${shown`b\n${"\u001b"}`}`), "a b\n\\u{1b}");
    });

    it("is created only by a template in the source", () => {
        const shownOf = shown as unknown as (strings: readonly string[]) => unknown;
        assert.throws(() => shownOf([FORGED]), /^TypeError: shown must be called as a template tag/);
        assert.throws(
            () => shownOf(Object.assign([FORGED], { raw: [FORGED] })),
            /^TypeError: shown must be called as a template tag/,
        );
    });

    it("treats any other text as external, wherever it is inserted", () => {
        const texts = [
            asShown(FORGED),
            inLines([FORGED, FORGED]),
            separated([FORGED, FORGED]),
            row([FORGED, "b"]),
            padded(FORGED, 3),
            alignedRight(FORGED, 3),
            cut(FORGED, 100),
            painted(FORGED, 31),
        ];
        assert.deepEqual(texts.map(String), [
            VISIBLE,
            `${VISIBLE}\n${VISIBLE}`,
            `${VISIBLE}, ${VISIBLE}`,
            `${VISIBLE}  b`,
            VISIBLE,
            VISIBLE,
            VISIBLE,
            `\u001b[31m${VISIBLE}\u001b[0m`,
        ]);
        assert.ok(texts.every((text) => text instanceof Shown));
    });

    it("measures columns by visible characters", () => {
        assert.equal(widthOf("\u202e"), 8);
        assert.equal(String(row([padded("\u202e", 10), alignedRight(7, 3)])), "\\u{202e}      7");
    });

    it("cuts by whole characters", () => {
        assert.deepEqual([cut("ab😀cd", 4), cut("abcd", 4)].map(String), ["ab😀…", "abcd"]);
    });

    it("marks the lines of quoted text, and keeps its columns", () => {
        assert.equal(
            String(quoted("error\r\n   at  x\u001b[2J\n\tthe server is as declared\n")),
            "error\n  |    at  x\\u{1b}[2J\n  |     the server is as declared",
        );
        assert.equal(String(reason(new Error("one\ntwo"))), "one\n  | two");
        assert.equal(String(reason("plain")), "plain");
    });

    it("prevents text from elsewhere from starting a line", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (text) => {
                const lines = String(
                    shown`> ${text}\n> ${quoted(text)}\n> ${json({ text })}\n> ${reason(new Error(text))}`,
                ).split("\n");
                assert.deepEqual(
                    lines.filter((line) => !/^(> | {2}\| )/.test(line)),
                    [],
                );
                assert.doesNotMatch(
                    lines.join(""),
                    // eslint-disable-next-line no-control-regex
                    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/,
                );
            }),
        );
    });

    it("keeps the lines of a document created for a file", () => {
        assert.equal(String(documentText("# a\n\n- b\n  - c  d\u001b\n")), "# a\n\n- b\n  - c  d\\u{1b}");
    });

    it("moves the cursor for itself only to repaint a line", () => {
        assert.equal(String(eraseLine()), "\r\u001b[K");
    });
});
