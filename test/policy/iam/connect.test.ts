import assert from "node:assert/strict";
import { mayConnect, parseDocument, UNKNOWN } from "../../../policy/iam";
import { deny, of, other, user } from "./table/row";

const may = (arn: string, ...statements: Record<string, unknown>[]): string => mayConnect([parseDocument(of(...statements), "identity")], arn);
const database = user.slice(0, user.lastIndexOf("/"));

describe("whether documents let an identity connect as a known user", () => {
    it("says yes and no where the documents do", () => {
        assert.deepEqual([may(user, {}), may(other, {}), may(user), may(user, { Resource: "*" }), may(user, { Resource: "*" }, deny({}))], ["yes", "no", "no", "yes", "no"]);
        assert.deepEqual([may(user, { NotResource: other }), may(other, { NotResource: other })], ["yes", "no"]);
        assert.equal(mayConnect([parseDocument(of({}), "identity"), parseDocument(of(deny({ Resource: "*" })), "identity")], user), "no");
    });

    it("says no of what is no database user", () => {
        assert.equal(may("arn:aws:s3:::bucket", { Resource: "*" }), "no");
    });

    it("says maybe where only the request or the update can tell", () => {
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

    it("takes a condition of an Allow to hold", () => {
        assert.equal(may(user, { Condition: { StringEquals: { "aws:username": "x" } } }), "yes");
    });
});
