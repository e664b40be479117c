import assert from "node:assert/strict";
import { AlarmTopic } from "../../../components/alarms/alarmTopic";
import { record } from "../../support/mocks";

const arn = "arn:aws:sns:eu-central-1:111122223333:topic";
const Principal = { Service: "cloudwatch.amazonaws.com" };
const Condition = {
    StringEquals: { "aws:SourceAccount": "111122223333" },
    ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:audit-*" },
};

describe("the topic of alarms", () => {
    it("is encrypted under its own key, and writes to the given recipients", async () => {
        const recording = await record(() => new AlarmTopic("topic", { alarms: "audit", emails: ["a@example.com"] }));
        assert.deepEqual(recording.inventory(), {
            "aws:kms/key:Key": 1,
            "aws:sns/topic:Topic": 1,
            "aws:sns/topicPolicy:TopicPolicy": 1,
            "aws:sns/topicSubscription:TopicSubscription": 1,
            "keyless:alarms:AlarmTopic": 1,
        });
        assert.deepEqual(recording.inputs("aws:sns/topic:Topic", "topic"), {
            kmsMasterKeyId: "topic-id",
            tags: { Name: "topic" },
        });
        assert.deepEqual(recording.inputs("aws:sns/topicSubscription:TopicSubscription", "topic-a@example.com"), {
            topic: arn,
            protocol: "email",
            endpoint: "a@example.com",
        });
    });

    it("accepts messages only from the stack's own alarms, over TLS", async () => {
        const recording = await record(() => new AlarmTopic("topic", { alarms: "audit", emails: [] }));
        assert.deepEqual(recording.document("aws:sns/topicPolicy:TopicPolicy", "topic", "policy"), {
            Version: "2012-10-17",
            Statement: [
                { Sid: "AlarmsPublish", Effect: "Allow", Principal, Action: "sns:Publish", Resource: arn, Condition },
                {
                    Sid: "NobodyPublishesInPlainText",
                    Effect: "Deny",
                    Principal: { AWS: "*" },
                    Action: "sns:Publish",
                    Resource: arn,
                    Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
            ],
        });
        const { Statement } = recording.document("aws:kms/key:Key", "topic", "policy") as { Statement: unknown[] };
        assert.deepEqual(Statement.slice(1), [
            {
                Sid: "AlarmsArePublished",
                Effect: "Allow",
                Principal,
                Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
                Resource: "*",
                Condition,
            },
        ]);
    });
});
