import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson, serviceTrust } from "../identity/document";
import { TrailBucket, type TrailBucketArgs } from "./trailBucket";

export interface TrailArgs extends TrailBucketArgs {
    /** Encryption and retention of its log group. */
    readonly logs: { readonly kmsKeyArn: pulumi.Input<string>; readonly retentionInDays: number };
}

/**
 * Records the account's activity in all regions, including IAM's global events: files in a bucket, with digests that
 * reveal changed or deleted files, and a log group for alarms.
 */
export class Trail extends pulumi.ComponentResource {
    /** The trail's name. */
    readonly trailName: pulumi.Output<string>;
    /** Name of the log group, available once events are delivered to it. */
    readonly logGroup: pulumi.Output<string>;

    constructor(name: string, args: TrailArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:Trail",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:Trail" }] }),
        );
        const { partition, region, accountId } = accountLookups(this);
        const bucket = new TrailBucket(name, args, { parent: this });
        const group = new aws.cloudwatch.LogGroup(
            name,
            { kmsKeyId: args.logs.kmsKeyArn, retentionInDays: args.logs.retentionInDays },
            { parent: this },
        );
        const role = new aws.iam.Role(
            name,
            { description: `writes the log of ${name}`, assumeRolePolicy: serviceTrust("cloudtrail.amazonaws.com") },
            { parent: this },
        );
        // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
        const write = {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:${group.name}:log-stream:${accountId}_CloudTrail_${region}*`,
        } as const;
        const policy = new aws.iam.RolePolicy(
            name,
            { role: role.name, policy: documentJson([write], "rolePolicy") },
            { parent: this },
        );
        const trail = new aws.cloudtrail.Trail(
            name,
            {
                name: bucket.trailName,
                s3BucketName: bucket.bucket,
                kmsKeyId: bucket.keyArn,
                cloudWatchLogsGroupArn: pulumi.interpolate`${group.arn}:*`,
                cloudWatchLogsRoleArn: role.arn,
                // IAM's events come from us-east-1: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
                isMultiRegionTrail: true,
                includeGlobalServiceEvents: true,
                enableLogFileValidation: true,
                tags: { Name: name },
            },
            { parent: this, dependsOn: [...bucket.ready, policy] },
        );
        this.trailName = bucket.trailName;
        this.logGroup = pulumi.all([group.name, trail.id]).apply(([known]) => known);
        this.registerOutputs({ trailName: this.trailName, logGroup: this.logGroup });
    }
}
