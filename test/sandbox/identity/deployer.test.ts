import assert from "node:assert/strict";

import { developerArn, callerOf } from "../../../sandbox/identity/caller";
import { sandboxCredentials } from "../../../sandbox/identity/credentials";
import { deployerPermissions, limitDeployer } from "../../../sandbox/identity/deployer";
import { Store } from "../../../sandbox/cloud/store";
import { withEmptyState } from "../../support/ownState";

const user = (account: string) => `arn:aws:rds-db:eu-central-1:${account}:dbuser:cluster-A/keyless_provisioner`;
const file = (document: unknown) =>
    JSON.stringify({
        stack: "dev",
        principals: [{ role: "", account: "999988887777", policies: [{ name: "one", document }] }],
    });
const connect = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: user("999988887777") }],
};

describe("the principal that runs the program in the sandbox", () => {
    withEmptyState();
    after(() => limitDeployer(undefined));

    const decide = (action: string): string | undefined =>
        callerOf(new Store(), sandboxCredentials().accessKeyId, undefined)?.decide({
            action,
            resource: user("111122223333"),
        });

    it("is the account's administrator by default", () => {
        assert.equal(deployerPermissions(""), undefined);
        assert.equal(decide("rds-db:connect"), "allowed");
        assert.equal(developerArn(), "arn:aws:iam::111122223333:user/developer");
    });

    it("has only the policies that a run gives it, in the sandbox's account", () => {
        limitDeployer(file(connect));
        assert.deepEqual([decide("rds-db:connect"), decide("iam:CreateRole")], ["allowed", "silent"]);
        limitDeployer(undefined);
        assert.equal(decide("iam:CreateRole"), "allowed");
    });

    it("keeps roles that the run gives no policies to", () => {
        limitDeployer(file(connect));
        assert.equal(deployerPermissions("arn:aws:iam::444455556666:role/deploy"), undefined);
    });

    for (const [text, expected] of [
        [
            "{",
            /--deployer-policy can't be read as JSON: .+; pass a file that keyless deployer-policy --json has written/,
        ],
        ["{}", /--deployer-policy has no principals with policies; pass a file/],
        [
            file({ Version: "2012-10-17" }),
            /--deployer-policy contains a document that IAM would reject: it has no Statement/,
        ],
    ] as const) {
        it(`refuses what is not a file of policies: ${text.slice(0, 8)}`, () => {
            assert.throws(() => limitDeployer(text), expected);
        });
    }
});
