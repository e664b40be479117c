import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readPlatform, type Declared } from "../../../components/platform/contract";
import { record } from "../../support/mocks";

const outputs = {
    endpoint: "db.example",
    readerEndpoint: "ro.example",
    port: 5432,
    database: "app",
    engineVersion: "16.6",
    serviceEndpoint: "proxy.example",
    serviceReaderEndpoint: "proxy-ro.example",
    replicaEndpoint: "",
    clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:db",
    clusterResourceId: "cluster-ABC1",
    databaseCidrs: ["10.0.32.0/24"],
    endpointCidrs: [],
    kubeconfig: "{}",
    kubernetesArn: "arn:aws:eks:eu-central-1:111122223333:cluster/eks",
    oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/issuer",
    oidcIssuer: "issuer",
    podSecurityGroupIds: [],
    temporarySecurityGroupId: "sg-temporary",
};
const connectTargets = [{ arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" }];
const base = { ...outputs, connectTargets, proxyRole: "" };

async function read(given: Record<string, unknown>, declared: Declared = {}): Promise<unknown> {
    const stacks = { "organization/keyless/base": given };
    let values: unknown;
    await record(
        async () => {
            const platform = pulumi.output(readPlatform("platform", "organization/keyless/base", declared));
            values = await (platform as unknown as { promise(): Promise<unknown> }).promise();
        },
        { stacks },
    );
    return values;
}

describe("another stack's platform", () => {
    it("is read by the names of the contract", async () => {
        assert.deepEqual(await read({ ...base, maxConnections: 788, more: 1 }), {
            ...outputs,
            maxConnections: 788,
            routedCidrs: [],
            fargateNamespaces: [],
            appTier: "nodes",
            targets: connectTargets,
            proxy: undefined,
        });
    });

    it("outputs which role its proxy signs in with, and to what", async () => {
        const targets = [{ arn: "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0a1b", resourceId: "prx-0a1b" }];
        assert.deepEqual(await read({ ...base, connectTargets: targets, proxyRole: "proxy" }, { proxy: true }), {
            ...outputs,
            // A platform of an earlier version does not export how many sessions its database accepts.
            maxConnections: 0,
            routedCidrs: [],
            fargateNamespaces: [],
            appTier: "nodes",
            targets,
            proxy: { roleName: "proxy", target: connectTargets[0] },
        });
    });

    it("fails when the declared app tier differs from the actual one", async () => {
        await assert.rejects(read({ ...base, podSecurityGroupIds: ["sg-1"] }), {
            message:
                "access.appTier is nodes, in platform stack organization/keyless/base it is pods: write access.appTier: pods",
        });
    });

    it("fails when the declared engine is not the platform's", async () => {
        await assert.rejects(read({ ...base, engine: "mysql" }), {
            message:
                "access.engine is postgres, in platform stack organization/keyless/base it is mysql: write access.engine: mysql",
        });
        await read({ ...base, engine: "mysql" }, { engine: "mysql" });
    });

    it("fails when an undeclared proxy exists", async () => {
        await assert.rejects(read({ ...base, proxyRole: "proxy" }), {
            message:
                "access.proxy is false, in platform stack organization/keyless/base it is true: write access.proxy: true",
        });
    });

    describe("whose database is in another account than its cluster", () => {
        const role = "arn:aws:iam::444455556666:role/deploy";
        const there = {
            ...base,
            clusterArn: "arn:aws:rds:eu-central-1:444455556666:cluster:db",
            oidcProviderArn: "arn:aws:iam::444455556666:oidc-provider/issuer",
        };
        const fails = "the database of platform stack organization/keyless/base is in account";

        it("is managed through the declared role", async () => {
            const recording = await record(() => readPlatform("platform", "base", { databaseRole: role }), {
                stacks: { base: there },
            });
            assert.deepEqual(recording.inputs("pulumi:providers:aws", "platform-database-account"), {
                region: "eu-central-1",
                assumeRoles: `[{"roleArn":"${role}"}]`,
                allowedAccountIds: '["444455556666"]',
                skipCredentialsValidation: "false",
                skipRegionValidation: "true",
            });
        });

        for (const [title, given, databaseRole, message] of [
            [
                "no role is declared",
                there,
                undefined,
                `access.databaseRole is missing, ${fails} 444455556666, its cluster in 111122223333: write the ARN of a role of 444455556666 in access.databaseRole`,
            ],
            [
                "the role is of a third account",
                there,
                role.replace("4444", "9999"),
                `access.databaseRole is "arn:aws:iam::999955556666:role/deploy", ${fails} 444455556666, its cluster in 111122223333: write the ARN of a role of 444455556666 in access.databaseRole`,
            ],
            [
                "it is in the cluster's",
                base,
                role,
                `access.databaseRole is "${role}", ${fails} 111122223333, its cluster in 111122223333: remove access.databaseRole`,
            ],
            [
                "an earlier version left the cluster's OIDC provider there to its access stacks",
                { ...there, oidcProviderArn: base.oidcProviderArn },
                role,
                "platform stack organization/keyless/base has no OIDC provider for its cluster in account 444455556666: update that stack first, with this version of the program",
            ],
        ] as const) {
            it(`fails when ${title}`, async () => {
                await assert.rejects(read(given, { databaseRole }), { message });
            });
        }
    });

    for (const [name, value, given, allowed] of [
        ["clusterArn", undefined, "missing", "a text"],
        ["port", "5432", '"5432"', "a number"],
        ["podSecurityGroupIds", [1], "[1]", "a list of texts"],
        ["connectTargets", [{ arn: 1 }], '[{"arn":1}]', "a list of ARNs with resource ids"],
    ] as const) {
        it(`fails when ${name} is ${given}`, async () => {
            await assert.rejects(read({ ...base, [name]: value }), {
                message:
                    `output ${name} of platform stack organization/keyless/base is ${given}, allowed is ${allowed}: ` +
                    "run `pulumi up` on that stack first, or name another in platformStack",
            });
        });
    }
});
