import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { accessEntries, withoutCreator } from "../../../components/cluster/people";
import { record, valueOf } from "../../support/mocks";

describe("people", () => {
    it("may do in the cluster what is said, and where", async () => {
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

    it("who make a cluster are not its administrators for that", () => {
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
