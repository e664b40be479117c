import assert from "node:assert/strict";
import { inSandbox } from "../../cli/sandbox/session";
import { configOf } from "../../docs/changes/stacks/bases";
import { cases, changed } from "../../docs/changes/cases";
import { outcomeFor, rowsOf } from "../../docs/changes/compute";
import { deploy } from "../../docs/changes/deploy";
import { Runner } from "../../sandbox/inProcess/runner";
import { readTable } from "../../docs/changes/table";
import { backendDir } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import type { ResourceState } from "../../sandbox/backend/deployment";
import { withEmptyState } from "../support/ownState";

describe("the table of changes", () => {
    withEmptyState();

    it("is what the sandbox says of a database, and a refused change touches nothing", async () => {
        const keys = ["platform.database.name", "platform.database.minCapacity", "platform.database.maxCapacity"];
        const rows = rowsOf(["capacity"]).filter(({ key }) => keys.includes(key));
        assert.ok(rows.length >= 5);
        await inSandbox(async (sandbox) => {
            const runner = new Runner(sandbox.engine, sandbox.server);
            try {
                await deploy("capacity", sandbox, runner);
                for (const row of rows) {
                    const outcome = await outcomeFor(row, sandbox.server.caFile, runner);
                    assert.deepEqual(outcome, readTable()[row.key]?.[row.name], `${row.key} ${row.name}`);
                }
                const rename = cases["platform.database.name"]?.["changed"];
                assert.ok(rename);
                const before = readDeployment(backendDir(), "capacity")?.resources;
                const { log } = await runner.run(
                    "up",
                    "capacity",
                    changed(configOf("capacity"), "platform.database.name", rename),
                );
                assert.match(log.errors.join("\n"), /platform\.database\.name = "other"/);
                assert.deepEqual(byUrn(readDeployment(backendDir(), "capacity")?.resources), byUrn(before));
            } finally {
                runner.close();
            }
        });
    });
});

/** The engine writes what a run did not get to after what it did. */
function byUrn(resources: readonly ResourceState[] = []): readonly ResourceState[] {
    return [...resources].sort((one, another) => (one.urn < another.urn ? -1 : 1));
}
