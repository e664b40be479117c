import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import { allow, document } from "../world";
import type { Case } from "./case";

const long = (size: number): string =>
    document({ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${"x".repeat(size)}` });

export const policies: readonly Case[] = [
    {
        type: tokens.POLICY,
        sample: () => ({
            policy: allow("rds-db:connect", "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-A/app"),
        }),
        refused: [
            [
                "text that is not JSON",
                () => ({ policy: "{" }),
                () => 'policy: "policy" contains an invalid JSON policy: not a JSON object',
            ],
            [
                "an effect in lower case",
                () => ({ policy: document({ Effect: "allow", Action: "s3:*", Resource: "*" }) }),
                () => 'policy: MalformedPolicyDocument: Invalid effect: "allow"',
            ],
            [
                "both Action and NotAction",
                () => ({ policy: document({ Effect: "Allow", Action: "s3:*", NotAction: "s3:*", Resource: "*" }) }),
                () =>
                    "policy: MalformedPolicyDocument: Syntax errors in policy: a statement must have either Action or NotAction",
            ],
            [
                "no action",
                () => ({ policy: document({ Effect: "Allow", Resource: "*" }) }),
                () => "policy: MalformedPolicyDocument: Policy statement must contain actions.",
            ],
            [
                "no resource",
                () => ({ policy: document({ Effect: "Allow", Action: "s3:*" }) }),
                () => "policy: MalformedPolicyDocument: Policy statement must contain resources.",
            ],
            [
                "a principal",
                () => ({ policy: document({ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" }) }),
                () => "policy: MalformedPolicyDocument: Policy document should not specify a principal.",
            ],
            [
                "an action without a service",
                () => ({ policy: allow("connect") }),
                () =>
                    "policy: MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ],
            [
                "a resource that is not an ARN",
                () => ({ policy: allow("s3:GetObject", "bucket") }),
                () => 'policy: MalformedPolicyDocument: Resource bucket must be in ARN format or "*".',
            ],
            [
                "a resource of another partition",
                () => ({ policy: allow("s3:GetObject", "arn:aws-cn:s3:::b") }),
                () =>
                    'policy: MalformedPolicyDocument: Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::b".',
            ],
            [
                "an unknown element",
                () => ({ policy: document({ Effect: "Allow", Actions: "s3:*", Resource: "*" }) }),
                () => "policy: MalformedPolicyDocument: Syntax errors in policy: a statement has no element Actions",
            ],
            [
                "an unknown version",
                () => ({ policy: JSON.stringify({ Version: "2023-01-01", Statement: [] }) }),
                () =>
                    'policy: MalformedPolicyDocument: Syntax errors in policy: Version must be 2012-10-17 or 2008-10-17, got "2023-01-01"',
            ],
            [
                "two statements of one Sid",
                () => ({
                    policy: document(
                        { Sid: "A", Effect: "Allow", Action: "s3:*", Resource: "*" },
                        { Sid: "A", Effect: "Deny", Action: "s3:*", Resource: "*" },
                    ),
                }),
                () => "policy: MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.",
            ],
            [
                "an unknown operator",
                () => ({
                    policy: document({
                        Effect: "Allow",
                        Action: "s3:*",
                        Resource: "*",
                        Condition: { StringEqual: { "aws:a": "b" } },
                    }),
                }),
                () => "policy: MalformedPolicyDocument: Invalid Condition type : StringEqual.",
            ],
            [
                "more than 6,144 characters",
                () => ({ policy: long(6100) }),
                () => "policy: LimitExceeded: Cannot exceed quota for PolicySize: 6144",
            ],
            [
                "a name that is taken",
                () => ({ name: "read" }),
                () => "EntityAlreadyExists: A policy called read already exists. Duplicate names are not allowed.",
            ],
        ],
    },
    {
        type: tokens.USER,
        sample: () => ({ name: "grace", path: "/people/" }),
        refused: [
            [
                "a name that is taken",
                () => ({ name: "ada" }),
                () => "EntityAlreadyExists: User with name ada already exists.",
            ],
            [
                "a path without a final slash",
                () => ({ path: "/people" }),
                () => "path: invalid value for path (must begin and end with a slash): /people",
            ],
        ],
    },
    {
        type: tokens.USER_POLICY,
        sample: ({ user = "" }) => ({ user, policy: allow("s3:GetObject") }),
        refused: [
            [
                "more than the limit of a user",
                () => ({ policy: long(2048) }),
                () => "LimitExceeded: Maximum policy size of 2048 bytes exceeded for user ada",
            ],
        ],
    },
    {
        type: tokens.GROUP,
        sample: () => ({ name: "developers" }),
        refused: [
            [
                "a name with a space",
                () => ({ name: "the developers" }),
                () =>
                    "name: invalid value for name (must match [\\w+=,.@-] and be 1 to 128 characters): the developers",
            ],
        ],
    },
    {
        type: tokens.GROUP_POLICY,
        sample: ({ team = "" }) => ({ group: team, policy: allow("s3:GetObject") }),
        refused: [
            [
                "a group that does not exist",
                () => ({ group: "no" }),
                () => "NoSuchEntity: The group with name no cannot be found.",
            ],
        ],
    },
    {
        type: tokens.INSTANCE_PROFILE,
        sample: ({ role = "" }) => ({ role }),
        refused: [
            [
                "a role that does not exist",
                () => ({ role: "no" }),
                () => "NoSuchEntity: The role with name no cannot be found.",
            ],
        ],
    },
    {
        type: tokens.OIDC_PROVIDER,
        sample: () => ({
            url: "https://oidc.eks.eu-central-1.amazonaws.com/id/AB12",
            clientIdLists: ["sts.amazonaws.com"],
        }),
        refused: [
            [
                "plain HTTP",
                () => ({ url: "http://example.com" }),
                () => "url: invalid value for url (must be an https URL without a query): http://example.com",
            ],
            [
                "an invalid thumbprint",
                () => ({ thumbprintLists: ["abc"] }),
                () => "thumbprintLists[0]: expected length of thumbprintLists[0] to be in the range (40 - 40), got abc",
            ],
        ],
    },
];
