import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { inlinePolicy } from "../../../components/identity/inlinePolicies";
import { record } from "../../support/mocks";

/** The promise within an output, which rejects when a step before it threw. */
function promised(output: pulumi.Output<string>): Promise<string> {
    return (output as unknown as { promise(): Promise<string> }).promise();
}

const policy = (length: number): pulumi.Output<string> => pulumi.output("x".repeat(length));

describe("the policies within a role", () => {
    it("are refused before IAM refuses them, starting with the first that exceeds the quota", async () => {
        await record(async () => {
            const role = {};
            assert.equal(await promised(inlinePolicy(role, "the proxy's role", policy(6000))), "x".repeat(6000));
            assert.equal((await promised(inlinePolicy(role, "the proxy's role", policy(4240)))).length, 4240);
            await assert.rejects(promised(inlinePolicy(role, "the proxy's role", policy(1))), {
                message:
                    "the policies within the proxy's role come to 10241 characters, IAM takes 10240 in all of one role together: split its users over several roles",
            });
        });
    });

    it("are counted for each role by itself", async () => {
        await record(async () => {
            assert.equal((await promised(inlinePolicy({}, "one", policy(10_240)))).length, 10_240);
            assert.equal((await promised(inlinePolicy({}, "another", policy(10_240)))).length, 10_240);
        });
    });
});
