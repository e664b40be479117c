import assert from "node:assert/strict";
import { ServiceAccountIdentity } from "../../../components/identity/serviceAccountIdentity";
import { record } from "../../support/mocks";

const oidcProvider = {
    arn: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123",
    issuer: "oidc.eks.eu-central-1.amazonaws.com/id/0123",
};

describe("the identity of a service account", () => {
    it("is one role and one service account", async () => {
        const recording = await record(
            () => new ServiceAccountIdentity("shop", { oidcProvider, namespace: "shop", serviceAccount: "api" }),
        );
        assert.deepEqual(recording.inventory(), {
            "aws:iam/role:Role": 1,
            "keyless:identity:ServiceAccountIdentity": 1,
            "kubernetes:core/v1:ServiceAccount": 1,
        });
    });

    it("can be assumed only by that service account, with the audience of AWS STS", async () => {
        const recording = await record(
            () => new ServiceAccountIdentity("shop", { oidcProvider, namespace: "shop", serviceAccount: "api" }),
        );
        assert.deepEqual(recording.document("aws:iam/role:Role", "shop", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: {
                        Federated:
                            "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123",
                    },
                    Action: "sts:AssumeRoleWithWebIdentity",
                    Condition: {
                        StringEquals: {
                            "oidc.eks.eu-central-1.amazonaws.com/id/0123:sub": "system:serviceaccount:shop:api",
                            "oidc.eks.eu-central-1.amazonaws.com/id/0123:aud": "sts.amazonaws.com",
                        },
                    },
                },
            ],
        });
    });

    it("annotates the service account with its role and mounts no token for the Kubernetes API", async () => {
        const recording = await record(
            () => new ServiceAccountIdentity("shop", { oidcProvider, namespace: "shop", serviceAccount: "api" }),
        );
        assert.deepEqual(recording.inputs("kubernetes:core/v1:ServiceAccount", "shop"), {
            apiVersion: "v1",
            kind: "ServiceAccount",
            automountServiceAccountToken: false,
            metadata: {
                name: "api",
                namespace: "shop",
                annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/shop" },
            },
        });
    });

    it("adds only its annotation to a service account that exists", async () => {
        const args = { oidcProvider, namespace: "shop", serviceAccount: "api", existing: true };
        const recording = await record(() => new ServiceAccountIdentity("shop", args));
        assert.deepEqual(recording.of("kubernetes:core/v1:ServiceAccount"), []);
        assert.deepEqual(recording.inputs("kubernetes:core/v1:ServiceAccountPatch", "shop"), {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: {
                name: "api",
                namespace: "shop",
                annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/shop" },
            },
        });
    });

    it("limits the role's name to IAM's 64 characters, including Pulumi's suffix", async () => {
        const name = `keyless-${"a".repeat(57)}`;
        const recording = await record(
            () => new ServiceAccountIdentity(name, { oidcProvider, namespace: "a", serviceAccount: "a" }),
        );
        assert.deepEqual(
            recording.of("aws:iam/role:Role").map((role) => role.name),
            ["keyless-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-2e932a5b"],
        );
    });
});
