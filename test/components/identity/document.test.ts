import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { documentJson } from "../../../components/identity/document";
import { record, valueOf } from "../../support/mocks";

describe("IAM documents", () => {
    it("become JSON once all values are known", async () => {
        await record(async () => {
            const json = documentJson(
                [{ Effect: "Allow", Action: "s3:GetObject", Resource: [pulumi.output("arn:aws:s3:::a/b")] }],
                "rolePolicy",
            );
            assert.equal(
                await valueOf(json),
                '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::a/b"]}]}',
            );
        });
    });

    it("are refused if they are too long for IAM", async () => {
        const long = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "a".repeat(2048) } } as const;
        await record(async () => {
            await assert.rejects(documentPromise(documentJson([long], "trust")), {
                message: "a trust document of 2154 characters, AWS takes 2048: split what it grants over several roles",
            });
        });
    });
});

/** The promise within an output, which rejects when a step before it threw. */
function documentPromise(output: pulumi.Output<string>): Promise<string> {
    return (output as unknown as { promise(): Promise<string> }).promise();
}
