import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { said } from "./said";

/** Every word of it is read before it is committed: `KEYLESS_WRITE=1 npx mocha test/policy/iam/said.test.ts` writes it. */
const file = join(__dirname, "said.txt");

describe("what is said of a document", () => {
    it("is, word for word, what said.txt holds", () => {
        const lines = said();
        if (process.env["KEYLESS_WRITE"] !== undefined) {
            writeFileSync(file, `${lines.join("\n")}\n`);
        }
        assert.deepEqual(lines, readFileSync(file, "utf8").trimEnd().split("\n"));
    });
});
