import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { said } from "./said";

/** Rewrite it with `KEYLESS_WRITE=1 npx mocha test/policy/iam/said.test.ts`; review every line before committing. */
const file = join(__dirname, "said.txt");

describe("the report on a document", () => {
    it("matches said.txt word for word", () => {
        const lines = said();
        if (process.env["KEYLESS_WRITE"] !== undefined) {
            writeFileSync(file, `${lines.join("\n")}\n`);
        }
        assert.deepEqual(lines, readFileSync(file, "utf8").trimEnd().split("\n"));
    });
});
