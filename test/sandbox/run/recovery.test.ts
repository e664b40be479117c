import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import {
    StackBusyError,
    hasDeleteHooks,
    listStacks,
    readDeployment,
    recover,
    removeDeadLocks,
} from "../../../sandbox/run/recovery";

const VPC = "aws:ec2/vpc:Vpc";
const SCHEMA = "postgresql:index/schema:Schema";

function pending(type: string, resource: { type: string; inputs?: Record<string, unknown> }, name = "x") {
    return { type, resource: { urn: `urn:${name}`, ...resource } };
}

describe("the program of a stack that is taken down", () => {
    const state = (resourceHooks?: Record<string, string[]>) => ({
        resources: [{ urn: "urn:x", type: VPC, ...(resourceHooks && { resourceHooks }) }],
    });

    it("runs if a resource has a hook that runs when it is deleted", () => {
        assert.equal(hasDeleteHooks(state({ BeforeDelete: ["keyless-before-role-delete"] })), true);
    });

    it("does not run otherwise: it would wait for what is not there", () => {
        const states = [
            {},
            state(),
            state({}),
            state({ BeforeDelete: [] }),
            state({ BeforeCreate: ["keyless-before-schema-create"] }),
        ];
        assert.deepEqual(
            states.map(hasDeleteHooks),
            states.map(() => false),
        );
    });
});

describe("the state after an interrupted run", () => {
    it("adopts resources that were created without the engine's knowledge, and drops others", () => {
        const made = { type: VPC, inputs: { cidrBlock: "10.0.0.0/16", __defaults: [] } };
        const notMade = { type: VPC, inputs: { cidrBlock: "10.9.0.0/16" } };
        const deployment = {
            resources: [],
            pending_operations: [pending("creating", made, "made"), pending("creating", notMade)],
        };
        const existing = [{ type: VPC, id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } }];
        assert.deepEqual(recover(deployment, existing), {
            resources: [{ urn: "urn:made", ...made, id: "vpc-1" }],
            pending_operations: [],
        });
    });

    it("does not adopt an object that belongs to another resource, nor one object twice", () => {
        const asked = { type: VPC, inputs: { cidrBlock: "10.0.0.0/16" } };
        const known = { urn: "urn:known", ...asked, id: "vpc-1" };
        const deployment = {
            resources: [known],
            pending_operations: ["a", "b"].map((name) => pending("creating", asked, name)),
        };
        const existing = ["vpc-1", "vpc-2"].map((id) => ({ type: VPC, id, inputs: asked.inputs }));
        assert.deepEqual(recover(deployment, existing).resources, [known, { urn: "urn:a", ...asked, id: "vpc-2" }]);
    });

    it("adopts Postgres objects by name, so that the refresh checks whether they exist", () => {
        const schema = { type: SCHEMA, inputs: { database: "app", name: "shop" } };
        const role = { type: "postgresql:index/role:Role", inputs: { name: "shop_app" } };
        const deployment = { pending_operations: [pending("creating", schema, "s"), pending("creating", role, "r")] };
        assert.deepEqual(recover(deployment, []).resources, [
            { urn: "urn:s", ...schema, id: "app.shop" },
            { urn: "urn:r", ...role, id: "shop_app" },
        ]);
    });

    it("keeps a resource that was being updated or deleted: the next run repeats it", () => {
        const vpc = { urn: "urn:v", type: VPC, id: "vpc-1", inputs: {} };
        const operations = ["updating", "deleting"].map((type) => ({ type, resource: vpc }));
        assert.deepEqual(recover({ resources: [vpc], pending_operations: operations }, []), {
            resources: [vpc],
            pending_operations: [],
        });
    });
});

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
});
