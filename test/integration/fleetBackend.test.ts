import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { stringify } from "yaml";

import { findEngine } from "../../sandbox/engine";
import { Progress } from "../../toolkit/progress";
import { keyless } from "../support/keyless";

describe("a fleet with the installed Pulumi and a file backend", () => {
    let folder: string;
    const usual = { ...process.env };

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "keyless-backend-"));
        mkdirSync(join(folder, "state"));
        // Not where `pulumi stack init` writes a stack's file.
        mkdirSync(join(folder, "plan"));
        const quiet = new Progress({ write: () => undefined });
        const { command } = await findEngine(quiet, new AbortController().signal);
        Object.assign(process.env, {
            PATH: [dirname(command), process.env["PATH"]].join(delimiter),
            PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
            PULUMI_HOME: join(folder, "home"),
            PULUMI_CONFIG_PASSPHRASE: "of this test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
        });
        // Elsewhere, so that no stack's file is written to the project's folder.
        writeFileSync(join(folder, "Pulumi.yaml"), "name: keyless\nruntime: nodejs\n");
        for (const stack of ["platform", "fleet-one-001"]) {
            const args = ["stack", "init", stack, "--non-interactive", "--no-select"];
            execFileSync(command, args, { cwd: folder, stdio: "ignore" });
        }
        writeFileSync(
            join(folder, "plan", "keyless.fleet.yaml"),
            stringify({
                name: "fleet",
                tenantsPerShard: 1,
                cells: [{ name: "one", platformStack: "organization/keyless/platform" }],
                tenants: ["shop", "billing"].map((name) => ({ name, limits: { connections: 5 } })),
            }),
        );
    });
    after(() => {
        for (const name of Object.keys(process.env).filter((key) => !(key in usual))) {
            delete process.env[name];
        }
        Object.assign(process.env, usual);
        rmSync(folder, { recursive: true });
    });

    it("reads the states that are there, and tells a shard without one from a failure", async () => {
        const args = ["fleet", "access", "--file", join(folder, "plan", "keyless.fleet.yaml"), "--json"];
        const { code, stdout, stderr } = await keyless(join(folder, "own"), ...args);
        assert.equal(stderr, "");
        assert.deepEqual(
            [code, JSON.parse(stdout.trim().split("\n").at(-1) ?? "")],
            [0, { summary: { shards: 1, notDeployed: ["fleet-one-002"], cells: 0, grown: false, violations: 0 } }],
        );
        process.env["PULUMI_BACKEND_URL"] = `file://${join(folder, "nowhere")}`;
        const failed = await keyless(join(folder, "own"), ...args);
        assert.notEqual(failed.code, 0);
    });

    it("creates no stack to destroy it, and knows which backend that was", async () => {
        const backend = (name: string) => {
            mkdirSync(join(folder, name), { recursive: true });
            process.env["PULUMI_BACKEND_URL"] = `file://${join(folder, name)}`;
        };
        const fleet = async (...args: string[]) => {
            const given = ["fleet", ...args, "--file", join(folder, "plan", "keyless.fleet.yaml"), "--json"];
            const { code, stdout, stderr } = await keyless(join(folder, "own"), ...given);
            assert.deepEqual([code, stderr.replace(/^fleet-one-002: .*\n/gm, "")], [0, ""]);
            return JSON.parse(stdout) as { readonly shards: readonly object[]; readonly unchanged?: number };
        };
        backend("state");
        await fleet("plan");
        const down = ["down", "--shard", "fleet-one-002"];
        const gone = { ok: true, changes: "not deployed", errors: [], shard: "fleet-one-002", attempts: 1 };
        assert.deepEqual(await fleet(...down), { shards: [gone], unchanged: 0 });
        assert.deepEqual(await fleet(...down), { shards: [], unchanged: 1 });
        assert.equal(existsSync(join(folder, "state", ".pulumi", "stacks", "keyless", "fleet-one-002.json")), false);
        backend("other");
        assert.deepEqual(await fleet(...down), { shards: [gone], unchanged: 0 });
    });
});
