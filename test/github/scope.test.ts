import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { eventOf, githubOf } from "./pullRequest";
import { jobOf, readWorkflow, runStep, scratch, stepOf } from "./workflow";
import type { Ran } from "./workflow";

const workflow = readWorkflow("access.yml");

/** Files of a repository like ours, in a few folders. */
const FILES = [
    "README.md",
    "index.ts",
    "docs/access.md",
    "docs/pictures/x.svg",
    "policy/README.md",
    "bootstrap/index.ts",
    "config/settings.ts",
    "x.md/y.ts",
];

describe("the job that classifies a pull request's changes", () => {
    let folders: ReturnType<typeof scratch>;
    beforeEach(() => {
        folders = scratch();
        git("init", "--quiet", "--initial-branch", "main");
        FILES.forEach((file) => write(file));
        commit();
    });
    afterEach(() => rmSync(folders.root, { recursive: true }));

    function git(...args: readonly string[]): string {
        const identity = ["-c", "user.name=n", "-c", "user.email=e@example.com"];
        return execFileSync("git", [...identity, ...args], {
            cwd: folders.work,
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
        }).trim();
    }

    function write(file: string, text = "1"): void {
        mkdirSync(dirname(join(folders.work, file)), { recursive: true });
        writeFileSync(join(folders.work, file), text);
    }

    function commit(): string {
        git("add", "--all");
        git("commit", "--quiet", "--message", "x");
        return git("rev-parse", "HEAD");
    }

    /** Creates a pull request from a change with GitHub's test merge, and runs the job's script there. */
    async function scopeOf(change: () => void, reported?: string): Promise<Ran> {
        git("checkout", "--quiet", "-B", "topic", "main");
        change();
        const head = commit();
        git("checkout", "--quiet", "--detach", "main");
        git("merge", "--quiet", "--no-ff", "--message", "merge", "topic");
        const event = eventOf({
            author: "ann",
            head: reported ?? head,
            headRef: "topic",
            baseRef: "main",
            tip: "",
            reviews: [],
            pushes: [],
        });
        return runStep(
            stepOf(jobOf(workflow, "scope"), "scope"),
            { github: githubOf(event) },
            { cwd: folders.work, temp: folders.temp },
        );
    }

    it("treats every file except documentation as relevant", async () => {
        const relevant = [
            "index.ts",
            "bootstrap/new.ts",
            "package.json",
            "docs.ts",
            "docs",
            "README",
            "x.md/y.ts",
            ".github/workflows/access.yml",
            "docsx/a.ts",
        ];
        for (const file of relevant) {
            const change = (): void => {
                if (file === "docs") {
                    rmSync(join(folders.work, "docs"), { recursive: true });
                }
                write(file, "2");
            };
            const { status, outputs } = await scopeOf(change);
            assert.deepEqual([status, outputs["relevant"]], [0, "true"], file);
        }
        for (const file of ["README.md", "docs/access.md", "docs/new/page.html", "policy/README.md"]) {
            const { status, outputs } = await scopeOf(() => write(file, "2"));
            assert.deepEqual([status, outputs["relevant"]], [0, "false"], file);
        }
    });

    it("detects a changed submodule, even if the repository's settings ignore it", async () => {
        const move = (commitId: string): void => {
            write(".gitmodules", '[submodule "v"]\n\tpath = v\n\turl = https://example.com/v\n\tignore = all\n');
            git("update-index", "--add", "--cacheinfo", `160000,${commitId},v`);
        };
        move("1".repeat(40));
        git("add", ".gitmodules");
        git("commit", "--quiet", "--message", "x");
        git("checkout", "--quiet", "-B", "topic", "main");
        move("2".repeat(40));
        git("commit", "--quiet", "--message", "x");
        const head = git("rev-parse", "HEAD");
        git("checkout", "--quiet", "--detach", "main");
        git("merge", "--quiet", "--no-ff", "--message", "merge", "topic");
        const event = eventOf({
            author: "ann",
            head,
            headRef: "topic",
            baseRef: "main",
            tip: "",
            reviews: [],
            pushes: [],
        });
        const ran = await runStep(
            stepOf(jobOf(workflow, "scope"), "scope"),
            { github: githubOf(event) },
            { cwd: folders.work, temp: folders.temp },
        );
        assert.deepEqual([ran.status, ran.outputs["relevant"]], [0, "true"]);
    });

    it("detects a file that is deleted, moved to the documentation, or replaced by a link", async () => {
        const settings = (): string => join(folders.work, "config", "settings.ts");
        const changes = [
            () => rmSync(settings()),
            () => renameSync(settings(), join(folders.work, "docs", "settings.ts")),
            () => {
                rmSync(settings());
                symlinkSync("../docs/access.md", settings());
            },
        ];
        for (const change of changes) {
            assert.equal((await scopeOf(change)).outputs["relevant"], "true");
        }
    });

    it("names the tip of the base branch, and refuses a test merge of another commit", async () => {
        const tip = git("rev-parse", "main");
        assert.equal((await scopeOf(() => write("index.ts", "2"))).outputs["base"], tip);
        const { status, log, outputs } = await scopeOf(() => write("index.ts", "3"), "f".repeat(40));
        assert.equal(status, 1);
        assert.match(log, /the test merge is not of f{40}/);
        assert.deepEqual(outputs, {});
    });

    it("ignores documentation that a program could read, because previews delete it first", async () => {
        for (const name of ["preview", "compare"]) {
            const steps = jobOf(workflow, name).steps ?? [];
            const deletes = steps.findIndex(({ run }) => run?.startsWith("git rm") === true);
            assert.equal(deletes, 1, name);
            const step = steps[deletes];
            assert.ok(step);
            const { status } = await runStep(step, {}, { cwd: folders.work, temp: folders.temp });
            assert.equal(status, 0);
            const left = FILES.filter((file) => existsSync(join(folders.work, file)));
            assert.deepEqual(left, ["index.ts", "bootstrap/index.ts", "config/settings.ts", "x.md/y.ts"]);
            git("reset", "--hard", "--quiet");
        }
    });
});
