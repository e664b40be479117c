import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

import { projectDir } from "../../sandbox/paths";

interface Step {
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly run?: string;
}

interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: object;
    readonly jobs: Readonly<Record<string, { readonly permissions?: object; readonly steps: readonly Step[] }>>;
}

const workflow = parse(readFileSync(join(projectDir, ".github", "workflows", "access.yml"), "utf8")) as Workflow;
const jobs = Object.entries(workflow.jobs);

function scriptOf(job: string): string {
    return workflow.jobs[job]?.steps.find(({ run }) => run !== undefined)?.run ?? "";
}

describe("the workflow that posts who can newly reach what", () => {
    it("runs what a pull request brings without a secret, and writes where none of its code runs", () => {
        assert.deepEqual(Object.keys(workflow.on), ["pull_request"]);
        assert.deepEqual(workflow.permissions, {});
        assert.deepEqual(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions])), {
            preview: { contents: "read" },
            compare: { contents: "read" },
            comment: { "pull-requests": "write" },
            unapprove: { "pull-requests": "write" },
            gate: undefined,
        });
        const checkouts = jobs.filter(([, { steps }]) => steps.some(({ uses }) => uses?.startsWith("actions/checkout"))).map(([name]) => name);
        assert.deepEqual(checkouts, ["preview", "compare"]);
        assert.equal(readFileSync(join(projectDir, ".github", "workflows", "access.yml"), "utf8").includes("secrets."), false);
    });

    it("keeps no credentials, saves no cache, and puts nothing of an event into a script", () => {
        const steps = jobs.flatMap(([, job]) => job.steps);
        const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout"));
        assert.deepEqual(checkouts.map((step) => step.with?.["persist-credentials"]), [false, false]);
        assert.deepEqual(steps.filter(({ uses, with: given }) => uses?.startsWith("actions/cache@") === true || given?.["cache"] === "npm"), []);
        assert.deepEqual(steps.filter(({ run }) => run?.includes("${{")), []);
    });

    it("waits for an approval when reach grows, and for nothing when something stated is violated", () => {
        const gate = (RESULT: string, VERDICT: string, APPROVED: string): number | null =>
            spawnSync("bash", ["-e"], { input: scriptOf("gate"), env: { PATH: process.env["PATH"], RESULT, VERDICT, APPROVED } }).status;
        assert.deepEqual(
            [gate("success", "same", "false"), gate("success", "grows", "false"), gate("success", "grows", "true"), gate("success", "violated", "true"), gate("failure", "", "true"), gate("success", "", "false")],
            [0, 1, 0, 1, 1, 1],
        );
    });

    describe("its comment", () => {
        let dir: string;
        beforeEach(() => {
            dir = mkdtempSync(join(tmpdir(), "keyless-comment-"));
            mkdirSync(join(dir, "out"));
        });
        afterEach(() => rmSync(dir, { recursive: true }));

        /** Runs the step with a `gh` that writes down how it is called; `mine` is what it answers when asked for our comment. */
        function post(comment: string, mine: string): { status: number | null; calls: string; body: string } {
            writeFileSync(join(dir, "out", "comment.md"), comment);
            writeFileSync(join(dir, "gh"), `#!/bin/sh\necho "$*" >> "$CALLS"\ncase "$*" in *--paginate*) printf '${mine}' ;; *) cp body.md posted.md ;; esac\n`);
            chmodSync(join(dir, "gh"), 0o755);
            const calls = join(dir, "calls");
            writeFileSync(calls, "");
            writeFileSync(join(dir, "posted.md"), "");
            const env = { PATH: `${dir}:${process.env["PATH"] ?? ""}`, CALLS: calls, NUMBER: "7", GITHUB_REPOSITORY: "o/r", RUN: "https://run" };
            const { status } = spawnSync("bash", ["-e"], { cwd: dir, input: scriptOf("comment"), env });
            return { status, calls: readFileSync(calls, "utf8"), body: readFileSync(join(dir, "posted.md"), "utf8") };
        }

        it("is made once, with a way to the page", () => {
            const { status, calls, body } = post("<!-- keyless-access -->\n\n### x\n", "");
            assert.equal(status, 0);
            assert.match(calls, /\napi --silent repos\/o\/r\/issues\/7\/comments --field body=@body\.md\n$/);
            assert.equal(body, "<!-- keyless-access -->\n\n### x\n\n[The page with every chain](https://run#artifacts)\n");
        });

        it("is edited afterwards", () => {
            const { status, calls } = post("<!-- keyless-access -->\n\n### x\n", "4711\\n");
            assert.equal(status, 0);
            assert.match(calls, /\napi --silent --method PATCH repos\/o\/r\/issues\/comments\/4711 --field body=@body\.md\n$/);
        });

        it("is refused when it is not what the tool writes, and cut when it is too long", () => {
            assert.equal(post("buy this\n", "").status, 1);
            assert.equal(post(`<!-- keyless-access -->\n${"x".repeat(300_000)}`, "").status, 1);
            assert.ok(post(`<!-- keyless-access -->\n${"x".repeat(100_000)}`, "").body.length < 65_536);
        });
    });
});
