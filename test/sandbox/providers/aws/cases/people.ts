import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import { allow, instanceArn, trust } from "../world";
import type { Case } from "./case";

const iamRole = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

export const people: readonly Case[] = [
    {
        type: tokens.SCHEDULE_GROUP,
        sample: () => ({ name: "access" }),
        refused: [
            [
                "a name with a space",
                () => ({ name: "temporary access" }),
                () =>
                    "name: invalid value for name (must consist of letters, digits and _.-, at most 64 characters): temporary access",
            ],
        ],
    },
    {
        type: tokens.SCHEDULE,
        sample: () => ({
            ...{
                scheduleExpression: "at(2030-11-30T18:00:00)",
                flexibleTimeWindow: { mode: "OFF" },
                actionAfterCompletion: "DELETE",
            },
            target: {
                arn: "arn:aws:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress",
                roleArn: iamRole("scheduler"),
                input: '{"GroupId":"sg-1"}',
            },
        }),
        refused: [
            [
                "an invalid time",
                () => ({ scheduleExpression: "at(tomorrow)" }),
                () => "scheduleExpression: ValidationException: Invalid Schedule Expression at(tomorrow).",
            ],
            [
                "a role that the scheduler cannot assume",
                () => ({
                    target: { arn: "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", roleArn: iamRole("service") },
                }),
                () =>
                    "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
            ],
            [
                "a group that does not exist",
                () => ({ groupName: "no" }),
                () => "ResourceNotFoundException: Schedule group no does not exist.",
            ],
            [
                "an unknown time zone",
                () => ({ scheduleExpressionTimezone: "Mars/Olympus" }),
                () =>
                    "scheduleExpressionTimezone: ValidationException: Invalid Schedule Expression Timezone Mars/Olympus.",
            ],
        ],
    },
    {
        type: tokens.SSM_DOCUMENT,
        sample: () => ({
            name: "keyless-session",
            documentType: "Session",
            content: JSON.stringify({ schemaVersion: "1.0", sessionType: "Standard_Stream", inputs: {} }),
        }),
        refused: [
            [
                "content that is not JSON",
                () => ({ content: "schemaVersion: 1" }),
                () => "content: InvalidDocumentContent: JSON not well-formed.",
            ],
            [
                "a name reserved for AWS",
                () => ({ name: "AWS-Session" }),
                () =>
                    "name: invalid value for name (3 to 128 letters, digits and _.-, not beginning with aws-, amazon or amzn): AWS-Session",
            ],
        ],
    },
    {
        type: tokens.SSM_PARAMETER,
        sample: () => ({ name: "/keyless/endpoint", type: "String", value: "db" }),
        refused: [
            [
                "no value",
                () => ({ value: null }),
                () => "value: Invalid combination of arguments: one of `value,insecureValue,valueWo` must be specified",
            ],
        ],
    },
    {
        type: tokens.PERMISSION_SET,
        sample: () => ({ name: "DatabaseReader", instanceArn, sessionDuration: "PT8H" }),
        refused: [
            [
                "an instance that does not exist",
                () => ({ instanceArn: "arn:aws:sso:::instance/ssoins-1" }),
                () =>
                    "instanceArn: ResourceNotFoundException: Instance with arn arn:aws:sso:::instance/ssoins-1 not found",
            ],
            [
                "a name that is taken",
                () => ({ name: "Developer" }),
                () => "ConflictException: PermissionSet with name Developer already exists.",
            ],
        ],
    },
    {
        type: tokens.PERMISSION_SET_INLINE_POLICY,
        sample: ({ permissionSet = "" }) => ({
            permissionSetArn: permissionSet,
            instanceArn,
            inlinePolicy: allow("rds-db:connect", "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-A/reader"),
        }),
        refused: [
            [
                "a document with a principal",
                () => ({ inlinePolicy: trust("ec2.amazonaws.com") }),
                () => "inlinePolicy: MalformedPolicyDocument: Policy statement must contain resources.",
            ],
        ],
    },
    {
        type: tokens.PERMISSION_SET_ATTACHMENT,
        sample: ({ permissionSet = "" }) => ({
            permissionSetArn: permissionSet,
            instanceArn,
            managedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
        }),
        refused: [
            [
                "a policy that does not exist",
                () => ({ managedPolicyArn: "arn:aws:iam::aws:policy/No" }),
                () => "NoSuchEntity: Policy arn:aws:iam::aws:policy/No does not exist or is not attachable.",
            ],
        ],
    },
    {
        type: tokens.PERMISSION_SET_CUSTOMER_ATTACHMENT,
        sample: ({ permissionSet = "" }) => ({
            permissionSetArn: permissionSet,
            instanceArn,
            customerManagedPolicyReference: { name: "sessions", path: "/" },
        }),
        refused: [
            [
                "an ARN",
                () => ({ customerManagedPolicyReference: { name: "arn:aws:iam::111122223333:policy/sessions" } }),
                () =>
                    "customerManagedPolicyReference.name: invalid value for customerManagedPolicyReference.name (the name of a policy, not its ARN): arn:aws:iam::111122223333:policy/sessions",
            ],
        ],
    },
    {
        type: tokens.ACCOUNT_ASSIGNMENT,
        sample: ({ permissionSet = "" }) => ({
            ...{
                permissionSetArn: permissionSet,
                instanceArn,
                principalId: "11111111-2222-3333-4444-555555555555",
                principalType: "GROUP",
            },
            ...{ targetId: "111122223333", targetType: "AWS_ACCOUNT" },
        }),
        refused: [
            [
                "an invalid account id",
                () => ({ targetId: "dev" }),
                () => "targetId: invalid value for targetId (an account id): dev",
            ],
        ],
    },
];
