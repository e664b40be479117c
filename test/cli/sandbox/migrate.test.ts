import assert from "node:assert/strict";
import { join } from "node:path";
import { migrationsBeside } from "../../../cli/sandbox/migrate";
import { projectDir } from "../../../toolkit/paths";

const stacks = join(projectDir, "examples", "stacks");

describe("a stack's migrations", () => {
    it("are the SQL file next to its config, if any", () => {
        assert.deepEqual(
            ["bank.yaml", "pods.yaml", "bank"].map((name) => migrationsBeside(join(stacks, name))),
            [join(stacks, "bank.sql"), undefined, undefined],
        );
    });
});
