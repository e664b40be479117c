import assert from "node:assert/strict";

import { contextOf, eventOf, githubOf, NUMBER } from "./pullRequest";
import type { PullRequest } from "./pullRequest";
import { jobOf, readWorkflow, runs, runScript, stepOf } from "./workflow";

const workflow = readWorkflow("access-review.yml");
const job = jobOf(workflow, "judge-again");
const pull: PullRequest = {
    author: "ann",
    head: "head-1",
    headRef: "topic",
    baseRef: "main",
    tip: "tip-1",
    reviews: [],
    pushes: [],
};

interface Run {
    readonly id: number;
    readonly run_number: number;
    readonly pull_requests: readonly { readonly number: number }[];
}

/** Reviews the pull request while access.yml has these runs; the newest one goes through these states. */
async function review(
    runs: readonly Run[],
    states: readonly string[] = ["completed"],
): Promise<{ failure: string | undefined; calls: readonly string[] }> {
    const calls: string[] = [];
    const left = [...states];
    const actions = {
        listWorkflowRuns: "listWorkflowRuns",
        listJobsForWorkflowRun: "listJobsForWorkflowRun",
        getWorkflowRun: async ({ run_id }: { run_id: number }) => {
            const status = left.shift() ?? "completed";
            calls.push(`run ${run_id} is ${status}`);
            return { data: { status } };
        },
        reRunJobForWorkflowRun: async ({ job_id }: { job_id: number }) => calls.push(`re-run job ${job_id}`),
    };
    const paginate = async (call: string, given: Readonly<Record<string, unknown>>): Promise<readonly object[]> => {
        const { workflow_id, event, head_sha, run_id, filter } = given;
        if (call === "listWorkflowRuns") {
            assert.deepEqual(
                { workflow_id, event, head_sha },
                { workflow_id: "access.yml", event: "pull_request", head_sha: "head-1" },
            );
            return runs;
        }
        assert.deepEqual({ call, filter }, { call: "listJobsForWorkflowRun", filter: "latest" });
        return ["scope", "gate (main)"].map((name, index) => ({ name, id: Number(run_id) * 10 + index }));
    };
    const failure = await runScript(
        stepOf(job, "actions/github-script"),
        {},
        { paginate, rest: { actions } },
        contextOf(eventOf(pull)),
    );
    return { failure, calls };
}

const runOf = (id: number, number = NUMBER): Run => ({ id, run_number: id, pull_requests: [{ number }] });

describe("the workflow that re-runs the gate after a review", () => {
    it("re-runs the gate of the newest run for the commit and this pull request, once that run has ended", async () => {
        const { failure, calls } = await review(
            [runOf(1), runOf(3), runOf(2), runOf(9, 8)],
            ["queued", "in_progress", "completed"],
        );
        assert.equal(failure, undefined);
        assert.deepEqual(calls, ["run 3 is queued", "run 3 is in_progress", "run 3 is completed", "re-run job 31"]);
    });

    it("does nothing if no run exists yet", async () => {
        assert.deepEqual(await review([]), { failure: undefined, calls: [] });
    });

    it("runs when a review is submitted, edited or dismissed, except for comments and forks", async () => {
        assert.deepEqual(workflow.on, { pull_request_review: { types: ["submitted", "edited", "dismissed"] } });
        const contexts = (state: string, fork = false): object => ({
            github: githubOf({ ...eventOf({ ...pull, fork }), review: { state } }),
        });
        const ran = [];
        for (const given of [
            contexts("approved"),
            contexts("dismissed"),
            contexts("changes_requested"),
            contexts("commented"),
            contexts("approved", true),
        ]) {
            ran.push(await runs(job, { ...given }));
        }
        assert.deepEqual(ran, [true, true, true, false, false]);
    });

    it("is never cancelled once it has started, and neither it nor the gate cancels other runs", () => {
        assert.deepEqual(workflow.concurrency, {
            group: "access-review-${{ github.event.pull_request.number }}",
            "cancel-in-progress": false,
        });
        const { concurrency, jobs } = readWorkflow("access.yml");
        assert.equal(concurrency, undefined);
        const groups = Object.entries(jobs).map(([name, of]) => [name, of.concurrency?.group]);
        assert.deepEqual(Object.fromEntries(groups), {
            scope: undefined,
            preview: "access-preview-${{ github.event.pull_request.number }}",
            compare: "access-compare-${{ github.event.pull_request.number }}",
            comment: "access-comment-${{ github.event.pull_request.number }}",
            gate: undefined,
        });
    });

    it("prevents an older run from replacing a newer run's comment", () => {
        for (const name of ["access.yml", "preview.yml"]) {
            const { concurrency } = readWorkflow(name).jobs["comment"] ?? {};
            assert.match(String(concurrency?.group), /-comment-\$\{\{ github\.event\.pull_request\.number \}\}$/, name);
        }
    });
});
