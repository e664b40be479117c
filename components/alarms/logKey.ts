import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson } from "../identity/document";
import { managedByAccount, ownKey } from "./keyPolicy";

/**
 * A key that CloudWatch Logs may use for the log groups of this account and region, and for nothing else:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export class LogKey extends pulumi.ComponentResource {
    readonly arn: pulumi.Output<string>;

    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:LogKey",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:LogKey" }] }),
        );
        const { partition, dnsSuffix, region, accountId } = accountLookups(this);
        const policy = documentJson(
            [
                managedByAccount(partition, accountId),
                {
                    Sid: "CloudWatchEncryptsLogs",
                    Effect: "Allow",
                    Principal: { Service: pulumi.interpolate`logs.${region}.${dnsSuffix}` },
                    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
                    Resource: "*",
                    Condition: pulumi.all([partition, region, accountId]).apply(([partition, region, account]) => ({
                        ArnLike: {
                            "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*`,
                        },
                    })),
                },
            ],
            "key",
        );
        const key = new aws.kms.Key(
            name,
            { description: `logs of ${name}`, ...ownKey, policy, tags: { Name: name } },
            { parent: this },
        );
        this.arn = key.arn;
        this.registerOutputs({ arn: this.arn });
    }
}
