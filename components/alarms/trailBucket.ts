import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson } from "../identity/document";
import { managedByAccount, ownKey } from "./keyPolicy";

export interface TrailBucketArgs {
    /** Retention of the trail's files, in days. */
    readonly keepDays: number;
}

/**
 * A bucket for the files of one trail: private, versioned, encrypted with a dedicated key, accessible over TLS only. It
 * generates the trail's name, which its policies need before the trail exists. A bucket that contains files is not
 * deleted.
 */
export class TrailBucket extends pulumi.ComponentResource {
    readonly bucket: pulumi.Output<string>;
    readonly keyArn: pulumi.Output<string>;
    readonly trailName: pulumi.Output<string>;
    /** Resources that must exist before the trail can write. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: TrailBucketArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:TrailBucket",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:TrailBucket" }] }),
        );
        const { partition, region, accountId } = accountLookups(this);
        // The record of what happened outlives the alarms: S3 deletes no bucket that holds files, and these cannot be read
        // without their key. The rules stay as well, so the files expire as before.
        const own = { parent: this, retainOnDelete: true };
        const made = new aws.s3.Bucket(name, { tags: { Name: name } }, own);
        const bucket = made.bucket;
        const trailArn = pulumi.interpolate`arn:${partition}:cloudtrail:${region}:${accountId}:trail/${bucket}`;
        const key = this.key(name, { partition, accountId, trailArn });
        const open = new aws.s3.BucketPublicAccessBlock(
            name,
            {
                bucket,
                blockPublicAcls: true,
                blockPublicPolicy: true,
                ignorePublicAcls: true,
                restrictPublicBuckets: true,
            },
            own,
        );
        new aws.s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, own);
        new aws.s3.BucketVersioning(name, { bucket, versioningConfiguration: { status: "Enabled" } }, own);
        new aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            {
                bucket,
                rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }],
            },
            own,
        );
        new aws.s3.BucketLifecycleConfiguration(
            name,
            {
                bucket,
                rules: [
                    {
                        id: "old",
                        status: "Enabled",
                        filter: { prefix: "" },
                        expiration: { days: args.keepDays },
                        noncurrentVersionExpiration: { noncurrentDays: 30 },
                        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
                    },
                ],
            },
            own,
        );
        // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
        const Principal = { Service: "cloudtrail.amazonaws.com" };
        const ofTrail = { "aws:SourceArn": trailArn };
        const files = pulumi.interpolate`${made.arn}/AWSLogs/${accountId}/*`;
        const policy = documentJson(
            [
                {
                    Sid: "TheTrailLooks",
                    Effect: "Allow",
                    Principal,
                    Action: "s3:GetBucketAcl",
                    Resource: made.arn,
                    Condition: whereEquals(ofTrail),
                },
                {
                    Sid: "TheTrailWrites",
                    Effect: "Allow",
                    Principal,
                    Action: "s3:PutObject",
                    Resource: files,
                    Condition: whereEquals({ ...ofTrail, "s3:x-amz-acl": "bucket-owner-full-control" }),
                },
                {
                    Sid: "NobodyComesInPlainText",
                    Effect: "Deny",
                    Principal: { AWS: "*" },
                    Action: "s3:*",
                    Resource: [made.arn, pulumi.interpolate`${made.arn}/*`],
                    Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
            ],
            "bucket",
        );
        const writable = new aws.s3.BucketPolicy(name, { bucket, policy }, { ...own, dependsOn: [open] });
        this.bucket = bucket;
        this.keyArn = key.arn;
        this.trailName = bucket;
        this.ready = [writable];
        this.registerOutputs({ bucket: this.bucket });
    }

    /** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
    private key(
        name: string,
        {
            partition,
            accountId,
            trailArn,
        }: Readonly<Record<"partition" | "accountId" | "trailArn", pulumi.Output<string>>>,
    ): aws.kms.Key {
        const Principal = { Service: "cloudtrail.amazonaws.com" };
        const encrypted = pulumi.all([partition, accountId, trailArn]).apply(([partition, account, trail]) => ({
            StringEquals: { "aws:SourceArn": trail },
            StringLike: {
                "kms:EncryptionContext:aws:cloudtrail:arn": `arn:${partition}:cloudtrail:*:${account}:trail/*`,
            },
        }));
        const policy = documentJson(
            [
                managedByAccount(partition, accountId),
                {
                    Sid: "TheTrailEncrypts",
                    Effect: "Allow",
                    Principal,
                    Action: "kms:GenerateDataKey*",
                    Resource: "*",
                    Condition: encrypted,
                },
                {
                    Sid: "TheTrailLooks",
                    Effect: "Allow",
                    Principal,
                    Action: "kms:DescribeKey",
                    Resource: "*",
                    Condition: whereEquals({ "aws:SourceArn": trailArn }),
                },
            ],
            "key",
        );
        return new aws.kms.Key(
            name,
            { description: `files of the trail of ${name}`, ...ownKey, policy, tags: { Name: name } },
            { parent: this, retainOnDelete: true },
        );
    }
}

function whereEquals(
    values: Readonly<Record<string, pulumi.Input<string>>>,
): pulumi.Output<{ StringEquals: Record<string, string> }> {
    return pulumi.output(values).apply((StringEquals) => ({ StringEquals }));
}
