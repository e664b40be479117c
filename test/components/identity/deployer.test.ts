import assert from "node:assert/strict";
import { deployer } from "../../../components/identity/deployer";

const roleArn = "arn:aws:iam::111122223333:role/deploy";
const fix = "write aws:profile, whose profile may assume roles itself, or set credentials in the environment";

describe("who the program is at the database and the Kubernetes API", () => {
    it("is the profile and the role that the AWS provider has", () => {
        assert.deepEqual(deployer(undefined, {}), { profile: undefined, role: undefined });
        assert.deepEqual(deployer(undefined, { profile: "platform", assumeRoles: [{ roleArn }] }), {
            profile: "platform",
            role: roleArn,
        });
    });

    for (const [what, databaseRole, configured, problem] of [
        [
            "two roles in a row",
            undefined,
            { assumeRoles: [{ roleArn }, { roleArn }] },
            "aws:assumeRoles has a role more than a token for the database can be signed with",
        ],
        [
            "a role before the one of the database's account",
            "arn:aws:iam::444455556666:role/deploy",
            { assumeRoles: [{ roleArn }] },
            "aws:assumeRoles has a role more than a token for the database can be signed with",
        ],
        [
            "an external id",
            undefined,
            { assumeRoles: [{ roleArn, externalId: "7" }] },
            "aws:assumeRoles has an externalId or a policy, which tokens for the database cannot be signed with",
        ],
        [
            "a key",
            undefined,
            { accessKey: "AKIA" },
            "aws:accessKey does not apply to the database and the Kubernetes API",
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            assert.throws(() => deployer(databaseRole, configured), { message: `${problem}: ${fix}` });
        });
    }
});
