import { uuid } from "../../protocol/chance";

import type { CloudObject } from "../../../cloud/store";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, ArgumentCheck, Unborn } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { documentRule, statementsOf, textsOf } from "../iam/document";
import { missingPrincipal } from "../iam/principals";
import { between, conflict, oneOf, pattern } from "../declaring/rules";
import { KEY, KEY_ALIAS } from "../../../cloud/aws/tokens";
import { flag, given, must, parsed, text } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

const key: Declaration = {
    type: KEY,
    id: () => uuid(),
    defaults: {
        bypassPolicyLockoutSafetyCheck: false,
        customerMasterKeySpec: "SYMMETRIC_DEFAULT",
        enableKeyRotation: false,
        isEnabled: true,
        keyUsage: "ENCRYPT_DECRYPT",
    },
    allowed: {
        deletionWindowInDays: between(7, 30),
        rotationPeriodInDays: between(90, 2560),
        keyUsage: oneOf("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"),
        customerMasterKeySpec: oneOf(
            "SYMMETRIC_DEFAULT",
            "RSA_2048",
            "RSA_3072",
            "RSA_4096",
            "HMAC_256",
            "ECC_NIST_P256",
            "ECC_NIST_P384",
            "ECC_NIST_P521",
        ),
        policy: documentRule("resource"),
    },
    rules: [
        (inputs) =>
            given(inputs, "rotationPeriodInDays") && inputs["enableKeyRotation"] === false
                ? [
                      "rotationPeriodInDays",
                      "InvalidParameterCombination: rotationPeriodInDays requires enableKeyRotation",
                  ]
                : undefined,
        lockedOut,
        (inputs) =>
            flag(inputs, "enableKeyRotation") && inputs["customerMasterKeySpec"] !== "SYMMETRIC_DEFAULT"
                ? [
                      "enableKeyRotation",
                      "UnsupportedOperationException: key rotation requires a symmetric encryption key",
                  ]
                : undefined,
    ],
    conflicts: [({ inputs, cloud }) => missingPrincipal(text(inputs, "policy"), cloud)],
    replace: ["customerMasterKeySpec", "customKeyStoreId", "keyUsage", "multiRegion", "xksKeyId"],
    serverDefaults: ({ cloud }) => ({ policy: defaultPolicy(cloud), multiRegion: false }),
    outputs: ({ id, cloud, inputs }) => ({
        keyId: id,
        arn: cloud.arn("kms", `key/${id}`),
        ...(flag(inputs, "enableKeyRotation") ? { rotationPeriodInDays: inputs["rotationPeriodInDays"] ?? 365 } : {}),
    }),
    locate: locateKey,
    missing: (value) => `NotFoundException: Key '${value}' does not exist`,
};

const alias: Declaration = {
    type: KEY_ALIAS,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { stem: (name) => `alias/${name}-`, max: 256, prefix: "alias/" },
    allowed: {
        name: pattern(
            /^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/,
            "must begin with alias/, not alias/aws/, and consist only of letters, digits, /, _ and -",
        ),
    },
    rules: [conflict("name", "namePrefix")],
    references: { targetKeyId: to(KEY) },
    replace: ["name", "namePrefix"],
    outputs: ({ inputs, cloud }) => ({
        arn: aliasArn({ inputs, cloud }),
        targetKeyArn: locateKey(must(inputs, "targetKeyId"), cloud)?.state["arn"] ?? "",
    }),
    missing: (name) => `NotFoundException: Alias ${name} is not found.`,
    exists: (self) => `AlreadyExistsException: An alias with the name ${aliasArn(self)} already exists`,
};

export const kms = [alias, key];

function aliasArn({ inputs, cloud }: Unborn): string {
    return cloud.arn("kms", must(inputs, "name"));
}

/** A key is found by id, ARN, alias or alias ARN; each service's own key (`alias/aws/rds`) always exists. */
function locateKey(value: string, cloud: Cloud): CloudObject | undefined {
    const name = /(?:^|:)(alias\/.+)$/.exec(value)?.[1];
    if (name?.startsWith("alias/aws/") === true) {
        return { type: KEY, id: name, ...cloud.home(KEY), inputs: {}, state: { arn: cloud.arn("kms", name) } };
    }
    return name === undefined
        ? cloud.locate(KEY, value)
        : cloud.locate(KEY, must(cloud.state(KEY_ALIAS, name), "targetKeyId"));
}

function defaultPolicy(cloud: Cloud): string {
    const AWS = cloud.arn("iam", "root", { region: "" });
    return JSON.stringify({
        Version: "2012-10-17",
        Id: "key-default-1",
        Statement: [
            { Sid: "Enable IAM User Permissions", Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" },
        ],
    });
}

/** A key's policy must let a principal of the account change it. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function lockedOut(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const policy = text(inputs, "policy");
    const open = statementsOf(parsed(policy ?? "")).some((statement) => {
        const principal = statement["Principal"];
        const named = isProps(principal) ? textsOf(principal["AWS"]) : textsOf(principal);
        const actions = textsOf(statement["Action"]).map((action) => action.toLowerCase());
        return (
            statement["Effect"] === "Allow" &&
            named.some((each) => each === "*" || each.includes(cloud.account)) &&
            actions.some((action) => ["*", "kms:*", "kms:put*", "kms:putkeypolicy"].includes(action))
        );
    });
    return policy === undefined || open || flag(inputs, "bypassPolicyLockoutSafetyCheck")
        ? undefined
        : [
              "policy",
              "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.",
          ];
}
