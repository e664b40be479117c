import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { eventOf, githubOf } from "./pullRequest";
import type { PullRequest } from "./pullRequest";
import { jobOf, readWorkflow, runs, runStep, scratch, stepOf } from "./workflow";

const workflow = readWorkflow("preview.yml");
const preview = jobOf(workflow, "preview");
const pull: PullRequest = {
    author: "ann",
    head: "head-1",
    headRef: "topic",
    baseRef: "main",
    tip: "tip-1",
    reviews: [],
    pushes: [],
};

describe("the workflow that previews a pull request on AWS", () => {
    let folders: ReturnType<typeof scratch>;
    beforeEach(() => (folders = scratch()));
    afterEach(() => rmSync(folders.root, { recursive: true }));

    function command(name: string, script: string): void {
        writeFileSync(join(folders.bin, name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folders.bin, name), 0o755);
    }

    it("uses the policy packs of the base branch, not those of the pull request", async () => {
        const { work: cwd, temp, bin } = folders;
        const git = (...args: readonly string[]): void => {
            execFileSync("git", ["-c", "user.name=n", "-c", "user.email=e@example.com", ...args], {
                cwd,
                stdio: ["ignore", "ignore", "pipe"],
            });
        };
        const pack = (text: string): void => {
            for (const folder of ["policy", "assertions"]) {
                mkdirSync(join(cwd, folder), { recursive: true });
                writeFileSync(join(cwd, folder, "index.ts"), text);
            }
            git("add", "--all");
            git("commit", "--quiet", "--message", text);
        };
        git("init", "--quiet", "--initial-branch", "main");
        pack("base");
        git("checkout", "--quiet", "-b", "topic");
        pack("head");
        git("checkout", "--quiet", "--detach", "main");
        git("merge", "--quiet", "--no-ff", "--message", "merge", "topic");
        command("npm", 'echo "$*" > "$RUNNER_TEMP/npm"');
        command(
            "pulumi",
            `for one in "$@"; do case $one in */policy|*/assertions) cat "$one/index.ts"; esac; done
            echo " $*" >> "$RUNNER_TEMP/pulumi"`,
        );

        assert.equal(
            (await runStep(stepOf(preview, "check out the base branch's policy packs"), {}, { cwd, temp, bin })).status,
            0,
        );
        assert.equal(readFileSync(join(temp, "npm"), "utf8"), `ci --ignore-scripts --prefix ${temp}/base\n`);
        const vars = { PULUMI_BACKEND_URL: "s3://state", PULUMI_STACK: "dev" };
        const { status, outputs } = await runStep(stepOf(preview, "preview"), { vars }, { cwd, temp, bin });
        assert.equal(status, 0);
        assert.equal(Buffer.from(outputs["output"] ?? "", "base64").toString(), "basebase");
        const packs = `--policy-pack ${temp}/base/policy --policy-pack ${temp}/base/assertions`;
        assert.equal(
            readFileSync(join(temp, "pulumi"), "utf8"),
            ` preview --stack dev --diff --color never --non-interactive ${packs}\n`,
        );
    });

    it("fails with the preview, and still shows the end of its output", async () => {
        const { work: cwd, temp, bin } = folders;
        command("pulumi", "head -c 70000 /dev/zero | tr '\\0' x; echo violated >&2; exit 255");
        const { status, outputs } = await runStep(stepOf(preview, "preview"), { vars: {} }, { cwd, temp, bin });
        assert.equal(status, 255);
        const shown = Buffer.from(outputs["output"] ?? "", "base64").toString();
        assert.equal(shown.length, 60_000);
        assert.ok(shown.endsWith("xviolated\n"));
    });

    it("installs the base branch's packages before the pull request's, and signs in after both", () => {
        const order = (preview.steps ?? []).map(
            ({ id, name, uses, run }) => id ?? name ?? uses?.replace(/@.*/, "") ?? run,
        );
        assert.deepEqual(order, [
            "actions/checkout",
            "actions/setup-node",
            "check out the base branch's policy packs",
            "npm ci --ignore-scripts",
            "pulumi/actions",
            "aws-actions/configure-aws-credentials",
            "preview",
        ]);
    });

    it("gives the pull request's program a read-only role and no token with write access", () => {
        assert.deepEqual(preview.permissions, { contents: "read", "id-token": "write" });
        assert.equal(preview.environment, "aws-preview");
        assert.deepEqual(jobOf(workflow, "comment").permissions, { "pull-requests": "write" });
        assert.equal(jobOf(workflow, "comment").steps, undefined);
        // With inputs, the action would run the preview itself, with a token to comment.
        assert.equal(stepOf(preview, "pulumi/actions").with, undefined);
    });

    it("reports one check for every pull request: it fails without a preview for a fork, and passes without a role", async () => {
        const step = jobOf(workflow, "previewed").steps?.[0];
        assert.ok(step);
        const judged = async (role: string, of: PullRequest, result = "success"): Promise<number | null> => {
            const contexts = { github: githubOf(eventOf(of)), vars: { AWS_PREVIEW_ROLE: role } };
            const needs = { preview: { result: (await runs(preview, contexts)) ? result : "skipped" } };
            return (await runStep(step, { ...contexts, needs }, { cwd: folders.work, temp: folders.temp })).status;
        };
        assert.equal(jobOf(workflow, "previewed").if, "always()");
        assert.deepEqual(
            [
                await judged("role", pull),
                await judged("role", pull, "failure"),
                await judged("role", pull, "cancelled"),
                await judged("role", { ...pull, fork: true }),
                await judged("", pull),
            ],
            [0, 1, 1, 1, 0],
        );
    });
});
