import assert from "node:assert/strict";
import { join } from "node:path";

import { Store } from "../../sandbox/cloud/store";
import { findEngine } from "../../sandbox/engine";
import { Progress } from "../../toolkit/progress";
import { run } from "../../sandbox/run";
import { type Server, startServer } from "../../sandbox/server";
import { withEmptyState } from "../support/ownState";

describe("the engine with the policy pack", () => {
    const interrupt = new AbortController().signal;
    const progress = new Progress({ write: () => undefined });
    let server: Server;

    after(() => server.stop());
    withEmptyState();
    before(async () => {
        server = await startServer();
    });

    it("refuses a wildcard ARN before the policy is created, and names the resource, the statement and the fix", async () => {
        const engine = await findEngine(progress, interrupt);
        const program = join(__dirname, "..", "support", "programs", "wildcard.ts");
        const config = { "aws:region": "eu-central-1" };
        const { ok, log } = await run("up", {
            stack: "wildcard",
            config,
            engine,
            server,
            progress,
            interrupt,
            program,
        });
        assert.equal(ok, false);
        const urn = "urn:pulumi:wildcard::keyless::aws:iam/rolePolicy:RolePolicy::reader-connect";
        assert.deepEqual(
            log.violations.map(({ resource }) => resource),
            [urn],
        );
        const [{ message = "" } = {}] = log.violations;
        assert.match(message, /reader-connect/);
        assert.match(message, /Connect/);
        assert.match(message, /dbuser:\*\/app/);
        assert.match(message, /fix: /);
        assert.deepEqual(new Store().list("aws:iam/rolePolicy:RolePolicy"), []);
        assert.equal(new Store().list("aws:iam/role:Role").length, 1);
    });
});
