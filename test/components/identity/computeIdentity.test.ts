import assert from "node:assert/strict";
import { ComputeIdentity } from "../../../components/identity/computeIdentity";
import type { ComputeKind } from "../../../components/identity/kinds";
import { record, type Recording } from "../../support/mocks";

const make = (kind: ComputeKind): Promise<Recording> => record(() => new ComputeIdentity("shop", { kind }));
const identity = { "aws:iam/role:Role": 1, "keyless:identity:ComputeIdentity": 1 };

async function trust(kind: ComputeKind): Promise<unknown> {
    return (await make(kind)).document("aws:iam/role:Role", "shop", "assumeRolePolicy");
}

describe("the identity of a program outside Kubernetes", () => {
    it("is available to EC2 instances through an instance profile", async () => {
        const recording = await make("ec2");
        assert.deepEqual(recording.inventory(), { ...identity, "aws:iam/instanceProfile:InstanceProfile": 1 });
        assert.deepEqual(recording.inputs("aws:iam/instanceProfile:InstanceProfile", "shop"), { role: "shop" });
        assert.deepEqual(await trust("ec2"), {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
        });
    });

    it("is available only to ECS tasks of its account and region", async () => {
        assert.deepEqual((await make("ecs")).inventory(), identity);
        assert.deepEqual(await trust("ecs"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "ecs-tasks.amazonaws.com" },
                    Action: "sts:AssumeRole",
                    Condition: {
                        StringEquals: { "aws:SourceAccount": "111122223333" },
                        ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-central-1:111122223333:*" },
                    },
                },
            ],
        });
    });

    it("lets a Lambda function into the network of the database", async () => {
        const recording = await make("lambda");
        assert.deepEqual(recording.inventory(), {
            ...identity,
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
        });
        assert.deepEqual(recording.inputs("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "shop"), {
            role: "shop",
            policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
        });
    });

    it("is for Lambda functions of this account and region only", async () => {
        assert.deepEqual(await trust("lambda"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "lambda.amazonaws.com" },
                    Action: "sts:AssumeRole",
                    Condition: {
                        StringEquals: { "aws:SourceAccount": "111122223333" },
                        ArnLike: { "aws:SourceArn": "arn:aws:lambda:eu-central-1:111122223333:function:*" },
                    },
                },
            ],
        });
    });
});
