import type { Row, Rows } from "./row";

const bucket = "arn:{partition}:s3:::{bucket}";

/** Every read of a bucket reads all its settings. */
const bucketSettings = [
    "s3:ListBucket",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLogging",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketPolicy",
    "s3:GetBucketRequestPayment",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetAccelerateConfiguration",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
].join(" ");

/** Buckets, keys, secrets and parameters. */
export const storage: Rows = {
    "aws:s3/bucket:Bucket": {
        source: "s3/bucket.go",
        self: bucket,
        tags: ["s3:PutBucketTagging", "s3:PutBucketTagging"],
        create: [["s3:CreateBucket"]],
        read: [[bucketSettings]],
        update: [],
        delete: [
            // Versions that are still in the bucket.
            ["s3:ListBucketVersions", "self", { given: "forceDestroy" }],
            ["s3:DeleteObject s3:DeleteObjectVersion", `~${bucket}/*`, { given: "forceDestroy" }],
            ["s3:DeleteBucket"],
        ],
    },
    "aws:s3/bucketPolicy:BucketPolicy": {
        source: "s3/bucket_policy.go",
        self: bucket,
        create: [["s3:PutBucketPolicy"]],
        read: [["s3:GetBucketPolicy"]],
        update: [["s3:PutBucketPolicy"]],
        delete: [["s3:DeleteBucketPolicy"]],
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
        "bucket_lifecycle_configuration",
        "LifecycleConfiguration",
    ),
    "aws:s3/bucketLogging:BucketLogging": setting("bucket_logging", "BucketLogging"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
        "bucket_ownership_controls",
        "BucketOwnershipControls",
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
        "bucket_public_access_block",
        "BucketPublicAccessBlock",
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
        "bucket_server_side_encryption_configuration",
        "EncryptionConfiguration",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": setting("bucket_versioning", "BucketVersioning"),
    "aws:kms/key:Key": {
        source: "kms/key.go",
        self: "kms key/{id}",
        tags: ["kms:TagResource", "kms:UntagResource"],
        create: [["kms:CreateKey", "*"]],
        then: [["kms:EnableKeyRotation", "self", { given: "enableKeyRotation" }]],
        read: [["kms:DescribeKey kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags"]],
        update: [
            ["kms:PutKeyPolicy", "self", { changed: "policy" }],
            ["kms:UpdateKeyDescription", "self", { changed: "description" }],
            [
                "kms:EnableKeyRotation kms:DisableKeyRotation",
                "self",
                { changed: "enableKeyRotation rotationPeriodInDays" },
            ],
            ["kms:EnableKey kms:DisableKey", "self", { changed: "isEnabled" }],
        ],
        delete: [["kms:ScheduleKeyDeletion kms:DescribeKey"]],
    },
    "aws:kms/alias:Alias": {
        source: "kms/alias.go",
        self: "kms {name}",
        create: [["kms:CreateAlias", ["self", "{targetKeyArn}"]]],
        read: [["kms:ListAliases", "*"]],
        update: [["kms:UpdateAlias", ["self", "{targetKeyArn}"]]],
        delete: [["kms:DeleteAlias", ["self", "{targetKeyArn}"]]],
    },
    "aws:secretsmanager/secret:Secret": {
        source: "secretsmanager/secret.go",
        self: ["{arn}", "secretsmanager secret:{name}-*"],
        tags: ["secretsmanager:TagResource", "secretsmanager:UntagResource"],
        create: [["secretsmanager:CreateSecret"]],
        read: [["secretsmanager:DescribeSecret secretsmanager:GetResourcePolicy"]],
        update: [["secretsmanager:UpdateSecret"]],
        delete: [["secretsmanager:DeleteSecret secretsmanager:DescribeSecret"]],
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        source: "secretsmanager/secret_version.go",
        self: "{secretId}",
        create: [["secretsmanager:PutSecretValue"]],
        read: [["secretsmanager:GetSecretValue"]],
        update: [["secretsmanager:UpdateSecretVersionStage"]],
        delete: [["secretsmanager:UpdateSecretVersionStage"]],
    },
    "aws:secretsmanager/secretPolicy:SecretPolicy": {
        source: "secretsmanager/secret_policy.go",
        self: "{secretArn}",
        create: [["secretsmanager:PutResourcePolicy"]],
        read: [["secretsmanager:GetResourcePolicy"]],
        update: [["secretsmanager:PutResourcePolicy"]],
        delete: [["secretsmanager:DeleteResourcePolicy"]],
    },
    "aws:ssm/document:Document": {
        source: "ssm/document.go",
        self: "ssm document/{name}",
        tags: ["ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"],
        create: [["ssm:CreateDocument"]],
        read: [["ssm:DescribeDocument ssm:GetDocument ssm:DescribeDocumentPermission"]],
        update: [["ssm:UpdateDocument ssm:UpdateDocumentDefaultVersion"]],
        delete: [["ssm:DeleteDocument ssm:DescribeDocument"]],
    },
    "aws:ssm/parameter:Parameter": {
        source: "ssm/parameter.go",
        self: ["ssm parameter{name}", "ssm parameter/{name}"],
        tags: ["ssm:AddTagsToResource", "ssm:RemoveTagsFromResource"],
        create: [["ssm:PutParameter"]],
        read: [["ssm:GetParameter ssm:ListTagsForResource"], ["ssm:DescribeParameters", "*"]],
        update: [["ssm:PutParameter"]],
        delete: [["ssm:DeleteParameter"]],
    },
};

function setting(file: string, name: string): Row {
    return {
        source: `s3/${file}.go`,
        self: bucket,
        create: [[`s3:Put${name}`]],
        read: [[`s3:Get${name}`]],
        update: [[`s3:Put${name}`]],
        // S3 has no separate action for deleting a setting.
        delete: [[`s3:Put${name}`]],
    };
}
