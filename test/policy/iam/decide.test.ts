import assert from "node:assert/strict";
import { decide, limitsOnConnect, parseDocument } from "../../../policy/iam";
import type { Document } from "../../../policy/iam";

const user = (name: string): string => `arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-A/${name}`;
const document = (Effect: string, Resource: string, Action = "rds-db:connect"): Document =>
    parseDocument({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource }] }, "identity");
const request = { action: "rds-db:connect", resource: user("shop") };

describe("a principal's policies within their limits", () => {
    const own = document("Allow", user("shop"));
    for (const [title, policies, limits, expected] of [
        ["allow what they allow without a limit", [own], [], "allowed"],
        ["allow what each limit also allows", [own], [document("Allow", "*"), document("Allow", user("*"))], "allowed"],
        [
            "deny what one limit does not allow",
            [own],
            [document("Allow", "*"), document("Allow", user("billing"))],
            "denied",
        ],
        ["deny what a limit denies", [own], [document("Allow", "*"), document("Deny", user("shop"))], "denied"],
        ["are not extended by a limit", [], [document("Allow", "*")], "silent"],
        ["deny what one of them denies", [own, document("Deny", user("*"))], [], "denied"],
    ] as const) {
        it(title, () => {
            assert.equal(decide({ policies, limits }, request), expected);
        });
    }

    it("leave rds-db:connect undecided if a limit is undecided and none denies it", () => {
        const open = document("Allow", "${aws:PrincipalTag/user}");
        const answers = [[], [document("Allow", "*"), open], [open, document("Allow", user("billing"))]].map((limits) =>
            limitsOnConnect(limits, user("shop")),
        );
        assert.deepEqual(answers.filter((answer) => answer === "yes").length, 1);
        assert.equal(answers[2], "no");
    });
});
