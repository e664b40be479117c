import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson } from "../identity/document";
import { managedByAccount, ownKey } from "./keyPolicy";

export interface AlarmTopicArgs {
    /** Name prefix of the alarms that may publish. */
    readonly alarms: string;
    /** E-mail addresses to notify; each must confirm its subscription. */
    readonly emails: readonly string[];
}

/** The topic for alarms: encrypted with a dedicated key; only alarms of this account and region may publish to it. */
export class AlarmTopic extends pulumi.ComponentResource {
    readonly arn: pulumi.Output<string>;

    constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:AlarmTopic",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:AlarmTopic" }] }),
        );
        const { partition, region, accountId } = accountLookups(this);
        const Principal = { Service: "cloudwatch.amazonaws.com" };
        const Condition = pulumi.all([partition, region, accountId]).apply(([partition, region, account]) => ({
            StringEquals: { "aws:SourceAccount": account },
            ArnLike: { "aws:SourceArn": `arn:${partition}:cloudwatch:${region}:${account}:alarm:${args.alarms}-*` },
        }));
        const key = new aws.kms.Key(
            name,
            {
                description: `alarms of ${name}`,
                ...ownKey,
                policy: documentJson(
                    [
                        managedByAccount(partition, accountId),
                        // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
                        {
                            Sid: "AlarmsArePublished",
                            Effect: "Allow",
                            Principal,
                            Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
                            Resource: "*",
                            Condition,
                        },
                    ],
                    "key",
                ),
                tags: { Name: name },
            },
            { parent: this },
        );
        const topic = new aws.sns.Topic(name, { kmsMasterKeyId: key.id, tags: { Name: name } }, { parent: this });
        const policy = documentJson(
            [
                {
                    Sid: "AlarmsPublish",
                    Effect: "Allow",
                    Principal,
                    Action: "sns:Publish",
                    Resource: topic.arn,
                    Condition,
                },
                {
                    Sid: "NobodyPublishesInPlainText",
                    Effect: "Deny",
                    Principal: { AWS: "*" },
                    Action: "sns:Publish",
                    Resource: topic.arn,
                    Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
            ],
            "topic",
        );
        new aws.sns.TopicPolicy(name, { arn: topic.arn, policy }, { parent: this });
        for (const endpoint of args.emails) {
            new aws.sns.TopicSubscription(
                `${name}-${endpoint}`,
                { topic: topic.arn, protocol: "email", endpoint },
                { parent: this },
            );
        }
        this.arn = topic.arn;
        this.registerOutputs({ arn: this.arn });
    }
}
