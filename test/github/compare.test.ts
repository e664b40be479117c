import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { jobOf, readWorkflow, runs, runStep, scratch, stepOf } from "./workflow";
import type { Ran } from "./workflow";

const workflow = readWorkflow("access.yml");
const compare = jobOf(workflow, "compare");

/** Stands in for `npm run keyless -- access`: records its arguments, writes the report and exits with $CODE. */
const npm = `#!/bin/sh
echo "$*" >> "$CALLS"
while [ $# -gt 0 ]; do
  case $1 in --markdown) printf '<!-- keyless-access -->\\n%s\\n' "$REPORT" > "$2" ;; --save) echo '{}' > "$2" ;; esac
  shift
done
printf '{"gained":[]}'
exit "$CODE"
`;

describe("the job that compares a pull request with its base branch", () => {
    let folders: ReturnType<typeof scratch>;
    beforeEach(() => {
        folders = scratch();
        writeFileSync(join(folders.bin, "npm"), npm);
        chmodSync(join(folders.bin, "npm"), 0o755);
        mkdirSync(join(folders.temp, "head"));
        writeFileSync(join(folders.temp, "head", "preview.json"), '{"steps":[{}]}');
    });
    afterEach(() => rmSync(folders.root, { recursive: true }));

    function run(step: string, code = 0, report = "### x"): Promise<Ran> {
        const { work: cwd, temp, bin, root } = folders;
        return runStep(
            stepOf(compare, step),
            {},
            { cwd, temp, bin, env: { CALLS: join(root, "calls"), CODE: String(code), REPORT: report, STACK: "local" } },
        );
    }

    it("turns the exit code into a verdict, and fails for any other code", async () => {
        const verdicts = [];
        for (const code of [0, 1, 3, 4, 5, 2, 137]) {
            const { status, outputs } = await run("compare", code);
            verdicts.push([code, status, outputs["verdict"]]);
            rmSync(join(folders.work, "out"), { recursive: true });
        }
        assert.deepEqual(verdicts, [
            [0, 0, "same"],
            [1, 0, "violated"],
            [3, 0, "grows"],
            [4, 0, "disrupts"],
            [5, 0, "grows-and-disrupts"],
            [2, 2, undefined],
            [137, 137, undefined],
        ]);
    });

    it("passes the report and its digest on as outputs, which no other job can replace", async () => {
        const { outputs, summary } = await run("compare", 3, "### Ünïcode");
        assert.equal(outputs["digest"], createHash("sha256").update('{"gained":[]}').digest("hex"));
        const report = Buffer.from(outputs["report"] ?? "", "base64").toString();
        assert.equal(report, "<!-- keyless-access -->\n### Ünïcode\n");
        assert.equal(summary, report);
    });

    it("truncates the report to what a job's environment accepts", async () => {
        const { status, outputs } = await run("compare", 3, "x".repeat(100_000));
        assert.equal(status, 0);
        assert.equal(Buffer.from(outputs["report"] ?? "", "base64").length, 60_000);
    });

    it("fails without a preview, and for one that is empty, a link or too large", async () => {
        const preview = join(folders.temp, "head", "preview.json");
        const spoil = [
            () => rmSync(preview),
            () => writeFileSync(preview, ""),
            () => {
                rmSync(preview);
                symlinkSync("/etc/hosts", preview);
            },
            () => {
                rmSync(preview);
                writeFileSync(preview, "{}");
                truncateSync(preview, 64 * 1024 * 1024 + 1);
            },
        ];
        for (const spoiled of spoil) {
            spoiled();
            const { status, log, outputs } = await run("compare");
            assert.equal(status, 1);
            assert.match(log, /the pull request's preview is not a file of 1 byte to 64 MiB/);
            assert.deepEqual(outputs, {});
        }
    });

    it("previews the base branch itself before it downloads anything from the pull request", async () => {
        const order = (compare.steps ?? []).map(({ id, uses }) => id ?? uses?.replace(/@.*/, "") ?? "");
        assert.ok(order.indexOf("base") < order.indexOf("actions/download-artifact"));
        assert.equal(stepOf(compare, "actions/checkout").with?.["ref"], "${{ needs.scope.outputs.base }}");
        await run("base");
        await run("compare");
        const { temp } = folders;
        assert.deepEqual(readFileSync(join(folders.root, "calls"), "utf8").trim().split("\n"), [
            `run --silent keyless -- access --stack local --save ${temp}/base.json`,
            `run --silent keyless -- access --before ${temp}/base.json --after ${temp}/head/preview.json --gate --gate-disruption ` +
                "--title Who can reach which data: local --markdown out/comment.md " +
                "--html out/access.html --svg out/access.svg --json",
        ]);
    });

    it("downloads one artifact from the pull request's job, outside its own checkout, and no cache", () => {
        const artifacts = Object.entries(workflow.jobs).flatMap(([job, { steps = [] }]) =>
            steps
                .filter(({ uses = "" }) => uses.includes("-artifact@"))
                .map((step) => [job, step.uses?.replace(/@.*/, ""), step.with?.["name"], step.with?.["path"]]),
        );
        assert.deepEqual(artifacts, [
            ["preview", "actions/upload-artifact", "preview-of-head", "preview.json"],
            ["compare", "actions/download-artifact", "preview-of-head", "${{ runner.temp }}/head"],
            ["compare", "actions/upload-artifact", "access", "out"],
        ]);
        assert.deepEqual(
            compare.steps?.filter(({ uses = "" }) => uses.startsWith("actions/cache")),
            [],
        );
        const caches = compare.steps?.filter(({ uses = "" }) => /setup-(node|go)@/.test(uses)).map((step) => step.with);
        assert.deepEqual(caches, [
            { "node-version": 22, "package-manager-cache": false },
            { "go-version": "stable", cache: false },
        ]);
    });

    it("does not run for documentation alone", async () => {
        const preview = jobOf(workflow, "preview");
        const needs = (relevant: string): object => ({ needs: { scope: { outputs: { relevant } } } });
        assert.deepEqual(
            [await runs(preview, { ...needs("true") }), await runs(preview, { ...needs("false") })],
            [true, false],
        );
        // It needs the preview, and a job whose needs are skipped is skipped.
        assert.deepEqual(compare.needs, ["scope", "preview"]);
        assert.equal(compare.if, undefined);
    });
});
