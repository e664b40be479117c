import assert from "node:assert/strict";

import { isIamArn, isRoleArn } from "../../config/validators";

const account = "arn:aws:iam::111122223333";

describe("the ARN of a role in a config", () => {
    for (const arn of [
        `${account}:role/support`,
        `${account}:role/a.b/c+=,@-_/support`,
        "arn:aws-us-gov:iam::111122223333:role/support",
        "arn:aws-cn:iam::111122223333:role/support",
        `${account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_a_0123456789abcdef`,
    ]) {
        it(`takes ${arn}`, () => assert.equal(isRoleArn(arn), true));
    }

    for (const [arn, why] of [
        [`${account}:role/foo/`, "has no name"],
        [`${account}:role//`, "has no name"],
        [`${account}:role//foo`, "has an empty path"],
        [`${account}:role/..`, "is named like a folder"],
        [`${account}:role/a/../b`, "has a path that leads elsewhere"],
        ["arn:aws-evil:iam::111122223333:role/foo", "is of no partition"],
        ["arn:awsx:iam::111122223333:role/foo", "is of no partition"],
        [`${account}:role/${"x".repeat(65)}`, "has a longer name than IAM allows"],
        [`${account}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`, "is of a service-linked role"],
        [`${account}:user/sue`, "is of a user"],
    ] as const) {
        it(`refuses one that ${why}: ${arn.slice(0, 60)}`, () => assert.equal(isRoleArn(arn), false));
    }

    it("is distinguished from a user's", () => {
        assert.deepEqual(
            [
                isIamArn(`${account}:user/sue`, "user"),
                isIamArn(`${account}:user//`, "user"),
                isIamArn(`${account}:role/a`, "user"),
            ],
            [true, false, false],
        );
    });
});
