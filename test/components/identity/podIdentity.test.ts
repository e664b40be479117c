import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { PodIdentity } from "../../../components/identity/podIdentity";
import { record, type Recording } from "../../support/mocks";

const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/apps";
const pod = { clusterArn, namespace: "shop", serviceAccount: "api" };

const inOneAccount = () => record(() => new PodIdentity("shop", pod));

function acrossAccounts(): Promise<Recording> {
    return record(() => {
        const databaseAccount = new aws.Provider("data", {
            assumeRoles: [{ roleArn: "arn:aws:iam::444455556666:role/deploy" }],
        });
        new PodIdentity("shop", { ...pod, databaseAccount });
    });
}

describe("a pod identity", () => {
    it("is one role, one association and one service account", async () => {
        assert.deepEqual((await inOneAccount()).inventory(), {
            "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
            "aws:iam/role:Role": 1,
            "keyless:identity:PodIdentity": 1,
            "kubernetes:core/v1:ServiceAccount": 1,
        });
    });

    it("serves one service account of one cluster, although EKS would serve the whole account", async () => {
        assert.deepEqual((await inOneAccount()).document("aws:iam/role:Role", "shop", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "pods.eks.amazonaws.com" },
                    Action: ["sts:AssumeRole", "sts:TagSession"],
                    Condition: {
                        StringEquals: {
                            "aws:RequestTag/eks-cluster-arn": clusterArn,
                            "aws:RequestTag/kubernetes-namespace": "shop",
                            "aws:RequestTag/kubernetes-service-account": "api",
                        },
                    },
                },
            ],
        });
    });

    it("leaves a service account that exists as it is, unless its pods need a label for their security groups", async () => {
        const inventory = async (more: object) =>
            (await record(() => new PodIdentity("shop", { ...pod, existing: true, ...more }))).inventory();
        const own = {
            "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
            "aws:iam/role:Role": 1,
            "keyless:identity:PodIdentity": 1,
        };
        assert.deepEqual(await inventory({}), own);
        assert.deepEqual(await inventory({ labels: { "keyless/tenant": "shop" } }), {
            ...own,
            "kubernetes:core/v1:ServiceAccountPatch": 1,
        });
    });

    it("is an association in EKS, not an annotation of the service account", async () => {
        const recording = await inOneAccount();
        assert.deepEqual(recording.inputs("aws:eks/podIdentityAssociation:PodIdentityAssociation", "shop"), {
            clusterName: "apps",
            namespace: "shop",
            serviceAccount: "api",
            roleArn: "arn:aws:iam::111122223333:role/shop",
        });
        assert.deepEqual(recording.inputs("kubernetes:core/v1:ServiceAccount", "shop"), {
            apiVersion: "v1",
            kind: "ServiceAccount",
            automountServiceAccountToken: false,
            metadata: { name: "api", namespace: "shop" },
        });
    });
});

describe("a pod identity for a database in another account", () => {
    it("has a second role, in that account", async () => {
        const recording = await acrossAccounts();
        assert.deepEqual(recording.placesOf("aws:iam/role:Role"), [
            "shop in 111122223333",
            "shop-target in 444455556666",
        ]);
    });

    it("lets the first role assume only the second", async () => {
        const recording = await acrossAccounts();
        assert.equal(
            recording.inputs("aws:eks/podIdentityAssociation:PodIdentityAssociation", "shop")["targetRoleArn"],
            "arn:aws:iam::444455556666:role/shop-test",
        );
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "shop-target", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: ["sts:AssumeRole", "sts:TagSession"],
                    Resource: "arn:aws:iam::444455556666:role/shop-test",
                },
            ],
        });
    });

    it("can be assumed only through this association", async () => {
        const recording = await acrossAccounts();
        const Principal = { AWS: "arn:aws:iam::111122223333:role/shop" };
        assert.equal(recording.inputs("aws:iam/role:Role", "shop-target")["name"], "shop-test");
        assert.deepEqual(recording.document("aws:iam/role:Role", "shop-target", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal,
                    Action: "sts:AssumeRole",
                    Condition: { StringEquals: { "sts:ExternalId": "shop-external-id" } },
                },
                { Effect: "Allow", Principal, Action: "sts:TagSession" },
            ],
        });
    });
});
