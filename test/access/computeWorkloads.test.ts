import assert from "node:assert/strict";

import { serviceTrust } from "../support/cloud";
import { Edit } from "./support/edit";
import { connectTo, dbuser, roleArn } from "./support/faults/fault";
import { linksOf } from "./support/links";
import { RESOURCE_ID } from "./support/stack";

const FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:nightly";
const TASK = "arn:aws:ecs:eu-central-1:111122223333:task-definition/nightly:1";

/** How the matrix shows that the role's workload gets its credentials: the link's state and text. */
function credential(trust: object, workload: (edit: Edit) => Edit): string {
    const edit = new Edit({ tenants: ["shop"] });
    const document = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    edit.add(
        "aws:iam/role:Role",
        "nightly",
        { name: "nightly", assumeRolePolicy: document },
        { outputs: { arn: roleArn("nightly") } },
    );
    edit.add("aws:iam/rolePolicy:RolePolicy", "nightly", {
        role: "nightly",
        policy: connectTo(dbuser(RESOURCE_ID, "shop_app")),
    });
    const link = linksOf(workload(edit), "nightly").find(({ text }) => text.startsWith("the trust of"));
    return `${link?.state}: ${link?.text}`;
}

const asFunction =
    (outputs: object = { arn: FUNCTION }) =>
    (edit: Edit): Edit =>
        edit.add("aws:lambda/function:Function", "nightly", { role: roleArn("nightly") }, { outputs: { ...outputs } });
const asTask = (edit: Edit): Edit =>
    edit.add(
        "aws:ecs/taskDefinition:TaskDefinition",
        "nightly",
        { taskRoleArn: roleArn("nightly") },
        { outputs: { arn: TASK } },
    );
const asInstance = (edit: Edit): Edit =>
    edit
        .add("aws:iam/instanceProfile:InstanceProfile", "profile", { name: "profile", role: "nightly" })
        .add(
            "aws:ec2/instance:Instance",
            "nightly",
            { iamInstanceProfile: "profile" },
            { outputs: { arn: "arn:aws:ec2:eu-central-1:111122223333:instance/i-1" } },
        );

const lambda = "lambda.amazonaws.com";
const functions = "arn:aws:lambda:eu-central-1:111122223333:function:*";

describe("a role that an AWS service assumes for its workloads", () => {
    it("is assumed for the account and ARN that its trust names", () => {
        assert.equal(
            credential(serviceTrust(lambda, functions), asFunction()),
            "holds: the trust of aws:Role nightly admits lambda.amazonaws.com",
        );
        assert.equal(
            credential(serviceTrust("ecs-tasks.amazonaws.com", "arn:aws:ecs:eu-central-1:111122223333:*"), asTask),
            "holds: the trust of aws:Role nightly admits ecs-tasks.amazonaws.com",
        );
    });

    it("is not assumed for a function of another name, account or region", () => {
        const refused =
            "missing: the trust of aws:Role nightly does not admit lambda.amazonaws.com for aws:Function nightly";
        assert.equal(credential(serviceTrust(lambda, functions.replace("*", "daily")), asFunction()), refused);
        assert.equal(credential(serviceTrust(lambda, functions, "444455556666"), asFunction()), refused);
        assert.equal(
            credential(serviceTrust(lambda, functions.replace("eu-central-1", "eu-west-1")), asFunction()),
            refused,
        );
    });

    it("is expected to be assumed while the function's ARN is unknown", () => {
        assert.equal(
            credential(serviceTrust(lambda, functions), asFunction({})),
            "expected: the trust of aws:Role nightly admits lambda.amazonaws.com",
        );
    });

    it("is not assumed for an instance under a condition on keys that EC2 does not send", () => {
        assert.equal(
            credential(serviceTrust("ec2.amazonaws.com", "arn:aws:ec2:*:111122223333:instance/*"), asInstance),
            "missing: the trust of aws:Role nightly does not admit ec2.amazonaws.com for aws:Instance nightly",
        );
        assert.equal(
            credential(serviceTrust("ec2.amazonaws.com"), asInstance),
            "holds: the trust of aws:Role nightly admits ec2.amazonaws.com",
        );
    });
});
