import assert from "node:assert/strict";
import { LogKey } from "../../../components/alarms/logKey";
import { record } from "../../support/mocks";

describe("the key of the logs", () => {
    it("is used by CloudWatch for log groups of this account and region only", async () => {
        const recording = await record(() => new LogKey("logs"));
        assert.deepEqual(recording.document("aws:kms/key:Key", "logs", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "TheAccountManagesTheKey",
                    Effect: "Allow",
                    Principal: { AWS: "arn:aws:iam::111122223333:root" },
                    Action: "kms:*",
                    Resource: "*",
                },
                {
                    Sid: "CloudWatchEncryptsLogs",
                    Effect: "Allow",
                    Principal: { Service: "logs.eu-central-1.amazonaws.com" },
                    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
                    Resource: "*",
                    Condition: {
                        ArnLike: {
                            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:111122223333:log-group:*",
                        },
                    },
                },
            ],
        });
    });
});
