import type { Declaration, Self } from "../declaring/declaration";
import { conflict, oneOf, pattern } from "../declaring/rules";
import { BUCKET, BUCKET_OBJECT } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = pattern(
    /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3)$/,
    "3 to 63 lowercase letters, digits, dots and hyphens",
);

export const bucket: Declaration = {
    type: BUCKET,
    id: ({ inputs }) => must(inputs, "bucket"),
    naming: { property: "bucket", max: 63, stem: (name) => `${name.toLowerCase()}-` },
    defaults: { forceDestroy: false },
    allowed: {
        bucket: bucketName,
        acl: oneOf(
            "private",
            "public-read",
            "public-read-write",
            "authenticated-read",
            "aws-exec-read",
            "log-delivery-write",
        ),
    },
    rules: [conflict("bucket", "bucketPrefix")],
    replace: ["bucket", "bucketPrefix", "objectLockEnabled"],
    serverDefaults: () => ({
        requestPayer: "BucketOwner",
        serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } } },
        versioning: { enabled: false, mfaDelete: false },
    }),
    outputs: bucketOutputs,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
    deletionProtection: ({ id, inputs, cloud }) =>
        cloud.find(BUCKET_OBJECT, id) !== undefined && inputs["forceDestroy"] !== true
            ? "BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket."
            : undefined,
    effects: { gone: ({ id, cloud }) => cloud.forget(BUCKET_OBJECT, id) },
    missing: (name) => `NoSuchBucket: The specified bucket does not exist: ${name}`,
    exists: ({ inputs }) =>
        `BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it: ${text(inputs, "bucket")}`,
};

function bucketOutputs({ id, cloud }: Self): Self["inputs"] {
    return {
        arn: cloud.arn("s3", id, { region: "", account: "" }),
        bucketDomainName: `${id}.s3.${cloud.partition.dnsSuffix}`,
        bucketRegion: cloud.region,
        bucketRegionalDomainName: `${id}.s3.${cloud.region}.${cloud.partition.dnsSuffix}`,
        hostedZoneId: "Z21DNDUVLTQW6Q",
    };
}
