import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import { allow, document, trust } from "../world";
import type { Case } from "./case";

const long = (size: number): string =>
    document({ Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${"x".repeat(size)}` });
const federated = (arn: string): string =>
    document({ Effect: "Allow", Principal: { Federated: arn }, Action: "sts:AssumeRoleWithWebIdentity" });

export const roles: readonly Case[] = [
    {
        type: tokens.ROLE,
        sample: () => ({
            assumeRolePolicy: trust("pods.eks.amazonaws.com", "sts:TagSession"),
            inlinePolicies: [{ name: "a", policy: allow("s3:GetObject") }],
        }),
        refused: [
            [
                "no trust",
                () => ({ assumeRolePolicy: null }),
                () =>
                    'assumeRolePolicy: Missing required argument. The argument "assumeRolePolicy" is required, but no definition was found',
            ],
            [
                "trust without a principal",
                () => ({ assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole" }) }),
                () => "assumeRolePolicy: MalformedPolicyDocument: Missing required field Principal",
            ],
            [
                "trust with a resource",
                () => ({
                    assumeRolePolicy: document({
                        Effect: "Allow",
                        Principal: { Service: "ec2.amazonaws.com" },
                        Action: "sts:AssumeRole",
                        Resource: "*",
                    }),
                }),
                () => "assumeRolePolicy: MalformedPolicyDocument: Has prohibited field Resource",
            ],
            [
                "trust that allows something else",
                () => ({ assumeRolePolicy: trust("ec2.amazonaws.com", "s3:GetObject") }),
                () =>
                    "assumeRolePolicy: MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.",
            ],
            [
                "trust in an issuer instead of its provider",
                () => ({ assumeRolePolicy: federated("https://oidc.eks.eu-central-1.amazonaws.com/id/A") }),
                () =>
                    "assumeRolePolicy: MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs",
            ],
            [
                "trust in a provider that does not exist",
                () => ({
                    assumeRolePolicy: federated(
                        "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/A",
                    ),
                }),
                () =>
                    'MalformedPolicyDocument: Invalid principal in policy: "FEDERATED":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/A"',
            ],
            [
                "trust in a role that does not exist",
                () => ({
                    assumeRolePolicy: document({
                        Effect: "Allow",
                        Principal: { AWS: "arn:aws:iam::111122223333:role/no" },
                        Action: "sts:AssumeRole",
                    }),
                }),
                () => 'MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/no"',
            ],
            [
                "trust of more than 2,048 characters",
                () => ({ assumeRolePolicy: trust(`${"x".repeat(2000)}.amazonaws.com`) }),
                () => "assumeRolePolicy: LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048",
            ],
            [
                "inline policies of more than 10,240 characters",
                () => ({
                    name: "big",
                    inlinePolicies: [
                        { name: "a", policy: long(6000) },
                        { name: "b", policy: long(6000) },
                    ],
                }),
                () => "inlinePolicies: LimitExceeded: Maximum policy size of 10240 bytes exceeded for role big",
            ],
            [
                "an inline policy with a principal",
                () => ({ inlinePolicies: [{ name: "a", policy: trust("ec2.amazonaws.com") }] }),
                () => "inlinePolicies[0].policy: MalformedPolicyDocument: Policy statement must contain resources.",
            ],
            [
                "a managed policy that does not exist",
                () => ({ managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonEKSClusterPolice"] }),
                () =>
                    "NoSuchEntity: Policy arn:aws:iam::aws:policy/AmazonEKSClusterPolice does not exist or is not attachable.",
            ],
            [
                "a session that is too long",
                () => ({ maxSessionDuration: 90000 }),
                () => "maxSessionDuration: expected maxSessionDuration to be in the range (3600 - 43200), got 90000",
            ],
            [
                "a name that is taken",
                () => ({ name: "service" }),
                () => "EntityAlreadyExists: Role with name service already exists.",
            ],
            [
                "a name and a prefix",
                () => ({ name: "a", namePrefix: "b" }),
                () => 'name: Conflicting configuration arguments: "name": conflicts with namePrefix',
            ],
        ],
    },
    {
        type: tokens.ROLE_POLICY,
        sample: ({ role = "" }) => ({ role, policy: allow("s3:GetObject") }),
        refused: [
            [
                "a role that does not exist",
                () => ({ role: "no" }),
                () => "NoSuchEntity: The role with name no cannot be found.",
            ],
            [
                "more than the limit of the role",
                () => ({ policy: long(10_300) }),
                () => "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role service",
            ],
        ],
    },
    {
        type: tokens.ROLE_POLICY_ATTACHMENT,
        sample: ({ role = "" }) => ({
            role,
            policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
        }),
        refused: [
            [
                "a role that does not exist",
                () => ({ role: "no" }),
                () => "NoSuchEntity: The role with name no cannot be found.",
            ],
            [
                "a policy of another partition",
                () => ({ policyArn: "arn:aws-cn:iam::aws:policy/ReadOnlyAccess" }),
                () =>
                    "NoSuchEntity: Policy arn:aws-cn:iam::aws:policy/ReadOnlyAccess does not exist or is not attachable.",
            ],
        ],
    },
];
