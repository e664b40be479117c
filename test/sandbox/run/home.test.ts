import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { homeWithoutLogs } from "../../../sandbox/run/home";

describe("the engine's home", () => {
    let dir: string;
    beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "keyless-home-"))));
    afterEach(() => rmSync(dir, { recursive: true }));

    it("has a file where the engine would keep its logs", () => {
        assert.equal(homeWithoutLogs(join(dir, "home")), join(dir, "home"));
        homeWithoutLogs(join(dir, "home"));
        assert.ok(statSync(join(dir, "home", "logs")).isFile());
    });

    it("loses the logs of earlier versions", () => {
        mkdirSync(join(dir, "logs"));
        writeFileSync(join(dir, "logs", "pulumi.log"), "");
        homeWithoutLogs(dir);
        assert.ok(statSync(join(dir, "logs")).isFile());
    });
});
