import type { Declaration, Live } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { documentRule, statementsOf, textsOf } from "../iam/document";
import { oneOf } from "../declaring/rules";
import { BUCKET, BUCKET_POLICY, KEY } from "../../../cloud/aws/tokens";
import { must, parsed, text } from "../../../cloud/aws/values";

/** A bucket setting: one of each kind per bucket, so creating it again overwrites it. */
function setting(name: string, more: Partial<Declaration> = {}): Declaration {
    const type = `aws:s3/${name.slice(0, 1).toLowerCase()}${name.slice(1)}:${name}`;
    return {
        type,
        id: ({ inputs }) => must(inputs, "bucket"),
        parent: "bucket",
        overwrites: true,
        missing: (id) => `NoSuchBucket: The specified bucket does not exist: ${id}`,
        ...more,
        references: { bucket: to(BUCKET), ...more.references },
        replace: ["bucket", ...(more.replace ?? [])],
    };
}

export const bucketSettings: readonly Declaration[] = [
    setting("BucketPublicAccessBlock", {
        defaults: {
            blockPublicAcls: false,
            blockPublicPolicy: false,
            ignorePublicAcls: false,
            restrictPublicBuckets: false,
        },
    }),
    setting("BucketVersioning", {
        allowed: { "versioningConfiguration.status": oneOf("Enabled", "Suspended", "Disabled") },
        replace: ["expectedBucketOwner"],
    }),
    setting("BucketServerSideEncryptionConfiguration", {
        allowed: {
            "rules.applyServerSideEncryptionByDefault.sseAlgorithm": oneOf("AES256", "aws:kms", "aws:kms:dsse"),
        },
        references: { "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": to(KEY) },
        replace: ["expectedBucketOwner"],
    }),
    setting("BucketOwnershipControls", {
        allowed: { "rule.objectOwnership": oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter") },
    }),
    setting("BucketLifecycleConfiguration", {
        allowed: { "rules.status": oneOf("Enabled", "Disabled") },
        replace: ["expectedBucketOwner"],
    }),
    setting("BucketLogging", { references: { targetBucket: to(BUCKET) }, replace: ["expectedBucketOwner"] }),
    setting("BucketPolicy", {
        type: BUCKET_POLICY,
        allowed: { policy: documentRule("resource") },
        conflicts: [ownResources, notPublic],
    }),
];

/** A bucket policy can only name that bucket. */
function ownResources({ inputs }: Parameters<Live>[0]): string | undefined {
    const bucket = must(inputs, "bucket");
    const foreign = statementsOf(parsed(must(inputs, "policy")))
        .flatMap((statement) => textsOf(statement["Resource"]))
        .find((resource) => !new RegExp(`^arn:[^:]+:s3:::${bucket.replaceAll(".", "\\.")}(/.*)?$`).test(resource));
    return foreign === undefined ? undefined : `MalformedPolicy: Policy has invalid resource: ${foreign}`;
}

/** If public policies are blocked, a statement for everyone needs a condition. */
function notPublic({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const block = cloud.state("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", text(inputs, "bucket"));
    const open = statementsOf(parsed(must(inputs, "policy"))).some((statement) => {
        const everybody = statement["Principal"] === "*" || JSON.stringify(statement["Principal"]) === '{"AWS":"*"}';
        return statement["Effect"] === "Allow" && everybody && statement["Condition"] === undefined;
    });
    return open && block["blockPublicPolicy"] === true
        ? "AccessDenied: User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access"
        : undefined;
}
