import type { Only } from "./calls/row";
import type { Subject, Tags } from "./subject";
import { textsAt } from "./template";

/** Condition keys of a request. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/**
 * Whether a policy can rely on tags for an action. Reading also asks for what is gone and has no tags: the provider's waiters do. Tags
 * do not restrict `iam:PassRole` reliably (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html), and those of a bucket
 * count only if it is enabled for it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging.html).
 */
export function hasTagKeys(action: string): boolean {
    return !/:(Describe|Get|List)|^iam:PassRole$|^s3:/.test(action);
}

/** The condition keys of tags that a request contains. */
export function asked(tags: Tags): Record<string, string> {
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]));
}

/** The condition keys of tags that a resource has. */
export function existing(tags: Tags): Record<string, string> {
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

const ROLE = "aws:iam/role:Role";

/**
 * Actions with the condition key `iam:PermissionsBoundary`: for creation and replacement the requested boundary, for the others the
 * role's. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_permissionsboundary
 */
const bounded = new Set(
    "CreateRole PutRolePermissionsBoundary PutRolePolicy DeleteRolePolicy AttachRolePolicy DetachRolePolicy"
        .split(" ")
        .map((name) => `iam:${name}`),
);

/** The condition keys of an action besides tags. */
export function keysOf(
    action: string,
    resource: string,
    { service = "", with: more }: Only,
    subject: Subject,
): Context {
    const { properties, region, partition } = subject;
    const services = service.split(" ").map((name) => name.replace("{region}", region));
    // In China, some services pass roles on as amazonaws.com.cn.
    const suffixes = partition === "aws-cn" ? ["amazonaws.com.cn", "amazonaws.com"] : ["amazonaws.com"];
    const hosts = services.flatMap((name) => suffixes.map((suffix) => `${name}.${suffix}`));
    const boundary = bounded.has(action) ? boundaryOf(resource, subject) : undefined;
    const policies = /^iam:(Attach|Detach)RolePolicy$/.test(action)
        ? [...textsAt(properties, "policyArn"), ...textsAt(properties, "managedPolicyArns")]
        : [];
    return {
        ...more,
        ...(boundary !== undefined && { "iam:PermissionsBoundary": boundary }),
        ...(policies.length > 0 && { "iam:PolicyARN": policies }),
        ...(action === "iam:PassRole" && { "iam:PassedToService": hosts }),
        ...(action === "iam:CreateServiceLinkedRole" && { "iam:AWSServiceName": `${service}.amazonaws.com` }),
        ...(action.startsWith("kms:") && service !== "" && { "kms:ViaService": hosts.slice(0, 1) }),
        ...(action === "kms:CreateGrant" && service !== "" && { "kms:GrantIsForAWSResource": "true" }),
    };
}

function boundaryOf(role: string, { type, properties, find }: Subject): string | undefined {
    const [boundary] = textsAt(type === ROLE ? properties : (find(ROLE, role) ?? {}), "permissionsBoundary");
    return boundary;
}
