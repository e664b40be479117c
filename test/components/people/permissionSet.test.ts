import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import {
    onlyInstance,
    PersonPermissionSet,
    type PersonPermissionSetArgs,
} from "../../../components/people/permissionSet";
import { record, valueOf, type Recording } from "../../support/mocks";

const assigned = { users: ["u-1"], groups: ["g-1"] };
const set = {
    instanceArn: "arn:aws:sso:::instance/ssoins-0",
    permissionSetArn: "arn:aws:sso:::permissionSet/ssoins-0/sue",
};
const assignment = "aws:ssoadmin/accountAssignment:AccountAssignment";

function make(args: Partial<PersonPermissionSetArgs> = {}, name = "sue"): Promise<Recording> {
    return record(() => new PersonPermissionSet(name, { assigned, ...args }));
}

describe("a person's permission set", () => {
    it("is assigned before its policies are attached, one after another", async () => {
        let settled: readonly string[] = [];
        await record(() => {
            const bastion = { policyArn: "arn:aws:iam::111122223333:policy/bastion" };
            settled = new PersonPermissionSet("sue", { assigned, bastionPolicyArn: bastion.policyArn }).settled.map(
                (resource) => resource.constructor.name,
            );
        });
        assert.deepEqual(settled, ["AccountAssignment", "AccountAssignment", "CustomerManagedPolicyAttachment"]);
    });

    it("is assigned to the given principals, in this account, for the given duration", async () => {
        const recording = await make({ sessionHours: 8 });
        assert.deepEqual(recording.inventory(), {
            "aws:ssoadmin/accountAssignment:AccountAssignment": 2,
            "aws:ssoadmin/permissionSet:PermissionSet": 1,
            "keyless:people:PersonPermissionSet": 1,
        });
        assert.deepEqual(recording.inputs("aws:ssoadmin/permissionSet:PermissionSet", "sue"), {
            instanceArn: set.instanceArn,
            description: "people: sue",
            sessionDuration: "PT8H",
        });
        const target = { ...set, targetType: "AWS_ACCOUNT", targetId: "111122223333" };
        assert.deepEqual(recording.inputs(assignment, "sue-u-1"), {
            ...target,
            principalType: "USER",
            principalId: "u-1",
        });
        assert.deepEqual(recording.inputs(assignment, "sue-g-1"), {
            ...target,
            principalType: "GROUP",
            principalId: "g-1",
        });
    });

    it("names the bastion's policies, which exist in the account", async () => {
        const policy = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;
        const recording = await make({
            bastionPolicyArn: policy("keyless-bastion-1a2b3c4"),
            bastionShellPolicyArn: policy("keyless-bastion-shell-1a2b3c4"),
        });
        assert.deepEqual(
            recording.inputs(
                "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment",
                "sue-shell",
            ),
            {
                ...set,
                customerManagedPolicyReference: { name: "keyless-bastion-shell-1a2b3c4", path: "/" },
            },
        );
        assert.deepEqual(
            recording.inputs("aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment", "sue"),
            {
                ...set,
                customerManagedPolicyReference: { name: "keyless-bastion-1a2b3c4", path: "/" },
            },
        );
    });

    it("is created where Identity Center is administered, and assigned in the database's account", async () => {
        const account = (name: string, id: string) =>
            new aws.Provider(name, {
                region: "eu-west-1",
                assumeRoles: [{ roleArn: `arn:aws:iam::${id}:role/deploy` }],
            });
        let roleArn = "";
        const recording = await record(async () => {
            const [identityCenter, databaseAccount] = [
                account("center", "999988887777"),
                account("database", "444455556666"),
            ];
            roleArn = await valueOf(
                new PersonPermissionSet("sue", { assigned, identityCenter, databaseAccount }).roleArn,
            );
        });
        assert.deepEqual(recording.placesOf(assignment), ["sue-g-1 in 999988887777", "sue-u-1 in 999988887777"]);
        assert.equal(recording.inputs(assignment, "sue-u-1")["targetId"], "444455556666");
        assert.equal(roleArn, "arn:aws:iam::444455556666:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_sue_*");
    });

    it("has a name that Identity Center accepts, for any resource name", async () => {
        const [made] = (await make({}, "keyless-a-person-with-a-very-long-name")).of(
            "aws:ssoadmin/permissionSet:PermissionSet",
        );
        assert.equal((made?.name.length ?? 99) + "-1234567".length, 32);
    });

    it("requires the region of Identity Center", () => {
        assert.equal(onlyInstance([set.instanceArn]), set.instanceArn);
        assert.throws(() => onlyInstance([]), {
            message:
                "access.people: this account has no IAM Identity Center in this region; " +
                "name a role of the account that administers it, and its region, in access.identityCenter",
        });
    });
});
