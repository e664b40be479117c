import assert from "node:assert/strict";
import type { PodCredentials } from "../../../components/identity/identity";
import { TenantService } from "../../../components/kubernetes/tenantService";
import { record } from "../../support/mocks";

const address = { host: "db.example", port: 5432, database: "app", user: "shop_app", region: "eu-central-1" };

const roleArn = "arn:aws:iam::111122223333:role/shop";
const recordService = (credentials: PodCredentials) =>
    record(
        () =>
            new TenantService("shop", {
                tenant: "shop",
                namespace: "payments",
                serviceAccount: "api",
                image: "shop:1",
                certificates: { configMap: "rds-ca", version: "1" },
                credentials,
                address,
            }),
    );

describe("a tenant's service", () => {
    it("is a Deployment that conforms to restricted Pod Security, gets its connection settings, and mounts the CA bundle", async () => {
        const recording = await recordService({ kind: "irsa", roleArn, version: roleArn });
        const labels = { "app.kubernetes.io/name": "shop" };
        assert.deepEqual(recording.inputs("kubernetes:apps/v1:Deployment", "shop"), {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata: { name: "shop", namespace: "payments", labels },
            spec: {
                replicas: 2,
                selector: { matchLabels: labels },
                template: {
                    metadata: {
                        labels,
                        annotations: { "keyless/certificates": "1", "keyless/credentials": roleArn },
                    },
                    spec: {
                        serviceAccountName: "api",
                        automountServiceAccountToken: false,
                        restartPolicy: "Always",
                        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                        containers: [
                            {
                                name: "service",
                                image: "shop:1",
                                env: [
                                    { name: "PGHOST", value: "db.example" },
                                    { name: "PGPORT", value: "5432" },
                                    { name: "PGDATABASE", value: "app" },
                                    { name: "PGUSER", value: "shop_app" },
                                    { name: "PGSSLMODE", value: "verify-full" },
                                    { name: "PGSSLROOTCERT", value: "/etc/keyless/rds-ca.pem" },
                                    { name: "AWS_REGION", value: "eu-central-1" },
                                    { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
                                    { name: "AWS_ROLE_ARN", value: roleArn },
                                    {
                                        name: "AWS_WEB_IDENTITY_TOKEN_FILE",
                                        value: "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
                                    },
                                ],
                                securityContext: {
                                    allowPrivilegeEscalation: false,
                                    readOnlyRootFilesystem: true,
                                    capabilities: { drop: ["ALL"] },
                                },
                                resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
                                volumeMounts: [
                                    { name: "rds-ca", mountPath: "/etc/keyless", readOnly: true },
                                    { name: "tmp", mountPath: "/tmp" },
                                    {
                                        name: "aws-iam-token",
                                        mountPath: "/var/run/secrets/eks.amazonaws.com/serviceaccount",
                                        readOnly: true,
                                    },
                                ],
                            },
                        ],
                        volumes: [
                            { name: "rds-ca", configMap: { name: "rds-ca" } },
                            { name: "tmp", emptyDir: {} },
                            tokenVolume("aws-iam-token", "token", "sts.amazonaws.com"),
                        ],
                    },
                },
            },
        });
    });

    it("has the address of EKS's agent and a token for it, whether or not its association is effective when its pods are created", async () => {
        const recording = await recordService({ kind: "podIdentity", version: "a-1" });
        const { spec } = recording.inputs("kubernetes:apps/v1:Deployment", "shop") as unknown as Deployment;
        const { containers, volumes } = spec.template.spec;
        const variables = containers[0]?.env.filter(({ name }) => name.startsWith("AWS_CONTAINER"));
        const name = "eks-pod-identity-token";
        const mountPath = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
        assert.deepEqual(
            [variables, containers[0]?.volumeMounts.at(-1), volumes.at(-1)],
            [
                [
                    { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
                    { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: `${mountPath}/${name}` },
                ],
                { name, mountPath, readOnly: true },
                tokenVolume(name, name, "pods.eks.amazonaws.com"),
            ],
        );
    });
});

interface Deployment {
    readonly spec: {
        readonly template: {
            readonly spec: {
                readonly containers: readonly {
                    readonly env: readonly { readonly name: string }[];
                    readonly volumeMounts: readonly object[];
                }[];
                readonly volumes: readonly object[];
            };
        };
    };
}

function tokenVolume(name: string, path: string, audience: string): object {
    return { name, projected: { sources: [{ serviceAccountToken: { audience, expirationSeconds: 86_400, path } }] } };
}
