import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { projectDir } from "../../toolkit/paths";
import { Edit } from "../access/support/edit";
import { exportOf } from "../access/support/resources";
import { jobOf, readWorkflow, runStep, scratch, stepOf } from "../github/workflow";
import type { Ran } from "../github/workflow";

describe("the workflow's comparison, run with the real command", () => {
    let folders: ReturnType<typeof scratch>;
    beforeEach(() => {
        folders = scratch();
        mkdirSync(join(folders.temp, "head"));
        // `npm run --silent keyless -- ARGUMENTS`, outside a checkout.
        writeFileSync(
            join(folders.bin, "npm"),
            `#!/bin/sh\nshift 4\nexec node ${join(projectDir, "cli", "keyless.mjs")} "$@"\n`,
        );
        chmodSync(join(folders.bin, "npm"), 0o755);
    });
    afterEach(() => rmSync(folders.root, { recursive: true }));

    function compare(base: object, head: object): Promise<Ran> {
        const { work: cwd, temp, bin } = folders;
        writeFileSync(join(temp, "base.json"), JSON.stringify(base));
        writeFileSync(join(temp, "head", "preview.json"), JSON.stringify(head));
        rmSync(join(cwd, "out"), { recursive: true, force: true });
        return runStep(
            stepOf(jobOf(readWorkflow("access.yml"), "compare"), "compare"),
            {},
            {
                cwd,
                temp,
                bin,
                // npm sets this to the folder in which it was called.
                env: { STACK: "local", INIT_CWD: cwd },
            },
        );
    }

    it("fails for an empty preview, and reports growth in a preview that drops an assertion of the base branch", async () => {
        const { sketches } = new Edit({ tenants: ["shop", "billing"] });
        const base = {
            ...exportOf(sketches),
            config: { "keyless:assertions": JSON.stringify([{ isolated: "tenants" }]) },
        };
        const empty = await compare(base, { steps: [] });
        assert.deepEqual([empty.status, empty.outputs], [2, {}]);
        const { status, outputs, summary } = await compare(base, exportOf(sketches));
        assert.deepEqual([status, outputs["verdict"]], [0, "grows"]);
        assert.match(outputs["digest"] ?? "", /^[0-9a-f]{64}$/);
        assert.ok(summary.startsWith("<!-- keyless-access -->\n"));
    });
});
