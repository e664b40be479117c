import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import { allow, document } from "../world";
import type { Case } from "./case";

const iamRole = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

export const compute: readonly Case[] = [
    {
        type: tokens.SECRET,
        sample: ({ key = "" }) => ({ name: "keyless/app", kmsKeyId: key }),
        refused: [
            [
                "a waiting time that is too short",
                () => ({ recoveryWindowInDays: 3 }),
                () =>
                    "recoveryWindowInDays: expected recoveryWindowInDays to be one of [0 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30], got 3",
            ],
            [
                "a name that is taken",
                () => ({ name: "proxy" }),
                () => "ResourceExistsException: The operation failed because the secret proxy already exists.",
            ],
        ],
    },
    {
        type: tokens.SECRET_VERSION,
        sample: ({ secret = "" }) => ({ secretId: secret, secretString: "{}" }),
        refused: [
            [
                "no value",
                () => ({ secretString: null }),
                () =>
                    "secretBinary: Invalid combination of arguments: only one of `secretBinary,secretString,secretStringWo` must be specified",
            ],
        ],
    },
    {
        type: tokens.SECRET_POLICY,
        sample: ({ secret = "" }) => ({
            secretArn: secret,
            policy: document({
                Effect: "Deny",
                Principal: "*",
                Action: "secretsmanager:GetSecretValue",
                Resource: "*",
            }),
        }),
        refused: [
            [
                "a document without a principal",
                () => ({ policy: allow("secretsmanager:GetSecretValue") }),
                () => "policy: MalformedPolicyDocument: Missing required field Principal",
            ],
        ],
    },
    {
        type: tokens.ECS_CLUSTER,
        sample: () => ({ settings: [{ name: "containerInsights", value: "enabled" }] }),
        refused: [
            [
                "an unknown setting",
                () => ({ settings: [{ name: "insights", value: "enabled" }] }),
                () => 'settings[0].name: expected settings[0].name to be one of ["containerInsights"], got insights',
            ],
        ],
    },
    {
        type: tokens.TASK_DEFINITION,
        sample: () => ({
            ...{
                family: "app",
                cpu: "256",
                memory: "512",
                networkMode: "awsvpc",
                requiresCompatibilities: ["FARGATE"],
                taskRoleArn: iamRole("tasks"),
            },
            containerDefinitions: JSON.stringify([{ name: "app", image: "example.com/app:1" }]),
        }),
        refused: [
            [
                "sizes that Fargate does not offer",
                () => ({ memory: "600" }),
                () => "cpu: ClientException: No Fargate configuration exists for given values.",
            ],
            [
                "no containers",
                () => ({ containerDefinitions: "[]" }),
                () => "containerDefinitions: ClientException: Container list cannot be empty.",
            ],
            [
                "a role that tasks cannot assume",
                () => ({ taskRoleArn: iamRole("service") }),
                () =>
                    "ClientException: ECS was unable to assume the role that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions",
            ],
        ],
    },
    {
        type: tokens.FUNCTION,
        sample: ({ subnetA = "", group = "" }) => ({
            ...{
                role: iamRole("functions"),
                runtime: "nodejs22.x",
                handler: "index.handler",
                s3Bucket: "code",
                s3Key: "app.zip",
            },
            vpcConfig: { subnetIds: [subnetA], securityGroupIds: [group] },
        }),
        refused: [
            [
                "a discontinued runtime",
                () => ({ runtime: "nodejs16.x" }),
                () =>
                    'runtime: expected runtime to be one of ["nodejs20.x" "nodejs22.x" "nodejs24.x" "python3.10" "python3.11" "python3.12" "python3.13" "python3.14" "java17" "java21" "java25" "dotnet8" "dotnet10" "ruby3.3" "ruby3.4" "provided.al2" "provided.al2023"], got nodejs16.x',
            ],
            [
                "a role that Lambda cannot assume",
                () => ({ role: iamRole("service") }),
                () => "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.",
            ],
            [
                "no code",
                () => ({ s3Bucket: null }),
                () => "code: Invalid combination of arguments: only one of `code,imageUri,s3Bucket` must be specified",
            ],
            [
                "no handler",
                () => ({ handler: null }),
                () => "handler: InvalidParameterValueException: handler must be set when packageType is Zip",
            ],
        ],
    },
];
