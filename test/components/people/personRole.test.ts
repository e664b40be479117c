import assert from "node:assert/strict";
import { PersonRole, type PersonRoleArgs } from "../../../components/people/personRole";
import { record } from "../../support/mocks";

const assumedBy = ["arn:aws:iam::222233334444:user/sue"];

describe("a person's role", () => {
    it("can be assumed by named people with MFA within the last hour", async () => {
        const recording = await record(() => new PersonRole("sue", { assumedBy, sessionHours: 2 }));
        assert.equal(recording.inputs("aws:iam/role:Role", "sue")["maxSessionDuration"], 7200);
        assert.deepEqual(recording.document("aws:iam/role:Role", "sue", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { AWS: assumedBy },
                    Action: "sts:AssumeRole",
                    Condition: {
                        Bool: { "aws:MultiFactorAuthPresent": "true" },
                        NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
                    },
                },
            ],
        });
    });

    it("may use the bastion if there is one, and a shell on it if configured", async () => {
        const attached = async (policies: Pick<PersonRoleArgs, "bastionPolicyArn" | "bastionShellPolicyArn">) => {
            const recording = await record(() => new PersonRole("sue", { assumedBy, ...policies }));
            return recording
                .of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
                .map(({ name, inputs }) => [name, inputs["policyArn"]]);
        };
        assert.deepEqual(await attached({}), []);
        assert.deepEqual(await attached({ bastionPolicyArn: "arn:policy" }), [["sue", "arn:policy"]]);
        assert.deepEqual(await attached({ bastionPolicyArn: "arn:policy", bastionShellPolicyArn: "arn:shell" }), [
            ["sue", "arn:policy"],
            ["sue-shell", "arn:shell"],
        ]);
    });
});
