import assert from "node:assert/strict";

import { apiOf, contextOf, eventOf, githubOf, NUMBER } from "./pullRequest";
import type { PullRequest } from "./pullRequest";
import { evaluate, jobOf, readWorkflow, runs, runScript, stepOf } from "./workflow";

const pull: PullRequest = {
    author: "ann",
    head: "head-1",
    headRef: "topic",
    baseRef: "main",
    tip: "tip-1",
    reviews: [],
    pushes: [],
};
const step = stepOf(jobOf(readWorkflow("comment.yml"), "post"), "actions/github-script");

interface Comment {
    readonly id: number;
    readonly user: { readonly login: string } | null;
    readonly body: string;
}

/** Posts to a pull request with these comments. Returns the API calls. */
async function post(
    inputs: Readonly<Record<string, string>>,
    comments: readonly Comment[] = [],
): Promise<{ done: string; body: string }> {
    const made: { done: string; body: string }[] = [];
    const issues = {
        listComments: "listComments",
        createComment: async ({ body, issue_number }: { body: string; issue_number: number }) =>
            made.push({ done: `create on ${issue_number}`, body }),
        updateComment: async ({ body, comment_id }: { body: string; comment_id: number }) =>
            made.push({ done: `update ${comment_id}`, body }),
    };
    const github = {
        ...apiOf(pull),
        rest: { issues },
        paginate: async (call: unknown, { issue_number }: { issue_number: number }) => {
            assert.deepEqual([call, issue_number], ["listComments", NUMBER]);
            return comments;
        },
    };
    const all = { marker: "keyless-access", report: "", output: "", note: "", page: "", ...inputs };
    assert.equal(await runScript(step, { inputs: all }, github, contextOf(eventOf(pull))), undefined);
    assert.equal(made.length, 1);
    return made[0] ?? { done: "", body: "" };
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("the comment on a pull request", () => {
    it("is created once, with instructions for approval and a link to the page above the report", async () => {
        const { done, body } = await post({
            report: base64("### Ünïcode"),
            note: "To approve …",
            page: "https://page",
        });
        assert.equal(done, `create on ${NUMBER}`);
        assert.equal(
            body,
            "<!-- keyless-access -->\n\nTo approve …\n\n[The page with every chain](https://page)\n\n### Ünïcode",
        );
    });

    it("is edited afterwards, and comments of other accounts are not", async () => {
        const body = "<!-- keyless-access -->\n\nold";
        const comments = [
            { id: 1, user: { login: "mallory" }, body },
            { id: 2, user: null, body },
            { id: 3, user: { login: "github-actions[bot]" }, body: "<!-- keyless-preview -->" },
            { id: 4, user: { login: "github-actions[bot]" }, body },
        ];
        assert.equal((await post({ report: base64("new") }, comments)).done, "update 4");
        assert.equal((await post({ report: base64("new") }, comments.slice(0, 3))).done, `create on ${NUMBER}`);
    });

    it("fits into what GitHub accepts", async () => {
        assert.equal((await post({ report: base64("x".repeat(70_000)) })).body.length, 65_000);
    });

    it("shows what the pull request's code may have written as plain text that cannot end its code block", async () => {
        const hostile =
            "+ aws:iam\n```\n</pre>@ann ![](https://x)\r<!-- keyless-access -->\r\n\u202egnp\u0007\u2028# h";
        const { body } = await post({ marker: "keyless-preview", output: base64(hostile) });
        const [marker, blank, ...lines] = body.split("\n");
        assert.deepEqual([marker, blank], ["<!-- keyless-preview -->", ""]);
        assert.equal(lines.length, 5);
        assert.deepEqual(
            lines.filter((line) => !/^ {4}[\x20-\x7e]*$/.test(line)),
            [],
        );
    });
});

describe("the job that posts the comparison", () => {
    const workflow = readWorkflow("access.yml");
    const comment = jobOf(workflow, "comment");
    const contexts = (of: PullRequest, verdict: string): object => ({
        github: githubOf(eventOf(of)),
        needs: { compare: { outputs: { verdict, digest: "d1", report: "r", page: "p" } } },
    });

    it("runs for branches of the repository, because a fork's token cannot write", async () => {
        assert.equal(await runs(comment, { ...contexts(pull, "same") }), true);
        assert.equal(await runs(comment, { ...contexts({ ...pull, fork: true }, "same") }), false);
        assert.equal(await runs(comment, { ...contexts(pull, "same") }, "failure"), false);
    });

    it("explains approval only where growth can be approved", async () => {
        const note = async (verdict: string): Promise<string> =>
            evaluate(comment.with?.["note"] ?? "", { ...contexts(pull, verdict) });
        assert.equal(
            await note("grows"),
            "To approve this growth, submit an approving review of head-1 whose text contains `access approved d1`.",
        );
        assert.equal(
            await note("disrupts"),
            "To approve the effects on what runs, submit an approving review of head-1 whose text contains `disruption approved d1`.",
        );
        assert.equal(
            await note("grows-and-disrupts"),
            "To approve this growth and the effects on what runs, submit an approving review of head-1 whose text contains `access approved d1` and `disruption approved d1`.",
        );
        assert.deepEqual([await note("same"), await note("violated")], ["", ""]);
    });
});
