import assert from "node:assert/strict";
import { mayConnect, parseDocument, UNKNOWN } from "../../../policy/iam";
import { deny, of, other, user } from "./table/row";

const may = (arn: string, ...statements: Record<string, unknown>[]): string =>
    mayConnect([parseDocument(of(...statements), "identity")], arn);
const database = user.slice(0, user.lastIndexOf("/"));

describe("whether documents allow an identity to connect as a known user", () => {
    it("returns yes or no if the documents decide", () => {
        assert.deepEqual(
            [
                may(user, {}),
                may(other, {}),
                may(user),
                may(user, { Resource: "*" }),
                may(user, { Resource: "*" }, deny({})),
            ],
            ["yes", "no", "no", "yes", "no"],
        );
        assert.deepEqual([may(user, { NotResource: other }), may(other, { NotResource: other })], ["yes", "no"]);
        assert.equal(
            mayConnect(
                [parseDocument(of({}), "identity"), parseDocument(of(deny({ Resource: "*" })), "identity")],
                user,
            ),
            "no",
        );
    });

    it("returns no for an ARN that is not a database user", () => {
        assert.equal(may("arn:aws:s3:::bucket", { Resource: "*" }), "no");
    });

    it("returns maybe if only the request or the update decides", () => {
        assert.equal(may(user, { Resource: `${database}/\${aws:username}` }), "maybe");
        assert.equal(may(user, { Resource: `${database}x/\${aws:username}` }), "no");
        assert.equal(may(user, { Resource: "*" }, deny({ Resource: `${database}/\${aws:username}` })), "maybe");
        assert.equal(may(user, { Resource: user.replace("cluster-ABC", UNKNOWN) }), "maybe");
        assert.equal(may(other, { Resource: user.replace("cluster-ABC", UNKNOWN) }), "no");
        assert.equal(may(user, { Resource: UNKNOWN }), "maybe");
        assert.equal(may(user, { Action: UNKNOWN }), "maybe");
        assert.equal(may(user, { NotAction: UNKNOWN }), "maybe");
        assert.equal(may(user, { Effect: UNKNOWN }), "maybe");
        assert.equal(may(user, {}, { Effect: UNKNOWN }), "maybe");
        assert.equal(may(user, {}, deny({ Condition: { Bool: { "aws:SecureTransport": "false" } } })), "maybe");
        assert.equal(mayConnect([parseDocument(UNKNOWN, "identity")], user), "maybe");
    });

    it("assumes that a condition of an Allow holds", () => {
        assert.equal(may(user, { Condition: { StringEquals: { "aws:username": "x" } } }), "yes");
    });
});
