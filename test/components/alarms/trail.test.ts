import assert from "node:assert/strict";
import { Trail } from "../../../components/alarms/trail";
import { record, type Recording } from "../../support/mocks";

const trailArn = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/trail";
const Principal = { Service: "cloudtrail.amazonaws.com" };
const ofTrail = { StringEquals: { "aws:SourceArn": trailArn } };
const bucket = "arn:aws:s3:::trail";

const make = (): Promise<Recording> =>
    record(() => new Trail("trail", { keepDays: 400, logs: { kmsKeyArn: "arn:logs", retentionInDays: 90 } }));

describe("the trail", () => {
    it("covers all regions, validates log files, and also writes to a log group", async () => {
        const recording = await make();
        assert.deepEqual(recording.inventory(), {
            "aws:cloudtrail/trail:Trail": 1,
            "aws:cloudwatch/logGroup:LogGroup": 1,
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "aws:kms/key:Key": 1,
            "aws:s3/bucket:Bucket": 1,
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
            "aws:s3/bucketPolicy:BucketPolicy": 1,
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
            "aws:s3/bucketVersioning:BucketVersioning": 1,
            "keyless:alarms:Trail": 1,
            "keyless:alarms:TrailBucket": 1,
        });
        assert.deepEqual(recording.inputs("aws:cloudtrail/trail:Trail", "trail"), {
            name: "trail",
            s3BucketName: "trail",
            kmsKeyId: "arn:aws:kms:eu-central-1:111122223333:key/trail",
            cloudWatchLogsGroupArn: "arn:aws:logs:eu-central-1:111122223333:log-group:trail:*",
            cloudWatchLogsRoleArn: "arn:aws:iam::111122223333:role/trail",
            isMultiRegionTrail: true,
            includeGlobalServiceEvents: true,
            enableLogFileValidation: true,
            tags: { Name: "trail" },
        });
        assert.deepEqual(recording.inputs("aws:cloudwatch/logGroup:LogGroup", "trail"), {
            kmsKeyId: "arn:logs",
            retentionInDays: 90,
        });
    });

    it("writes its own streams of its own group, and may do nothing else", async () => {
        const recording = await make();
        assert.deepEqual(recording.document("aws:iam/role:Role", "trail", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
        });
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "trail", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                    Resource:
                        "arn:aws:logs:eu-central-1:111122223333:log-group:trail:log-stream:111122223333_CloudTrail_eu-central-1*",
                },
            ],
        });
    });

    it("keeps its files where it alone writes, over TLS only, encrypted, with all versions, for as long as is said", async () => {
        const recording = await make();
        const of = (setting: string) => recording.inputs(`aws:s3/b${setting.slice(1)}:${setting}`, "trail");
        assert.deepEqual(of("BucketPublicAccessBlock"), {
            bucket: "trail",
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        });
        assert.deepEqual(of("BucketOwnershipControls"), {
            bucket: "trail",
            rule: { objectOwnership: "BucketOwnerEnforced" },
        });
        assert.deepEqual(of("BucketVersioning"), { bucket: "trail", versioningConfiguration: { status: "Enabled" } });
        assert.deepEqual(of("BucketServerSideEncryptionConfiguration"), {
            bucket: "trail",
            rules: [
                {
                    applyServerSideEncryptionByDefault: {
                        sseAlgorithm: "aws:kms",
                        kmsMasterKeyId: "arn:aws:kms:eu-central-1:111122223333:key/trail",
                    },
                },
            ],
        });
        assert.deepEqual(of("BucketLifecycleConfiguration")["rules"], [
            {
                id: "old",
                status: "Enabled",
                filter: { prefix: "" },
                expiration: { days: 400 },
                noncurrentVersionExpiration: { noncurrentDays: 30 },
                abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            },
        ]);
        assert.deepEqual(recording.document("aws:s3/bucketPolicy:BucketPolicy", "trail", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Sid: "TheTrailLooks",
                    Effect: "Allow",
                    Principal,
                    Action: "s3:GetBucketAcl",
                    Resource: bucket,
                    Condition: ofTrail,
                },
                {
                    Sid: "TheTrailWrites",
                    Effect: "Allow",
                    Principal,
                    Action: "s3:PutObject",
                    Resource: `${bucket}/AWSLogs/111122223333/*`,
                    Condition: {
                        StringEquals: { ...ofTrail.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
                    },
                },
                {
                    Sid: "NobodyComesInPlainText",
                    Effect: "Deny",
                    Principal: { AWS: "*" },
                    Action: "s3:*",
                    Resource: [bucket, `${bucket}/*`],
                    Condition: { Bool: { "aws:SecureTransport": "false" } },
                },
            ],
        });
    });

    it("has a key that this one trail may encrypt with", async () => {
        const { Statement } = (await make()).document("aws:kms/key:Key", "trail", "policy") as { Statement: unknown[] };
        assert.deepEqual(Statement, [
            {
                Sid: "TheAccountManagesTheKey",
                Effect: "Allow",
                Principal: { AWS: "arn:aws:iam::111122223333:root" },
                Action: "kms:*",
                Resource: "*",
            },
            {
                Sid: "TheTrailEncrypts",
                Effect: "Allow",
                Principal,
                Action: "kms:GenerateDataKey*",
                Resource: "*",
                Condition: {
                    ...ofTrail,
                    StringLike: {
                        "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111122223333:trail/*",
                    },
                },
            },
            {
                Sid: "TheTrailLooks",
                Effect: "Allow",
                Principal,
                Action: "kms:DescribeKey",
                Resource: "*",
                Condition: ofTrail,
            },
        ]);
    });
});
