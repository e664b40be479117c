import assert from "node:assert/strict";
import { FlowLogs } from "../../../components/network/flowLogs";
import { record, type Recording } from "../../support/mocks";

function make(): Promise<Recording> {
    return record(() => new FlowLogs("flow", { vpcId: "vpc-1", kmsKeyArn: "arn:key", retentionInDays: 90 }));
}

describe("the flow log", () => {
    it("records every connection of the network in an encrypted group with a retention", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:cloudwatch/logGroup:LogGroup", "flow"), {
            kmsKeyId: "arn:key",
            retentionInDays: 90,
        });
        assert.deepEqual(recording.inputs("aws:ec2/flowLog:FlowLog", "flow"), {
            vpcId: "vpc-1",
            trafficType: "ALL",
            logDestination: "arn:aws:logs:eu-central-1:111122223333:log-group:flow",
            iamRoleArn: "arn:aws:iam::111122223333:role/flow",
            maxAggregationInterval: 60,
            tags: { Name: "flow" },
        });
    });

    it("is written by a role that only flow logs of this account can assume, into this group only", async () => {
        const recording = await make();
        assert.deepEqual(recording.document("aws:iam/role:Role", "flow", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "vpc-flow-logs.amazonaws.com" },
                    Action: "sts:AssumeRole",
                    Condition: {
                        StringEquals: { "aws:SourceAccount": "111122223333" },
                        ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-central-1:111122223333:vpc-flow-log/*" },
                    },
                },
            ],
        });
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "flow", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    Resource: "arn:aws:logs:eu-central-1:111122223333:log-group:flow:*",
                },
                {
                    Effect: "Allow",
                    Action: "logs:DescribeLogGroups",
                    Resource: "arn:aws:logs:eu-central-1:111122223333:log-group:*",
                },
            ],
        });
    });
});
