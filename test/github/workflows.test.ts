import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readWorkflow, workflowDir } from "./workflow";

const names = readdirSync(workflowDir);
const workflows = names.map((name) => ({
    name,
    text: readFileSync(join(workflowDir, name), "utf8"),
    workflow: readWorkflow(name),
}));
const jobs = workflows.flatMap(({ name, workflow }) =>
    Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${name} ${id}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })));

describe("the workflows", () => {
    it("are valid for GitHub's own parser", async () => {
        const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
            await import("@actions/workflow-parser");
        for (const { name, text } of workflows) {
            const { context, value } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter());
            assert.ok(value, name);
            await convertWorkflowTemplate(context, value);
            assert.deepEqual(context.errors.getErrors().map(String), [], name);
        }
    });

    it("pin every action to a commit, with its version beside it, and each to one only", () => {
        const used = workflows.flatMap(({ text }) =>
            [...text.matchAll(/uses: (\S+)(?: # (\S+))?/g)].map(([, action = "", version]) => ({ action, version })),
        );
        const outside = used.filter(({ action }) => !action.startsWith("./"));
        assert.ok(outside.length > 10);
        assert.deepEqual(
            outside.filter(
                ({ action, version = "" }) =>
                    !/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/.test(action) || !/^v\d+\.\d+\.\d+$/.test(version),
            ),
            [],
        );
        const commits = new Map<string, Set<string>>();
        outside.forEach(({ action }) => {
            const [repository = "", commit = ""] = action.split("@");
            const key = repository.split("/").slice(0, 2).join("/");
            commits.set(key, (commits.get(key) ?? new Set()).add(commit));
        });
        assert.deepEqual(
            [...commits].filter(([, of]) => of.size > 1),
            [],
        );
    });

    it("run for pull requests without secrets, and on no event with the base branch's rights", () => {
        assert.deepEqual(
            workflows.filter(({ text }) => text.includes("secrets.")).map(({ name }) => name),
            [],
        );
        const events = Object.fromEntries(workflows.map(({ name, workflow }) => [name, Object.keys(workflow.on)]));
        assert.deepEqual(events, {
            "access-review.yml": ["pull_request_review"],
            "access.yml": ["pull_request"],
            "ci.yml": ["push", "pull_request"],
            "comment.yml": ["workflow_call"],
            "preview.yml": ["pull_request"],
        });
    });

    it("always report: none is filtered by paths or branches of a pull request", () => {
        for (const name of ["access.yml", "preview.yml"]) {
            assert.deepEqual(readWorkflow(name).on, {
                pull_request: { types: ["opened", "synchronize", "reopened", "edited"] },
            });
        }
        assert.equal(readWorkflow("ci.yml").on["pull_request"], null);
    });

    it("give no write access to jobs that run the repository's code", () => {
        const rights = Object.fromEntries(jobs.map(({ name, job }) => [name, job.permissions]));
        assert.deepEqual(rights, {
            "access-review.yml judge-again": { actions: "write" },
            "access.yml scope": { contents: "read" },
            "access.yml preview": { contents: "read" },
            "access.yml compare": { contents: "read" },
            "access.yml comment": { "pull-requests": "write" },
            "access.yml gate": { contents: "read", "pull-requests": "read" },
            "ci.yml test": undefined,
            "comment.yml post": { "pull-requests": "write" },
            "preview.yml preview": { contents: "read", "id-token": "write" },
            "preview.yml comment": { "pull-requests": "write" },
            "preview.yml previewed": undefined,
        });
        assert.deepEqual(Object.fromEntries(workflows.map(({ name, workflow }) => [name, workflow.permissions])), {
            "access-review.yml": {},
            "access.yml": {},
            "ci.yml": { contents: "read" },
            "comment.yml": {},
            "preview.yml": {},
        });
        const checkouts = new Set(
            steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@")).map(({ name }) => name),
        );
        assert.deepEqual(
            [...checkouts],
            ["access.yml scope", "access.yml preview", "access.yml compare", "ci.yml test", "preview.yml preview"],
        );
    });

    it("check out the commit of their event, and its parents where they ask for them", () => {
        const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
        assert.deepEqual(
            checkouts.map(({ name, step }) => [name, step.with?.["ref"], step.with?.["fetch-depth"]]),
            [
                ["access.yml scope", "${{ github.sha }}", 2],
                ["access.yml preview", "${{ github.sha }}", undefined],
                ["access.yml compare", "${{ needs.scope.outputs.base }}", undefined],
                ["ci.yml test", undefined, undefined],
                ["preview.yml preview", "${{ github.sha }}", 2],
            ],
        );
    });

    it("keep no credentials in a checkout, and insert no event data into a script", () => {
        const kept = steps.filter(
            ({ step }) => step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false,
        );
        assert.deepEqual(kept, []);
        const scripts = steps.flatMap(({ step }) => [step.run ?? "", step.with?.["script"] ?? ""]);
        assert.deepEqual(
            scripts.filter((script) => JSON.stringify(script).includes("${{")),
            [],
        );
    });

    it("save no cache that another run restores, except the test suite's", () => {
        const saving = steps.filter(
            ({ step }) => step.uses?.startsWith("actions/cache@") === true || step.with?.["cache"] === "npm",
        );
        assert.deepEqual([...new Set(saving.map(({ name }) => name))], ["ci.yml test"]);
    });
});
