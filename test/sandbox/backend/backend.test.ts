import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { appendJournal, listStacks, readDeployment, settle } from "../../../sandbox/backend/checkpoints";
import type { Deployment } from "../../../sandbox/backend/deployment";
import { lockForEngine, removeDeadLocks, StackBusyError } from "../../../sandbox/backend/locks";
import { withJournal } from "../../../sandbox/backend/service";

describe("the engine's backend", () => {
    let dir: string;
    let locks: string;

    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-backend-"));
        locks = join(dir, ".pulumi", "locks", "organization", "keyless", "local");
        mkdirSync(locks, { recursive: true });
        mkdirSync(join(dir, ".pulumi", "stacks", "keyless"), { recursive: true });
    });

    afterEach(() => rmSync(dir, { recursive: true }));

    function lock(pid: number): string {
        const file = join(locks, `${pid}.json`);
        writeFileSync(file, JSON.stringify({ pid, hostname: hostname(), username: "x" }));
        return file;
    }

    it("removes the locks of engines that have exited", () => {
        const { pid } = spawnSync("true");
        const file = lock(pid);
        removeDeadLocks(dir, "local");
        assert.equal(existsSync(file), false);
    });

    it("removes the lock of an engine whose process id was reused", () => {
        const file = lock(process.pid);
        removeDeadLocks(dir, "local");
        assert.equal(existsSync(file), false);
    });

    it("keeps the lock of a running engine, and reports the process", async () => {
        const engine = spawn("sleep", ["60"], { argv0: "/somewhere/bin/pulumi" });
        await once(engine, "spawn");
        const file = lock(Number(engine.pid));
        const message = `process ${engine.pid} on ${hostname()} works on the stack local: wait for it, or end it`;
        assert.throws(() => removeDeadLocks(dir, "local"), new StackBusyError(message));
        assert.equal(existsSync(file), true);
        engine.kill();
        await once(engine, "exit");
    });

    it("is locked for an engine that this process started", async () => {
        const engine = spawn("sleep", ["60"], { argv0: "/somewhere/bin/pulumi" });
        await once(engine, "spawn");
        const unlock = lockForEngine(dir, "local");
        const [file = ""] = readdirSync(locks);
        const { pid } = JSON.parse(readFileSync(join(locks, file), "utf8")) as { pid: number };
        assert.equal(pid, engine.pid);
        assert.throws(() => removeDeadLocks(dir, "local"), StackBusyError);
        unlock();
        assert.deepEqual(readdirSync(locks), []);
        engine.kill();
        await once(engine, "exit");
    });

    it("has no stacks before the first run", () => {
        assert.equal(readDeployment(dir, "local"), undefined);
        assert.deepEqual(listStacks(join(dir, "none")), []);
    });

    it("has an empty stack after a run that created nothing", () => {
        writeFileSync(
            join(dir, ".pulumi", "stacks", "keyless", "local.json"),
            JSON.stringify({ version: 3, checkpoint: { stack: "x" } }),
        );
        assert.deepEqual(readDeployment(dir, "local"), {});
        assert.deepEqual(listStacks(dir), ["local"]);
    });

    it("joins a run's journal to the state, without a last line that its writer did not complete", () => {
        const stack = join(dir, ".pulumi", "stacks", "keyless", "local.json");
        const old = { urn: "urn:old", type: "t" };
        writeFileSync(stack, JSON.stringify({ version: 3, checkpoint: { stack: "x", latest: { resources: [old] } } }));
        const made = { urn: "urn:new", type: "t", resourceHooks: { beforeDelete: ["h"] } };
        const begun = { resource: { urn: "urn:begun", type: "t" }, type: "creating" };
        appendJournal(dir, "local", [
            { kind: 0, sequenceID: 1, operationID: 1, operation: { resource: made, type: "creating" } },
            { kind: 1, sequenceID: 2, operationID: 1, state: made },
            { kind: 0, sequenceID: 3, operationID: 2, operation: begun },
        ]);
        const journal = join(dir, "journals", "local.jsonl");
        writeFileSync(journal, `${readFileSync(journal, "utf8")}{"kind":1,"sequenceID":4,"operat`);
        const state = { resources: [made, old], pending_operations: [begun] };
        assert.deepEqual(readDeployment(dir, "local"), state);

        settle(dir, "local");
        const { version, features, checkpoint } = JSON.parse(readFileSync(stack, "utf8")) as {
            version: number;
            features: string[];
            checkpoint: { latest: Deployment };
        };
        const { manifest, ...latest } = checkpoint.latest;
        assert.deepEqual([version, features, latest, typeof manifest], [4, ["hooks"], state, "object"]);
        assert.equal(existsSync(journal), false);
    });

    describe("for a run", () => {
        /** What a request of a method to a path answers. */
        async function asked(
            url: string,
            method: string,
            path: string,
            token: string,
            body?: object,
        ): Promise<unknown[]> {
            const response = await fetch(`${url}${path}`, {
                method,
                headers: { authorization: token },
                ...(body && { body: JSON.stringify(body) }),
            });
            return [response.status, await response.json()];
        }

        it("answers whoever has its token, and records what the engine did", async () => {
            const stack = join(dir, ".pulumi", "stacks", "keyless", "local.json");
            writeFileSync(stack, JSON.stringify({ version: 3, checkpoint: { stack: "x", latest: { resources: [] } } }));
            const workspace: { envVars: Record<string, string> } = { envVars: { OTHER: "kept" } };
            await withJournal(dir, { name: "local", workspace }, async () => {
                const { PULUMI_BACKEND_URL: url = "", PULUMI_ACCESS_TOKEN: token = "" } = workspace.envVars;
                const path = "/api/stacks/organization/keyless";
                const own = `token ${token}`;
                assert.deepEqual((await asked(url, "GET", "/api/user", "token x"))[0], 401);
                assert.deepEqual((await asked(url, "GET", "/api/user", ""))[0], 401);
                assert.deepEqual(await asked(url, "GET", `${path}/local/export`, own), [
                    200,
                    { version: 3, deployment: { resources: [] } },
                ]);
                for (const strange of [`${path}/other`, `${path}/other/export`, `${path}/local/logs`, "/api/orgs"]) {
                    assert.deepEqual((await asked(url, "GET", strange, own))[0], 404, strange);
                }
                // Another stack is only read.
                assert.deepEqual((await asked(url, "POST", `${path}/other/update`, own))[0], 404);
                const entry = { kind: 1, sequenceID: 1, operationID: 1, state: { urn: "urn:a", type: "t" } };
                const run = `${path}/local/update/some-id`;
                assert.deepEqual(
                    (
                        await asked(url, "PATCH", `${run}/journalentries`, `update-token ${token}`, {
                            entries: [entry],
                        })
                    )[0],
                    200,
                );
            });
            assert.deepEqual(workspace.envVars, { OTHER: "kept" });
            assert.deepEqual(readDeployment(dir, "local")?.resources, [{ urn: "urn:a", type: "t" }]);
        });
    });
});
