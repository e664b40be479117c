import assert from "node:assert/strict";
import { ConnectionTest, type ConnectionTestArgs } from "../../../components/kubernetes/connectionTest";
import { record } from "../../support/mocks";

const address = { host: "db.example", port: 5432, database: "app", user: "shop_app", region: "eu-central-1" };
const args: ConnectionTestArgs = {
    tenant: "shop",
    namespace: "payments",
    serviceAccount: "api",
    image: "test:1",
    certificates: { configMap: "rds-ca", version: "1" },
    address,
    occasion: "abc",
};

describe("a connection test", () => {
    it("is a Job that runs the client as the service account, and again only after a failed connection", async () => {
        const recording = await record(() => new ConnectionTest("shop-test", args));
        const labels = { "app.kubernetes.io/name": "connection-test", "app.kubernetes.io/instance": "shop" };
        assert.deepEqual(recording.inputs("kubernetes:batch/v1:Job", "shop-test"), {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: {
                name: "shop-test",
                namespace: "payments",
                labels,
                annotations: { "pulumi.com/replaceUnready": "true" },
            },
            spec: {
                activeDeadlineSeconds: 540,
                backoffLimit: 2,
                podFailurePolicy: { rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [1] } }] },
                template: {
                    metadata: { labels, annotations: { "keyless/certificates": "1", "keyless/occasion": "abc" } },
                    spec: {
                        serviceAccountName: "api",
                        automountServiceAccountToken: false,
                        restartPolicy: "Never",
                        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
                        containers: [
                            {
                                name: "connection-test",
                                image: "test:1",
                                command: ["node", "src/job.mjs"],
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

    it("is not awaited if configured", async () => {
        const recording = await record(() => new ConnectionTest("shop-test", { ...args, wait: false }));
        const { metadata } = recording.inputs("kubernetes:batch/v1:Job", "shop-test") as {
            metadata: { annotations: unknown };
        };
        assert.deepEqual(metadata.annotations, { "pulumi.com/replaceUnready": "true", "pulumi.com/skipAwait": "true" });
    });
});
