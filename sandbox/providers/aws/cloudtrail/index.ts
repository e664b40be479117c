import { parseArn } from "../../../../toolkit/arn";
import type { Declaration, Live, Self } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { onBehalfOf, trusts } from "../../../identity/permissions";
import { arnOf, needs, oneOf, pattern } from "../declaring/rules";
import { BUCKET, BUCKET_OBJECT, BUCKET_POLICY, KEY, LOG_GROUP, ROLE, TOPIC, TRAIL } from "../../../cloud/aws/tokens";
import { given, must, text } from "../../../cloud/aws/values";

const trail: Declaration = {
    type: TRAIL,
    id: ({ inputs, cloud }) => cloud.arn("cloudtrail", `trail/${must(inputs, "name")}`),
    naming: { max: 128 },
    defaults: {
        enableLogFileValidation: false,
        enableLogging: true,
        includeGlobalServiceEvents: true,
        isMultiRegionTrail: false,
        isOrganizationTrail: false,
    },
    allowed: {
        name: pattern(
            /^(?!.*[._-]{2})[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/,
            "3 to 128 letters, digits and single ._- inside",
        ),
        kmsKeyId: arnOf("kms"),
        cloudWatchLogsGroupArn: arnOf("logs"),
        cloudWatchLogsRoleArn: arnOf("iam"),
        "eventSelectors.readWriteType": oneOf("All", "ReadOnly", "WriteOnly"),
        "insightSelectors.insightType": oneOf("ApiCallRateInsight", "ApiErrorRateInsight"),
    },
    rules: [
        needs("cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"),
        (inputs) =>
            text(inputs, "cloudWatchLogsGroupArn")?.endsWith(":*") === false
                ? [
                      "cloudWatchLogsGroupArn",
                      "InvalidCloudWatchLogsLogGroupArnException: The log group's ARN must end with :*",
                  ]
                : undefined,
    ],
    references: {
        s3BucketName: to(BUCKET, {
            missing: (name) => `S3BucketDoesNotExistException: S3 bucket ${name} does not exist!`,
        }),
        kmsKeyId: to(KEY, { missing: (arn) => `KmsKeyNotFoundException: ${arn}` }),
        cloudWatchLogsGroupArn: to(LOG_GROUP),
        cloudWatchLogsRoleArn: to(ROLE),
        snsTopicName: to(TOPIC, { when: (name) => parseArn(name) !== undefined }),
    },
    conflicts: [writableBucket, usableKey, writableLogs],
    replace: ["name"],
    outputs: ({ id, inputs, cloud }) => ({
        arn: id,
        homeRegion: cloud.region,
        snsTopicArn: given(inputs, "snsTopicName")
            ? cloud.arn("sns", must(inputs, "snsTopicName").replace(/^.*:/, ""))
            : "",
    }),
    effects: { made: deliver },
    missing: (arn) => `TrailNotFoundException: Unknown trail: ${arn}`,
    exists: ({ inputs }) => `TrailAlreadyExistsException: Trail ${text(inputs, "name")} already exists`,
};

export const cloudtrail = [trail];

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
function writableBucket({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const bucket = must(inputs, "s3BucketName");
    const policy = must(cloud.state(BUCKET_POLICY, bucket), "policy");
    const sufficient = ["cloudtrail.amazonaws.com", "s3:GetBucketAcl", "s3:PutObject"].every((part) =>
        policy.includes(part),
    );
    return sufficient
        ? undefined
        : `InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: ${bucket}`;
}

/** A trail delivers its first file within minutes: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html */
function deliver({ inputs, cloud }: Self): void {
    const bucket = must(inputs, "s3BucketName");
    const state = { bucket, key: `AWSLogs/${cloud.account}/CloudTrail/` };
    cloud.store.put({ type: BUCKET_OBJECT, id: bucket, ...cloud.home(BUCKET_OBJECT), inputs: state, state });
}

function usableKey({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const key = text(inputs, "kmsKeyId");
    const admitted = must(cloud.locate(KEY, key ?? "")?.state ?? {}, "policy").includes("cloudtrail.amazonaws.com");
    return key === undefined || admitted
        ? undefined
        : `InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket ${must(inputs, "s3BucketName")} or KMS key ${key}.`;
}

function writableLogs({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const role = text(inputs, "cloudWatchLogsRoleArn");
    const trailArn = cloud.arn("cloudtrail", `trail/${must(inputs, "name")}`);
    return role === undefined || trusts(role, "cloudtrail.amazonaws.com", cloud, onBehalfOf(trailArn, cloud))
        ? undefined
        : "InvalidCloudWatchLogsRoleArnException: Access denied. Check the trust relationships for your role.";
}
