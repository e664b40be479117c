import { now } from "../../protocol/chance";
import type { Declaration, Live, ArgumentCheck } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { placesOf } from "../ec2/subnet";
import { onBehalfOf, trusts } from "../../../identity/permissions";
import { arnOf, between, exactlyOne, oneOf, pattern } from "../declaring/rules";
import { FUNCTION, KEY, LOG_GROUP, ROLE, SECURITY_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { given, must, text, texts } from "../../../cloud/aws/values";

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const runtimes = [
    ..."nodejs20.x nodejs22.x nodejs24.x python3.10 python3.11 python3.12 python3.13 python3.14 java17 java21 java25".split(
        " ",
    ),
    ..."dotnet8 dotnet10 ruby3.3 ruby3.4 provided.al2 provided.al2023".split(" "),
];

const lambdaFunction: Declaration = {
    type: FUNCTION,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 64 },
    defaults: {
        memorySize: 128,
        packageType: "Zip",
        publish: false,
        reservedConcurrentExecutions: -1,
        skipDestroy: false,
        timeout: 3,
    },
    allowed: {
        name: pattern(
            /^[A-Za-z0-9_-]{1,64}$/,
            "must consist of letters, digits, hyphens and underscores, at most 64 characters",
        ),
        role: arnOf("iam"),
        architectures: oneOf("arm64", "x86_64"),
        memorySize: between(128, 10240),
        packageType: oneOf("Image", "Zip"),
        runtime: oneOf(...runtimes),
        timeout: between(1, 900),
        "loggingConfig.logFormat": oneOf("JSON", "Text"),
        "tracingConfig.mode": oneOf("Active", "PassThrough"),
    },
    rules: [exactlyOne("code", "imageUri", "s3Bucket"), zipArguments],
    references: {
        role: to(ROLE, { missing: unusableRole }),
        kmsKeyArn: to(KEY),
        "vpcConfig.subnetIds": blocksDeletion(SUBNET, {
            missing: (id) => `InvalidParameterValueException: The subnet ID '${id}' does not exist`,
        }),
        "vpcConfig.securityGroupIds": blocksDeletion(SECURITY_GROUP, {
            missing: (id) => `InvalidParameterValueException: The security group '${id}' does not exist`,
        }),
        "loggingConfig.logGroup": to(LOG_GROUP),
    },
    conflicts: [assumable],
    replace: ["name", "packageType"],
    computedPaths: ["vpcConfig.vpcId"],
    serverDefaults: ({ inputs }) => ({
        architectures: ["x86_64"],
        ephemeralStorage: { size: 512 },
        loggingConfig: { logFormat: "Text", logGroup: `/aws/lambda/${text(inputs, "name")}` },
        tracingConfig: { mode: "PassThrough" },
    }),
    outputs: ({ id, inputs, cloud, keep }) => {
        const arn = cloud.arn("lambda", `function:${id}`);
        const invoke = (of: string): string =>
            cloud.arn("apigateway", `path/2015-03-31/functions/${of}/invocations`, { account: "lambda" });
        const { vpcConfig } = inputs;
        return {
            ...{
                arn,
                qualifiedArn: `${arn}:$LATEST`,
                invokeArn: invoke(arn),
                qualifiedInvokeArn: invoke(`${arn}:$LATEST`),
                version: "$LATEST",
            },
            lastModified: keep("lastModified", () => now().toISOString()),
            ...(typeof vpcConfig === "object" && vpcConfig !== null
                ? {
                      vpcConfig: {
                          ...vpcConfig,
                          vpcId: [...placesOf(texts(inputs, "vpcConfig.subnetIds"), cloud).vpcs][0] ?? "",
                      },
                  }
                : {}),
        };
    },
    missing: (name) => `ResourceNotFoundException: Function not found: ${name}`,
    exists: ({ inputs }) => `ResourceConflictException: Function already exist: ${text(inputs, "name")}`,
};

export const lambda = [lambdaFunction];

function zipArguments(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const missing =
        inputs["packageType"] === "Zip" ? ["handler", "runtime"].filter((name) => !given(inputs, name)) : [];
    return missing.map((name) => [name, `InvalidParameterValueException: ${name} must be set when packageType is Zip`]);
}

function unusableRole(): string {
    return "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.";
}

function assumable({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const arn = cloud.arn("lambda", `function:${must(inputs, "name")}`);
    return trusts(must(inputs, "role"), "lambda.amazonaws.com", cloud, onBehalfOf(arn, cloud))
        ? undefined
        : unusableRole();
}
