import assert from "node:assert/strict";
import { TenantNamespace, type TenantNamespaceArgs } from "../../../components/kubernetes/tenantNamespace";
import { record, type Recording } from "../../support/mocks";

const egress = {
    databaseCidrs: ["10.0.1.0/24", "10.0.2.0/24"],
    endpointCidrs: ["10.0.8.0/22"],
    port: 5432,
    identities: ["podIdentity"],
} as const;

function make(args: Partial<TenantNamespaceArgs> = {}): Promise<Recording> {
    return record(() => new TenantNamespace("shop", { namespace: "payments", caBundle: "PEM", ...args }));
}

describe("a namespace of services", () => {
    it("refuses pods that could do more than a service needs", async () => {
        assert.deepEqual((await make()).inputs("kubernetes:core/v1:Namespace", "shop"), {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: "payments",
                labels: {
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/audit": "restricted",
                    "pod-security.kubernetes.io/warn": "restricted",
                },
            },
        });
    });

    it("adds nothing but its own objects to a namespace that exists", async () => {
        const recording = await make({ existing: true });
        assert.deepEqual(recording.inventory(), {
            "keyless:kubernetes:TenantNamespace": 1,
            "kubernetes:core/v1:ConfigMap": 1,
        });
        assert.deepEqual(recording.inputs("kubernetes:core/v1:ConfigMap", "shop-rds-ca")["metadata"], {
            name: "rds-ca",
            namespace: "payments",
        });
    });

    it("has the certificate authorities of the database", async () => {
        assert.deepEqual((await make()).inputs("kubernetes:core/v1:ConfigMap", "shop-rds-ca"), {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "rds-ca", namespace: "payments" },
            data: { "rds-ca.pem": "PEM" },
        });
    });

    it("does not restrict the pods' connections by default", async () => {
        assert.deepEqual((await make()).of("kubernetes:networking.k8s.io/v1:NetworkPolicy"), []);
    });

    it("lets pods reach only the database, DNS and the sources of their credentials", async () => {
        assert.deepEqual(
            (await make({ egress })).inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-egress"),
            {
                apiVersion: "networking.k8s.io/v1",
                kind: "NetworkPolicy",
                metadata: { name: "egress", namespace: "payments" },
                spec: {
                    podSelector: {},
                    policyTypes: ["Egress"],
                    egress: [
                        {
                            to: [{ ipBlock: { cidr: "10.0.1.0/24" } }, { ipBlock: { cidr: "10.0.2.0/24" } }],
                            ports: [{ protocol: "TCP", port: 5432 }],
                        },
                        {
                            to: [
                                {
                                    namespaceSelector: {
                                        matchLabels: { "kubernetes.io/metadata.name": "kube-system" },
                                    },
                                    podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                                },
                            ],
                            ports: [
                                { protocol: "UDP", port: 53 },
                                { protocol: "TCP", port: 53 },
                            ],
                        },
                        { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ protocol: "TCP", port: 80 }] },
                    ],
                },
            },
        );
    });
});
