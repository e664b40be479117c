import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeOnce, readIfThere, writeWhole } from "../../../toolkit/system/files";

describe("a file that is created once", () => {
    let dir: string;
    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-files-"));
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));

    it("keeps its first content, readable only for its owner", () => {
        const path = join(dir, "below", "secret");
        const contents = ["first", "second"].map((content) => makeOnce(path, () => content));
        assert.deepEqual([contents, statSync(path).mode & 0o777], [["first", "first"], 0o600]);
    });

    it("has the content of the first writer", () => {
        const path = join(dir, "secret");
        const content = makeOnce(path, () => {
            makeOnce(path, () => "faster");
            return "slower";
        });
        assert.deepEqual([content, readdirSync(dir)], ["faster", ["secret"]]);
    });
});

describe("a file that is written atomically", () => {
    it("replaces the old one and leaves no temporary file", () => {
        const dir = mkdtempSync(join(tmpdir(), "keyless-files-"));
        const path = join(dir, "file");
        writeWhole(path, "old");
        writeWhole(path, "new", 0o644);
        const found = [
            readIfThere(path),
            readIfThere(join(dir, "none")),
            statSync(path).mode & 0o777,
            readdirSync(dir),
        ];
        rmSync(dir, { recursive: true });
        assert.deepEqual(found, ["new", undefined, 0o644, ["file"]]);
    });
});
