import assert from "node:assert/strict";

import { apiOf, contextOf, eventOf, githubOf, idOf } from "./pullRequest";
import type { PullRequest } from "./pullRequest";
import { evaluate, jobOf, readWorkflow, runs, runScript, stepOf } from "./workflow";

const workflow = readWorkflow("access.yml");
const gate = jobOf(workflow, "gate");

const DIGEST = "d".repeat(64);
const OTHER_DIGEST = "e".repeat(64);
const APPROVAL = `access approved ${DIGEST}`;

/** Ann has opened a pull request for main from her branch, and Bob has approved its head. */
const approved: PullRequest = {
    author: "ann",
    head: "head-1",
    headRef: "topic",
    baseRef: "main",
    tip: "tip-1",
    reviews: [{ by: "bob", of: "head-1", text: `Fine.\n${APPROVAL}` }],
    pushes: [{ after: "head-1", by: "ann" }],
};

interface Judged {
    readonly action?: string;
    readonly verdict?: string;
    readonly digest?: string;
    readonly scope?: string;
    readonly relevant?: string;
    readonly compare?: string;
    /** The pull request at the gate's run; by default, as at the event. */
    readonly now?: PullRequest;
}

/** Runs the gate for an event of the pull request. Returns the failure; undefined on success. */
async function judge(pull: PullRequest, judged: Judged = {}): Promise<string | undefined> {
    const {
        action,
        verdict = "grows",
        digest = DIGEST,
        scope = "success",
        relevant = "true",
        compare = "success",
        now = pull,
    } = judged;
    const event = eventOf(pull, action);
    const needs = {
        scope: { result: scope, outputs: { base: pull.tip, relevant } },
        compare: { result: compare, outputs: { verdict, digest } },
    };
    const contexts = { github: githubOf(event), needs };
    return runScript(stepOf(gate, "actions/github-script"), contexts, apiOf(now), contextOf(event));
}

const refused = /an approving review of head-\d is needed that contains "access approved d{64}"/;

