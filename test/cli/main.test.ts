import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { keyless } from "../support/keyless";

describe("the command line", () => {
    let dir: string;
    let state: string;

    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-cli-"));
        // A subfolder, because destroying the last stack removes the state folder.
        state = join(dir, "state");
    });

    after(() => rmSync(dir, { recursive: true }));

    it("lists the commands, also for an unknown command", async () => {
        const help = await keyless(state, "--help");
        assert.deepEqual([help.code, help.stderr], [0, ""]);
        const names = help.stdout.split("\n").flatMap((line) => /^ {2}([\w-]+) /.exec(line)?.[1] ?? []);
        assert.deepEqual(names.slice(0, 3), ["start", "preview", "down"]);
        const { code, stdout, stderr } = await keyless(state, "begin");
        assert.deepEqual([code, stdout, stderr], [2, "", `unknown command "begin"; allowed are ${names.join(", ")}\n`]);
        const inherited = await keyless(state, "constructor");
        assert.deepEqual(
            [inherited.code, inherited.stderr],
            [2, `unknown command "constructor"; allowed are ${names.join(", ")}\n`],
        );
    });

    it("answers an unknown option with the usage, without a stack trace", async () => {
        const { code, stderr } = await keyless(state, "start", "--colour");
        assert.equal(code, 2);
        assert.match(stderr, /^Unknown option '--colour'[^]*\n\nusage: keyless start \[OPTIONS\]\n/);
        assert.doesNotMatch(stderr, /\n {4}at /);
    });

    it("does not treat an option of git as a revision", async () => {
        const { code, stderr } = await keyless(state, "access", "--before", "git:--lock", "--after", "-");
        assert.deepEqual(
            [code, stderr],
            [2, '"--lock" is not a revision: git would parse it as an option; name a branch, a tag or a commit\n'],
        );
    });

    it("has nothing to destroy in a fresh state folder", async () => {
        const { code, stdout, stderr } = await keyless(state, "down");
        assert.deepEqual([code, stdout, stderr], [0, "the sandbox has no stack local\n", ""]);
    });

    it("reports all five errors of a config before starting anything", async () => {
        const file = join(dir, "bad.yaml");
        const long = "n".repeat(64);
        writeFileSync(
            file,
            `config:
  aws:region: eu-central-1
  keyless:platform:
    network: { cidr: 10.20.0.0/33 }
    cluster: { version: "1.33" }
    database: { engineVersion: "16.6" }
  keyless:access:
    tenants:
      - name: shop
      - name: shop
      - name: ${long}
      - name: "x'; DROP"
        colour: blue
`,
        );
        const { code, stdout, stderr } = await keyless(state, "start", "--json", "--config-file", file);
        assert.deepEqual([code, stdout], [2, ""]);
        for (const given of [
            'platform.network.cidr = "10.20.0.0/33"',
            'access.tenants[1].name = "shop"',
            `access.tenants[2].name = "${long}"`,
            `access.tenants[3].name = "x'; DROP"`,
            'access.tenants[3].colour = "blue"',
        ]) {
            assert.ok(stderr.includes(`  ${given}\n    wrong:   `), `${given} in ${stderr}`);
        }
        assert.equal(stderr.match(/^ {4}wrong: {3}.+\n {4}allowed: .+\n {4}fix: {5}.+$/gm)?.length, 5);
        assert.equal(existsSync(join(state, "engine")), false);
    });
});
