import assert from "node:assert/strict";
import { PersonRole } from "../../../components/people/personRole";
import { record } from "../../support/mocks";

const assumedBy = ["arn:aws:iam::222233334444:user/sue"];

describe("a person's role", () => {
    it("is assumed by named people, each with a second factor shown within the last hour", async () => {
        const recording = await record(() => new PersonRole("sue", { assumedBy, sessionHours: 2 }));
        assert.equal(recording.inputs("aws:iam/role:Role", "sue")["maxSessionDuration"], 7200);
        assert.deepEqual(recording.document("aws:iam/role:Role", "sue", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { AWS: assumedBy },
                    Action: "sts:AssumeRole",
                    Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" }, NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } },
                },
            ],
        });
    });

    it("may use the bastion where there is one", async () => {
        const without = await record(() => new PersonRole("sue", { assumedBy }));
        const with_ = await record(() => new PersonRole("sue", { assumedBy, bastionPolicyArn: "arn:policy" }));
        const attachments = [without, with_].map((recording) => recording.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ inputs }) => inputs));
        assert.deepEqual(attachments, [[], [{ role: "sue", policyArn: "arn:policy" }]]);
    });
});
