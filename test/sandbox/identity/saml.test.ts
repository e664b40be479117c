import assert from "node:assert/strict";

import { Store } from "../../../sandbox/cloud/store";
import { assumeWithSaml } from "../../../sandbox/identity/assume";
import { putRole, serviceTrust } from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

const provider = "arn:aws:iam::111122223333:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE";
const trust = {
    Effect: "Allow",
    Principal: { Federated: provider },
    Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
    Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
};

describe("a person signed in by Identity Center", () => {
    withEmptyState();

    const assumed = (roleArn: string, by = provider): string => {
        try {
            return assumeWithSaml({ store: new Store(), clock: () => new Date() }, by, {
                roleArn,
                sessionName: "sue",
                seconds: 3600,
            }).arn;
        } catch (error) {
            return (error as Error).message;
        }
    };

    it("can assume the role of a permission set, and no other", () => {
        const refusal = "Not authorized to perform sts:AssumeRoleWithSAML";
        const [set, service] = [
            putRole("AWSReservedSSO_support_0123456789abcdef", trust),
            putRole("service", serviceTrust("ec2")),
        ];
        assert.deepEqual(
            [assumed(set), assumed(set, `${provider}-other`), assumed(service), assumed(`${set}-none`)],
            [
                "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_support_0123456789abcdef/sue",
                ...[refusal, refusal, refusal],
            ],
        );
    });
});
