import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Journal } from "../../../cli/fleet/journal";
import { mayPass, runFleet, type FleetRunOptions, type Ran, type RunShard } from "../../../cli/fleet/run";
import type { ShardStack } from "../../../cli/fleet/shards";
import { shard as shardOf } from "./support";

const shard = (name: string): ShardStack => {
    return { ...shardOf(name, "eu1"), digest: `digest of ${name}` };
};
const good: Ran = { ok: true, changes: "1 created", errors: [] };
const bad = (error: string): Ran => ({ ok: false, changes: "", errors: [error] });

describe("a run of a fleet", () => {
    let folder: string;
    let journal: Journal;
    const path = () => join(folder, "journal.jsonl");

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-journal-"));
        journal = new Journal(path(), "here");
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const go = (names: readonly string[], run: RunShard, more: Partial<FleetRunOptions> = {}) =>
        runFleet(names.map(shard), {
            ...{ operation: "up", run, journal, parallel: 2, retries: 2, retryAfterMs: 0 },
            ...{ signal: new AbortController().signal, tell: () => undefined },
            ...more,
        });

    it("never runs more shards at once than it may, and runs them all", async () => {
        let [running, most] = [0, 0];
        const results = await go(["a", "b", "c", "d", "e"], async () => {
            running += 1;
            most = Math.max(most, running);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            return good;
        });
        assert.deepEqual([results.map(({ shard }) => shard).join(""), most], ["abcde", 2]);
    });

    it("tries again what may pass, and nothing else", async () => {
        const answers = new Map([
            ["a", [bad("error: the stack is currently locked by 1 lock(s)"), good]],
            ["b", [bad("error: invalid password")]],
            ["c", [bad("api error Throttling: Rate exceeded"), bad("Rate exceeded"), bad("Rate exceeded"), good]],
        ]);
        const results = await go(["a", "b", "c"], async (_, { name }) => answers.get(name)?.shift() ?? good);
        assert.deepEqual(
            results.map(({ shard, ok, attempts }) => [shard, ok, attempts]),
            [
                ["a", true, 2],
                ["b", false, 1],
                ["c", false, 3],
            ],
        );
    });

    it("continues past a shard whose run throws", async () => {
        const results = await go(["a", "b"], async (_, { name }) => {
            if (name === "a") {
                throw new Error("no engine");
            }
            return good;
        });
        assert.deepEqual(
            results.map(({ shard, errors }) => [shard, errors]),
            [
                ["a", ["no engine"]],
                ["b", []],
            ],
        );
    });

    it("leaves the shard that an interrupt stopped for the next run, and begins no other", async () => {
        const controller = new AbortController();
        const run: RunShard = async () => {
            controller.abort();
            return bad("interrupted");
        };
        assert.deepEqual(await go(["a", "b"], run, { signal: controller.signal, parallel: 1 }), []);
        const later = new Journal(path(), "here");
        assert.deepEqual([later.of("a")?.state, later.of("b")], ["begun", undefined]);
    });

    it("knows in the next process which shards are as they should be", async () => {
        await go(["a", "b"], async (_, { name }) => (name === "a" ? good : bad("refused")));
        // What a kill leaves of a line.
        appendFileSync(path(), '{"shard":"a","operation":"up","sta');
        const later = new Journal(path(), "here");
        assert.deepEqual(
            [
                later.isDone(shard("a"), "up"),
                later.isDone({ ...shard("a"), digest: "other" }, "up"),
                later.isDone(shard("b"), "up"),
            ],
            [true, false, false],
        );
    });

    it("loses no step after one that a kill cut off", async () => {
        await go(["a"], async () => good);
        appendFileSync(path(), '{"shard":"a","operation":"up","sta');
        new Journal(path(), "here").write({ shard: "a", operation: "up", state: "begun", digest: "other" });
        assert.deepEqual(new Journal(path(), "here").of("a")?.digest, "other");
    });

    it("knows nothing of shards from what was done in another backend", async () => {
        await go(["a"], async () => good);
        const elsewhere = new Journal(path(), "sandbox");
        assert.deepEqual([elsewhere.of("a"), elsewhere.isDone(shard("a"), "up")], [undefined, false]);
    });

    it("waits for the runs under way when the journal cannot be written", async () => {
        const ended: string[] = [];
        journal.write = ({ shard: name, state }) => {
            if (name === "b") {
                throw new Error(`no space left: ${state}`);
            }
        };
        const run: RunShard = async (_, { name }) => {
            await new Promise((resolve) => setImmediate(resolve));
            ended.push(name);
            return good;
        };
        await assert.rejects(go(["a", "b"], run), /^Error: no space left: begun$/);
        assert.deepEqual(ended, ["a"]);
    });

    it("takes a refusal for lasting", () => {
        assert.deepEqual(
            [
                "[409] Conflict: Another update is currently in progress.",
                "pq: deadlock detected",
                "pq: sorry, too many clients already",
                "pq: terminating connection due to administrator command",
                "blob (code=Unknown): api error SlowDown: Please reduce your request rate.",
                "AccessDenied: not authorized to perform iam:CreateRole",
                "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000",
                'pq: PAM authentication failed for user "keyless_provisioner" (28000)',
            ].map((error) => mayPass(error, 0)),
            [true, true, true, true, true, false, false, false],
        );
    });

    it("goes on when a run took longer than its token to the database lives", async () => {
        let time = 0;
        const refused = bad('error: pq: PAM authentication failed for user "keyless_provisioner" (28000)');
        const minutes = new Map([
            ["a", [16, 5]],
            ["b", [14]],
        ]);
        const run: RunShard = async (_, { name }) => {
            const took = minutes.get(name)?.shift() ?? 0;
            time += took * 60_000;
            return took === 5 ? good : refused;
        };
        const results = await go(["a", "b"], run, { parallel: 1, now: () => time });
        assert.deepEqual(
            results.map(({ shard, ok, attempts }) => [shard, ok, attempts]),
            [
                ["a", true, 2],
                ["b", false, 1],
            ],
        );
    });
});