describe("the gate in front of growing access", () => {
    it("does not count a quotation of the comment as an approval", async () => {
        for (const text of [
            `> To approve this growth, submit \`${APPROVAL}\`.\n\nWhat is this? Otherwise fine.`,
            `x${APPROVAL}`,
            `${APPROVAL}0`,
        ]) {
            assert.match(
                (await judge({ ...approved, reviews: [{ by: "bob", of: "head-1", text }] })) ?? "",
                refused,
                text,
            );
        }
        assert.equal(
            await judge({ ...approved, reviews: [{ by: "bob", of: "head-1", text: `> why?\r\n\`${APPROVAL}\`.` }] }),
            undefined,
        );
    });

    it("succeeds when no identity gains access, and when a review approves this growth of this commit", async () => {
        assert.equal(await judge({ ...approved, reviews: [] }, { verdict: "same" }), undefined);
        assert.equal(await judge(approved), undefined);
    });

    it("requires a separate approval for changed workloads", async () => {
        const disruption = `disruption approved ${DIGEST}`;
        const withText = (text: string): PullRequest => ({
            ...approved,
            reviews: [{ by: "bob", of: "head-1", text }],
        });
        const needs = (what: string): RegExp => new RegExp(`is needed that contains "${what} approved d{64}"`);
        assert.match(String(await judge(approved, { verdict: "disrupts" })), needs("disruption"));
        assert.match(String(await judge(approved, { verdict: "grows-and-disrupts" })), needs("disruption"));
        assert.match(String(await judge(withText(disruption), { verdict: "grows" })), needs("access"));
        assert.match(String(await judge(withText(disruption), { verdict: "grows-and-disrupts" })), needs("access"));
        assert.equal(await judge(withText(disruption), { verdict: "disrupts" }), undefined);
        const both = withText(`${APPROVAL}\n${disruption}`);
        assert.equal(await judge(both, { verdict: "grows-and-disrupts" }), undefined);
        assert.match(String(await judge(both, { verdict: "constructor" })), /unknown verdict/);
    });

    it("fails without an approval, whatever labels the pull request has", async () => {
        assert.match(String(await judge({ ...approved, reviews: [] })), refused);
        assert.deepEqual(workflow.on["pull_request"]?.types, ["opened", "synchronize", "reopened", "edited"]);
    });

    it("fails after a push to an open or a closed pull request: an approval holds for its commit", async () => {
        const pushed = { ...approved, head: "head-2", pushes: [{ after: "head-2", by: "ann" }, ...approved.pushes] };
        for (const action of ["synchronize", "reopened", "edited"]) {
            assert.match(String(await judge(pushed, { action })), refused, action);
        }
    });

    it("fails when an approval was given for another growth, as by changing the base branch afterwards", async () => {
        const retargeted = { ...approved, baseRef: "release", tip: "tip-r" };
        assert.match(
            String(await judge(retargeted, { action: "edited", digest: OTHER_DIGEST })),
            /that contains "access approved e{64}"/,
        );
    });

    it("reports under the base branch's name: a success against one branch does not count for another", async () => {
        const nameFor = (baseRef: string): Promise<string> =>
            evaluate(gate.name ?? "", { github: githubOf(eventOf({ ...approved, baseRef })) });
        assert.equal(await nameFor("main"), "gate (main)");
        assert.equal(await nameFor("growth"), "gate (growth)");
    });

    it("fails when the pull request or the tip of its base branch has changed since the comparison", async () => {
        for (const verdict of ["same", "grows"]) {
            assert.match(
                String(await judge(approved, { verdict, now: { ...approved, head: "head-2" } })),
                /newer commit/,
            );
            assert.match(
                String(await judge(approved, { verdict, now: { ...approved, baseRef: "release" } })),
                /another base branch/,
            );
            assert.match(
                String(await judge(approved, { verdict, now: { ...approved, tip: "tip-2" } })),
                /main has moved since the comparison/,
            );
        }
    });

    it("runs and fails in a cancelled run", async () => {
        const contexts = { github: githubOf(eventOf(approved)), needs: {} };
        assert.deepEqual(
            [await runs(gate, contexts, "cancelled"), await runs(gate, contexts, "failure")],
            [true, true],
        );
        assert.match(String(await judge(approved, { compare: "cancelled", verdict: "" })), /cannot compute/);
        assert.match(String(await judge(approved, { scope: "cancelled", relevant: "" })), /cannot determine/);
    });

    it("ignores approvals by the author, by accounts that pushed to the branch, by readers, and by bots", async () => {
        const [review] = approved.reviews;
        assert.ok(review);
        const ofAnn = { ...approved, reviews: [{ ...review, by: "ann" }] };
        assert.match(String(await judge(ofAnn)), refused);
        assert.match(String(await judge({ ...ofAnn, pushes: [{ after: "head-1", by: "carl" }] })), refused);
        assert.match(String(await judge({ ...approved, pushes: [{ after: "head-1", by: "bob" }] })), refused);
        const later = [
            { after: "head-1", by: "ann" },
            { after: "head-0", by: "bob" },
        ];
        assert.match(String(await judge({ ...approved, pushes: later })), refused);
        assert.match(String(await judge({ ...approved, reviews: [{ ...review, reader: true }] })), refused);
        assert.match(
            String(await judge({ ...approved, reviews: [{ ...review, by: "github-actions", bot: true }] })),
            refused,
        );
    });

    it("identifies pushers by account id: a renamed account stays the same person, and a reused login is another one", async () => {
        const pushed = (by: string, id: number): PullRequest => ({
            ...approved,
            pushes: [{ after: "head-1", by, id }],
        });
        assert.match(String(await judge(pushed("bob-before", idOf("bob")))), refused);
        assert.equal(await judge(pushed("bob", idOf("formerly-bob"))), undefined);
    });

    it("ignores reviews that were dismissed, edited, or lack the approving words", async () => {
        const [review] = approved.reviews;
        assert.ok(review);
        const others = [
            { state: "DISMISSED" as const },
            { state: "CHANGES_REQUESTED" as const },
            { edited: true },
            { text: "Fine." },
            { text: `access approved ${OTHER_DIGEST}` },
            { text: "access approved " },
        ];
        for (const other of others) {
            assert.match(
                String(await judge({ ...approved, reviews: [{ ...review, ...other }] })),
                refused,
                JSON.stringify(other),
            );
        }
    });

    it("fails while GitHub does not know who pushed the head", async () => {
        assert.match(
            String(await judge({ ...approved, pushes: [{ after: "head-0", by: "ann" }] })),
            /does not know yet who pushed head-1/,
        );
    });

    it("fails when a bot or a deleted account has pushed to the branch, because the author is unknown", async () => {
        for (const push of [{ by: "github-actions[bot]", bot: true }, { by: null }]) {
            const pushes = [...approved.pushes, { after: "head-0", ...push }];
            assert.match(String(await judge({ ...approved, pushes })), /a bot has pushed/);
        }
    });

    it("lets a fork's pull request pass only when no identity gains access", async () => {
        assert.equal(await judge({ ...approved, fork: true }, { verdict: "same" }), undefined);
        assert.match(String(await judge({ ...approved, fork: true })), /a change of a fork needs an approval/);
    });

    it("succeeds at once when only documentation changes", async () => {
        assert.equal(
            await judge({ ...approved, reviews: [] }, { relevant: "false", compare: "skipped", verdict: "" }),
            undefined,
        );
    });

    it("fails when an assertion is violated, approved or not", async () => {
        assert.match(String(await judge(approved, { verdict: "violated" })), /cannot be approved/);
    });

    it("fails without a comparison, or with an unknown verdict", async () => {
        assert.match(String(await judge(approved, { compare: "failure", verdict: "" })), /cannot compute/);
        assert.match(String(await judge(approved, { compare: "skipped", verdict: "" })), /cannot compute/);
        assert.match(String(await judge(approved, { verdict: "" })), /unknown verdict/);
        assert.match(
            String(
                await judge(
                    { ...approved, reviews: [{ by: "bob", of: "head-1", text: "access approved " }] },
                    { digest: "" },
                ),
            ),
            /unknown verdict/,
        );
    });
});
