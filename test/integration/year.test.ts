import assert from "node:assert/strict";

import { BUCKET, BUCKET_OBJECT, BUCKET_POLICY, DB_CLUSTER_SNAPSHOT, KEY } from "../../sandbox/cloud/aws/tokens";
import { destroy, leftovers } from "../support/deletionOrder";
import { deploy, type Deployment, summaryOf, update } from "../support/standIn";
import { steps } from "./yearSteps";

describe("a stack in its years on AWS", () => {
    let last: Deployment | undefined;

    for (const { title, config, does } of steps) {
        it(`${title}: AWS refuses nothing, and the next run has nothing to do`, async () => {
            const done = last === undefined ? await deploy(config) : await update(config, last);
            assert.deepEqual(summaryOf(done.operations), does);
            assert.deepEqual(await destroy(done.condemned), []);
            last = await update(config, done);
            assert.deepEqual(last.operations, []);
        });
    }

    it("is destroyed: a final snapshot and the trail's files stay, with the keys that they are read with", async () => {
        assert.ok(last);
        assert.deepEqual(await destroy(last.resources), []);
        assert.deepEqual(
            leftovers(last).map(({ type }) => type),
            [
                KEY,
                KEY,
                DB_CLUSTER_SNAPSHOT,
                BUCKET,
                "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
                BUCKET_OBJECT,
                "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
                BUCKET_POLICY,
                "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
                "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
                "aws:s3/bucketVersioning:BucketVersioning",
            ],
        );
    });
});
