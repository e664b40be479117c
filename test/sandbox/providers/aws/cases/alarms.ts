import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../../sandbox/cloud/props";
import { allow, document } from "../world";
import type { Case } from "./case";

const iamRole = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

export const alarms: readonly Case[] = [
    {
        type: tokens.METRIC_FILTER,
        sample: ({ logs = "" }) => ({
            logGroupName: logs,
            pattern: '"authentication failed"',
            metricTransformation: { name: "FailedLogins", namespace: "Keyless", value: "1", defaultValue: "0" },
        }),
        refused: [
            [
                "a log group that does not exist",
                () => ({ logGroupName: "no" }),
                () => "ResourceNotFoundException: The specified log group does not exist: no",
            ],
            [
                "a pattern without an end",
                () => ({ pattern: "{ $.a = 1" }),
                () => "pattern: InvalidParameterException: Invalid metric filter pattern: { $.a = 1",
            ],
            [
                "a default together with dimensions",
                () => ({
                    metricTransformation: {
                        name: "F",
                        namespace: "K",
                        value: "1",
                        defaultValue: "0",
                        dimensions: { user: "$.user" },
                    },
                }),
                () =>
                    "metricTransformation: InvalidParameterException: Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
            ],
            [
                "a namespace of AWS' own",
                () => ({ metricTransformation: { name: "F", namespace: "AWS/RDS", value: "1" } }),
                () =>
                    "metricTransformation.namespace: invalid value for metricTransformation.namespace (must consist of letters, digits and .-_/#, at most 255 characters, and must not begin with AWS/): AWS/RDS",
            ],
        ],
    },
    {
        type: tokens.METRIC_ALARM,
        sample: ({ topic = "" }) => ({
            ...{
                comparisonOperator: "GreaterThanThreshold",
                evaluationPeriods: 1,
                metricName: "FailedLogins",
                namespace: "Keyless",
            },
            ...{ period: 300, statistic: "Sum", threshold: 0, alarmActions: [topic], treatMissingData: "notBreaching" },
        }),
        refused: [
            [
                "an invalid comparison",
                () => ({ comparisonOperator: ">" }),
                () =>
                    'comparisonOperator: expected comparisonOperator to be one of ["GreaterThanOrEqualToThreshold" "GreaterThanThreshold" "LessThanThreshold" "LessThanOrEqualToThreshold" "LessThanLowerOrGreaterThanUpperThreshold" "LessThanLowerThreshold" "GreaterThanUpperThreshold"], got >',
            ],
            [
                "an invalid period",
                () => ({ period: 45 }),
                () => "period: ValidationError: period must be 10, 20, 30 or a multiple of 60, got 45",
            ],
            [
                "no statistic",
                () => ({ statistic: null }),
                () => "statistic: ValidationError: Must provide exactly one of Statistic and ExtendedStatistic",
            ],
            [
                "an action that is not an ARN",
                () => ({ alarmActions: ["alarms"] }),
                () => 'alarmActions[0]: "alarmActions[0]" (alarms) is an invalid ARN: arn: invalid prefix',
            ],
        ],
    },
    {
        type: tokens.EVENT_RULE,
        sample: () => ({
            eventPattern: JSON.stringify({ source: ["aws.secretsmanager"], detail: { eventName: ["GetSecretValue"] } }),
        }),
        refused: [
            [
                "a pattern whose values are not lists",
                () => ({ eventPattern: '{"source":"aws.ec2"}' }),
                () =>
                    "eventPattern: InvalidEventPatternException: Event pattern is not valid. Reason: an event pattern must be an object of lists",
            ],
            [
                "neither pattern nor schedule",
                () => ({ eventPattern: null }),
                () =>
                    "eventPattern: Invalid combination of arguments: one of `eventPattern,scheduleExpression` must be specified",
            ],
        ],
    },
    {
        type: tokens.EVENT_TARGET,
        sample: ({ rule = "", topic = "" }) => ({ rule, arn: topic, targetId: "topic" }),
        refused: [
            [
                "a rule that does not exist",
                () => ({ rule: "no" }),
                () => "ResourceNotFoundException: Rule no does not exist on EventBus default.",
            ],
        ],
    },
    {
        type: tokens.LOG_RESOURCE_POLICY,
        sample: () => ({
            policyName: "events",
            policyDocument: document({
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "logs:PutLogEvents",
                Resource: "*",
            }),
        }),
        refused: [
            [
                "a policy without a principal",
                () => ({ policyDocument: allow("logs:PutLogEvents") }),
                () => "policyDocument: MalformedPolicyDocument: Missing required field Principal",
            ],
        ],
    },
    {
        type: tokens.TOPIC,
        sample: ({ key = "" }) => ({ name: "security", kmsMasterKeyId: key }),
        refused: [
            [
                "a name with a space",
                () => ({ name: "the alarms" }),
                () =>
                    "name: invalid value for name (must consist of letters, digits, hyphens and underscores, at most 256 characters): the alarms",
            ],
            [
                "a name that is taken",
                () => ({ name: "alarms" }),
                () =>
                    "InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes: alarms",
            ],
        ],
    },
    {
        type: tokens.TOPIC_POLICY,
        sample: ({ topic = "" }) => ({
            arn: topic,
            policy: document({
                Effect: "Allow",
                Principal: { Service: "cloudwatch.amazonaws.com" },
                Action: "sns:Publish",
                Resource: topic,
            }),
        }),
        refused: [
            [
                "a topic that does not exist",
                () => ({ arn: "arn:aws:sns:eu-central-1:111122223333:no" }),
                () => "NotFound: Topic does not exist: arn:aws:sns:eu-central-1:111122223333:no",
            ],
        ],
    },
    {
        type: tokens.TOPIC_SUBSCRIPTION,
        sample: ({ topic = "" }) => ({ topic, protocol: "email", endpoint: "security@example.com" }),
        refused: [
            [
                "an invalid address",
                () => ({ endpoint: "security" }),
                () =>
                    "endpoint: InvalidParameter: Invalid parameter: Endpoint security must match the specified protocol email",
            ],
        ],
    },
    {
        type: tokens.TRAIL,
        sample: ({ bucket = "" }) => ({
            s3BucketName: bucket,
            isMultiRegionTrail: true,
            enableLogFileValidation: true,
        }),
        refused: [
            [
                "a bucket that does not exist",
                () => ({ s3BucketName: "no-such-bucket" }),
                () => "S3BucketDoesNotExistException: S3 bucket no-such-bucket does not exist!",
            ],
            [
                "a key that does not grant it access",
                ({ key = "" }) => ({ kmsKeyId: key }),
                ({ key }) =>
                    `InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket keyless-trail or KMS key ${key}.`,
            ],
            [
                "logs without a role",
                () => ({ cloudWatchLogsGroupArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/keyless/flow:*" }),
                () =>
                    'cloudWatchLogsGroupArn: Missing required argument: "cloudWatchLogsGroupArn": all of `cloudWatchLogsGroupArn,cloudWatchLogsRoleArn` must be specified',
            ],
            [
                "a role that CloudTrail cannot assume",
                () => ({
                    cloudWatchLogsGroupArn: "arn:aws:logs:eu-central-1:111122223333:log-group:/keyless/flow:*",
                    cloudWatchLogsRoleArn: iamRole("service"),
                }),
                () =>
                    "InvalidCloudWatchLogsRoleArnException: Access denied. Check the trust relationships for your role.",
            ],
        ],
    },
    {
        type: tokens.BUCKET,
        sample: () => ({}),
        refused: [
            [
                "capitals in its name",
                () => ({ bucket: "Trail" }),
                () => "bucket: invalid value for bucket (3 to 63 lowercase letters, digits, dots and hyphens): Trail",
            ],
            [
                "a name that is taken",
                () => ({ bucket: "keyless-trail" }),
                () =>
                    "BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it: keyless-trail",
            ],
        ],
    },
    {
        type: tokens.BUCKET_POLICY,
        sample: ({ bucket = "" }) => ({
            bucket,
            policy: document({
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: ["arn:aws:s3:::keyless-trail", "arn:aws:s3:::keyless-trail/*"],
            }),
        }),
        refused: [
            [
                "a policy for another bucket",
                () => ({
                    policy: document({
                        Effect: "Deny",
                        Principal: "*",
                        Action: "s3:*",
                        Resource: "arn:aws:s3:::other/*",
                    }),
                }),
                () => "MalformedPolicy: Policy has invalid resource: arn:aws:s3:::other/*",
            ],
        ],
    },
    ...Object.entries<Props>({
        BucketPublicAccessBlock: { blockPublicAcls: true, blockPublicPolicy: true },
        BucketVersioning: { versioningConfiguration: { status: "Enabled" } },
        BucketServerSideEncryptionConfiguration: {
            rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
        },
        BucketOwnershipControls: { rule: { objectOwnership: "BucketOwnerEnforced" } },
        BucketLifecycleConfiguration: { rules: [{ id: "old", status: "Enabled", expiration: { days: 365 } }] },
        BucketLogging: { targetBucket: "keyless-trail", targetPrefix: "log/" },
    }).map(([name, more]): Case => ({
        type: `aws:s3/b${name.slice(1)}:${name}`,
        sample: ({ bucket = "" }) => ({ bucket, ...more }),
        refused: [
            [
                "a bucket that does not exist",
                () => ({ bucket: "no-such-bucket" }),
                () => "NoSuchBucket: The specified bucket does not exist: no-such-bucket",
            ],
        ],
    })),
];
