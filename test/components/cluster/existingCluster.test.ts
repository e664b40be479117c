import assert from "node:assert/strict";
import { apartFromFargate } from "../../../components/access/workloads";
import { ExistingCluster, enablesPodInterfaces, readCluster } from "../../../components/cluster/existingCluster";
import { acceptingPods, neededIssuer, noneFound } from "../../../components/cluster/existingIssuer";
import { record } from "../../support/mocks";

describe("an existing cluster", () => {
    it("is looked up, with a kubeconfig that signs in with the AWS CLI and has no secret", async () => {
        let found: unknown;
        const recording = await record(() => {
            const { kubeconfig, arn, apiHost, securityGroupId, vpcId } = new ExistingCluster("x", { name: "theirs" });
            kubeconfig.apply((text) => (found = JSON.parse(text) as unknown));
            for (const output of [arn, apiHost, securityGroupId, vpcId]) {
                output.apply((value) => looked.push(value));
            }
        });
        assert.deepEqual(looked.sort(), [
            "0123.gr7.eu-central-1.eks.amazonaws.com",
            "arn:aws:eks:eu-central-1:111122223333:cluster/theirs",
            "sg-cluster",
            "vpc-existing",
        ]);
        assert.deepEqual(recording.inventory(), { "keyless:cluster:ExistingCluster": 1 });
        const apiVersion = "client.authentication.k8s.io/v1beta1";
        assert.deepEqual(found, {
            apiVersion: "v1",
            clusters: [
                {
                    cluster: {
                        server: "https://0123.gr7.eu-central-1.eks.amazonaws.com",
                        "certificate-authority-data": "Q0E=",
                    },
                    name: "kubernetes",
                },
            ],
            contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
            "current-context": "aws",
            kind: "Config",
            users: [
                {
                    name: "aws",
                    user: {
                        exec: {
                            apiVersion,
                            command: "aws",
                            args: [
                                "--region",
                                "eu-central-1",
                                "eks",
                                "get-token",
                                "--cluster-name",
                                "theirs",
                                "--output",
                                "json",
                            ],
                            env: [{ name: "KUBERNETES_EXEC_INFO", value: `{"apiVersion": "${apiVersion}"}` }],
                        },
                    },
                },
            ],
        });
    });
    const looked: string[] = [];

    it("needs no OIDC provider until a service has an identity of irsa", () => {
        assert.equal(noneFound(new Error("finding IAM OIDC Provider by url (https://oidc.eks/id/1): not found")), "");
        assert.equal(neededIssuer("shop", "arn:provider"), "arn:provider");
        assert.throws(() => neededIssuer("shop", ""), {
            message:
                "access.tenants: shop has an identity of irsa, and the account has no IAM OIDC provider of the cluster: " +
                "write platform.cluster.existing.createOidcProvider: true, create it by `eksctl utils associate-iam-oidc-provider --cluster NAME --approve`, or write an identity of podIdentity",
        });
    });

    it("does not take a refused look-up for a missing provider", () => {
        const denied = new Error("AccessDenied: not authorized to perform iam:ListOpenIDConnectProviders");
        assert.throws(() => noneFound(denied), denied);
    });

    it("needs a provider that accepts pods' tokens", () => {
        const arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks/id/1";
        assert.equal(acceptingPods({ arn, clientIdLists: ["sigstore", "sts.amazonaws.com"] }), arn);
        assert.throws(() => acceptingPods({ arn, clientIdLists: ["sigstore"] }), {
            message: `platform.cluster.existing: the OIDC provider ${arn} does not accept the audience sts.amazonaws.com, which pods' tokens have: run \`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id sts.amazonaws.com\``,
        });
    });

    it("must be there already", () => {
        const cluster = { name: "theirs", status: "CREATING", identities: [], certificateAuthorities: [] };
        assert.throws(() => readCluster(cluster as unknown as Parameters<typeof readCluster>[0]), {
            message:
                "platform.cluster.existing.name: the cluster theirs is CREATING; allowed is one that is ACTIVE: wait until it is, or name another one",
        });
    });

    it("gives pods interfaces of their own if its CNI is told to", () => {
        const told = (env: object) => enablesPodInterfaces(JSON.stringify({ env }));
        assert.deepEqual(
            [
                told({ ENABLE_POD_ENI: "true" }),
                enablesPodInterfaces("env:\n  ENABLE_POD_ENI: true\n"),
                told({ ENABLE_POD_ENI: "false" }),
                told({}),
                enablesPodInterfaces(""),
            ],
            [true, true, false, false, false],
        );
    });

    it("does not run services with Pod Identity on Fargate", () => {
        const shop = { name: "shop", namespace: "web" };
        assert.equal(apartFromFargate(shop, "arn:cluster", ["batch"]), "arn:cluster");
        assert.throws(() => apartFromFargate(shop, "arn:cluster", ["web"]), {
            message:
                "access.tenants: shop has an identity of podIdentity, and the pods of its namespace web run on Fargate (platform.cluster.existing.fargateNamespaces), where EKS Pod Identity does not work: write an identity of irsa",
        });
    });
});
