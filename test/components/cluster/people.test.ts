import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { accessEntries, oneEntryForCaller, withoutCreator } from "../../../components/cluster/people";
import { record, valueOf } from "../../support/mocks";

describe("people", () => {
    it("have the configured access to the cluster, in the configured namespaces", async () => {
        const people = [
            { principal: "arn:aws:iam::111122223333:role/platform-team", may: "cluster-admin" },
            { principal: "arn:aws:iam::111122223333:role/shop-team", may: "view", namespaces: ["shop"] },
        ] as const;
        await record(async () => {
            assert.deepEqual(await valueOf(pulumi.output(accessEntries(people, "aws"))), {
                "arn-aws-iam-111122223333-role-platform-team": {
                    principalArn: "arn:aws:iam::111122223333:role/platform-team",
                    accessPolicies: {
                        "cluster-admin": {
                            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
                            accessScope: { type: "cluster" },
                        },
                    },
                },
                "arn-aws-iam-111122223333-role-shop-team": {
                    principalArn: "arn:aws:iam::111122223333:role/shop-team",
                    accessPolicies: {
                        view: {
                            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
                            accessScope: { type: "namespace", namespaces: ["shop"] },
                        },
                    },
                },
            });
        });
    });

    it("who run the program keep their entry and its policy when they are named", async () => {
        const caller = "arn:aws:iam::111122223333:role/ci/deployer";
        const named = "arn-aws-iam-111122223333-role-ci-deployer";
        const refusal = new pulumi.ResourceHook("refusal", () => undefined);
        const aliases = async (kind: string, name: string, principalArn = caller) => {
            const type = `aws:eks/${kind}`;
            const transform = oneEntryForCaller("eks", pulumi.output(caller), refusal);
            return (await transform({ custom: true, type, name, props: { principalArn }, opts: {} }))?.opts.aliases;
        };
        const [entry, policy] = ["accessEntry:AccessEntry", "accessPolicyAssociation:AccessPolicyAssociation"];
        assert.deepEqual(await aliases(entry, "eks-deployer"), [{ name: `eks-${named}` }]);
        assert.deepEqual(await aliases(entry, `eks-${named}`), [{ name: "eks-deployer" }]);
        assert.deepEqual(await aliases(policy, `eks-${named}-cluster-admin`), [{ name: "eks-deployer-cluster-admin" }]);
        assert.equal(await aliases(entry, `eks-${named}-2`, "arn:aws:iam::111122223333:role/ci/deployer-2"), undefined);
        assert.equal(await aliases("addon:Addon", "eks-deployer"), undefined);
    });

    it("who create a cluster do not become its administrators", () => {
        const of = (type: string, props: Record<string, unknown>) =>
            withoutCreator({ custom: true, type, name: "eks", props, opts: {} });
        const accessConfig = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true };
        assert.deepEqual(of("aws:eks/cluster:Cluster", { version: "1.33", accessConfig }), {
            props: {
                version: "1.33",
                accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
            },
            opts: {},
        });
        assert.equal(of("aws:eks/addon:Addon", {}), undefined);
    });
});
