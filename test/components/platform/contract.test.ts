import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readPlatform } from "../../../components/platform/contract";
import { record } from "../../support/mocks";

const outputs = {
    endpoint: "db.example",
    readerEndpoint: "ro.example",
    port: 5432,
    database: "app",
    engineVersion: "16.6",
    clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:db",
    clusterResourceId: "cluster-ABC1",
    databaseCidrs: ["10.0.32.0/24"],
    endpointCidrs: [],
    kubeconfig: "{}",
    kubernetesArn: "arn:aws:eks:eu-central-1:111122223333:cluster/eks",
    oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/issuer",
    oidcIssuer: "issuer",
    podSecurityGroupIds: [],
};

async function read(stacks: Record<string, Record<string, unknown>>): Promise<unknown> {
    let values: unknown;
    await record(
        async () => {
            const platform = pulumi.output(readPlatform("platform", "organization/keyless/base", "nodes"));
            values = await (platform as unknown as { promise(): Promise<unknown> }).promise();
        },
        { stacks },
    );
    return values;
}

describe("another stack's platform", () => {
    it("is read by the names of the contract", async () => {
        assert.deepEqual(await read({ "organization/keyless/base": { ...outputs, more: 1 } }), { ...outputs, appTier: "nodes" });
    });

    it("fails when another app tier is declared than there is", async () => {
        await assert.rejects(read({ "organization/keyless/base": { ...outputs, podSecurityGroupIds: ["sg-1"] } }), {
            message: "access.appTier is nodes, in platform stack organization/keyless/base it is pods: write access.appTier: pods",
        });
    });

    for (const [name, value, given, allowed] of [
        ["clusterArn", undefined, "missing", "a text"],
        ["port", "5432", '"5432"', "a number"],
        ["podSecurityGroupIds", [1], "[1]", "a list of texts"],
    ] as const) {
        it(`fails when ${name} is ${given}`, async () => {
            await assert.rejects(read({ "organization/keyless/base": { ...outputs, [name]: value } }), {
                message:
                    `output ${name} of platform stack organization/keyless/base is ${given}, allowed is ${allowed}: ` +
                    "run `pulumi up` on that stack first, or name another in platformStack",
            });
        });
    }
});
