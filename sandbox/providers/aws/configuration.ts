import type { Store } from "../../cloud/store";
import type { Props } from "../../cloud/props";
import type { Failure } from "../protocol/types";
import { parseArn } from "../../../toolkit/arn";
import { Cloud, SANDBOX_ACCOUNT } from "../../cloud/aws/cloud";
import { regions } from "../../cloud/aws/region";
import { must, records, text, texts } from "../../cloud/aws/values";

/** Keys of the provider's configuration that are not plain strings. */
export const structuredKeys = [
    "allowedAccountIds",
    "assumeRoleWithWebIdentity",
    "assumeRoles",
    "defaultTags",
    "endpoints",
    "forbiddenAccountIds",
    "ignoreTags",
    "insecure",
    "maxRetries",
    "s3UsePathStyle",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "skipRequestingAccountId",
    "tokenBucketRateLimiterCapacity",
    "useDualstackEndpoint",
    "useFipsEndpoint",
    "userAgents",
];

/** The region of a configuration, or that of the environment, as the AWS SDKs read it. */
function regionOf(config: Props): string | undefined {
    return text(config, "region") ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
}

/** The provider's account: that of the role it assumes, else the sandbox's. */
function accountOf(config: Props): string {
    const role = parseArn(texts(config, "assumeRoles.roleArn").at(-1) ?? "");
    return role?.account ?? SANDBOX_ACCOUNT;
}

/** The errors in a provider's configuration, as far as it is known. */
export function configurationFailures(config: Props): Failure[] {
    const failures: Failure[] = [];
    const region = regionOf(config);
    if (region === undefined && config["region"] === undefined) {
        failures.push({
            property: "region",
            reason: "Missing region configuration: set `aws:region` or the environment variable AWS_REGION",
        });
    }
    if (region !== undefined && !regions.includes(region) && config["skipRegionValidation"] !== true) {
        failures.push({ property: "region", reason: `invalid AWS Region: ${region}` });
    }
    const account = accountOf(config);
    const allowed = texts(config, "allowedAccountIds");
    if ((allowed.length > 0 && !allowed.includes(account)) || texts(config, "forbiddenAccountIds").includes(account)) {
        failures.push({ property: "allowedAccountIds", reason: `AWS account ID not allowed: ${account}` });
    }
    for (const value of texts(config, "assumeRoles.roleArn")) {
        if (parseArn(value)?.resource.startsWith("role/") !== true) {
            failures.push({
                property: "assumeRoles",
                reason: `${JSON.stringify(value)} is an invalid ARN: expected the ARN of a role`,
            });
        }
    }
    return failures;
}

/** The cloud of a configured provider. */
export function cloudFor(config: Props, store: Store): Cloud {
    const [tags = {}] = records(config, "defaultTags.tags");
    const defaultTags = Object.fromEntries(Object.keys(tags).map((key) => [key, must(tags, key)]));
    return new Cloud(store, regionOf(config) ?? "us-east-1", accountOf(config), defaultTags);
}
