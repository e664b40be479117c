import assert from "node:assert/strict";

import { accessOf } from "../../../access";
import { resourcesOf } from "../support/resources";

/** A stack's record of the existing database with that ARN. */
function recorded(name: string, arn: string | undefined, resourceId: string) {
    const database = { kind: "cluster", identifier: "db", engine: "aurora-postgresql", engineVersion: "16.4" };
    const existingDatabase = { ...database, ...(arn !== undefined && { arn }), resourceId };
    return { type: "pulumi:index:Stash", name, inputs: { input: { existingDatabase } } };
}

describe("an existing database", () => {
    const arn = "arn:aws:rds:eu-central-1:111122223333:cluster:db";

    it("is one server, however many stacks use it", () => {
        const { servers } = accessOf(
            resourcesOf([recorded("one", arn, "cluster-A"), recorded("two", arn, "cluster-A")]),
        );
        assert.deepEqual(
            servers.map(({ server }) => server.key),
            ["db"],
        );
    });

    it("is not taken for another one, nor for one whose ARN is not known yet", () => {
        const others = [recorded("two", `${arn}2`, "cluster-B"), recorded("three", undefined, "cluster-C")];
        assert.equal(accessOf(resourcesOf([recorded("one", arn, "cluster-A"), ...others])).servers.length, 3);
    });
});
