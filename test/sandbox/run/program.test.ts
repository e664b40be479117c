import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");

describe("a program in the sandbox", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-program-"));
    });
    after(() => rmSync(folder, { recursive: true }));

    /** Runs a program in a separate process, because mocha handles rejections itself. Returns how it ended. */
    function ended(program: string): string {
        writeFileSync(join(folder, "index.cjs"), program);
        const script = `require(${JSON.stringify(join(root, "sandbox/run/program.ts"))}).programIn(${JSON.stringify(join(folder, "index.cjs"))})().then((outputs) => console.log(JSON.stringify(outputs)), (error) => console.log(error.message));`;
        // As long as mocha waits, which cannot interrupt it.
        const options = { encoding: "utf8", timeout: 120_000 } as const;
        const tsx = join(root, "node_modules/tsx/dist/cjs/index.cjs");
        return spawnSync(process.execPath, ["--require", tsx, "-e", script], options).stdout.trim();
    }

    it("returns its exports as the stack's outputs, once they are known", () => {
        assert.equal(ended("exports.host = Promise.resolve('db'); exports.port = 5432;"), '{"host":{},"port":5432}');
    });

    it("fails for a rejection that nothing handles, even if its outputs are never known", () => {
        const lookup = "Promise.reject(new Error('no matching EC2 Subnet found: subnet-1'));";
        const waiting = "exports.host = new Promise(() => setTimeout(() => undefined, 20_000).unref());";
        assert.equal(ended(`${lookup} ${waiting}`).split("\n")[0], "no matching EC2 Subnet found: subnet-1");
    });
});
