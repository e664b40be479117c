import assert from "node:assert/strict";
import { TenantService } from "../../../components/kubernetes/tenantService";
import { record } from "../../support/mocks";

const address = { host: "db.example", port: 5432, database: "app", user: "shop_app", region: "eu-central-1" };

describe("a tenant's service", () => {
    it("is a Deployment that conforms to restricted Pod Security, gets its connection settings, and mounts the CA bundle", async () => {
        const recording = await record(
            () =>
                new TenantService("shop", {
                    tenant: "shop",
                    namespace: "payments",
                    serviceAccount: "api",
                    image: "shop:1",
                    caConfigMap: "rds-ca",
                    credentials: "arn:aws:iam::111122223333:role/shop",
                    address,
                }),
        );
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
                        annotations: { "keyless/credentials": "arn:aws:iam::111122223333:role/shop" },
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
                                ],
                            },
                        ],
                        volumes: [
                            { name: "rds-ca", configMap: { name: "rds-ca" } },
                            { name: "tmp", emptyDir: {} },
                        ],
                    },
                },
            },
        });
    });
});
