import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM document, with IAM's own keys. */
export interface Statement {
    readonly Sid?: string;
    readonly Effect: "Allow" | "Deny";
    readonly Principal?: pulumi.Input<Readonly<Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>>;
    readonly Action: string | readonly string[];
    readonly Resource?: pulumi.Input<string | readonly string[]> | readonly pulumi.Input<string>[];
    readonly Condition?: pulumi.Input<Readonly<Record<string, pulumi.Input<Record<string, string | string[]>>>>>;
}

/** Maximum lengths of documents, in characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const limits = {
    /** A role's trust policy. */
    trust: 2048,
    /** All policies within one role together. */
    rolePolicy: 10240,
    /** A managed policy, which can be attached to several roles. */
    managedPolicy: 6144,
    /** A key's policy: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
    key: 32768,
    /** A bucket's policy: https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html */
    bucket: 20480,
    /** A topic's policy: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
    topic: 30720,
} as const;

/**
 * Serialises statements to the JSON that AWS expects: the only place where an IAM document becomes text. Unknown during a
 * preview while any part of it is unknown.
 *
 * @throws pulumi.RunError when the document is longer than IAM allows
 */
export function documentJson(statements: readonly Statement[], kind: keyof typeof limits): pulumi.Output<string> {
    return pulumi
        .output(statements)
        .apply((Statement) => checkLength(JSON.stringify({ Version: "2012-10-17", Statement }), kind));
}

/**
 * The trust policy of a role that an AWS service assumes.
 *
 * @param condition limits the callers on whose behalf the service may assume it
 */
export function serviceTrust(service: pulumi.Input<string>, condition?: Statement["Condition"]): pulumi.Output<string> {
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" } as const;
    return documentJson([condition === undefined ? statement : { ...statement, Condition: condition }], "trust");
}

function checkLength(json: string, kind: keyof typeof limits): string {
    if (json.length > limits[kind]) {
        throw new pulumi.RunError(
            `a ${kind} document of ${json.length} characters, AWS takes ${limits[kind]}: split what it grants over several roles`,
        );
    }
    return json;
}
