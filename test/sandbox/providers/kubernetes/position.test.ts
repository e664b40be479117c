import { equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { EKS_CLUSTER, INGRESS_RULE } from "../../../../sandbox/cloud/aws/tokens";
import { type JsonProps, Store } from "../../../../sandbox/cloud/store";
import { KubernetesStandIn } from "../../../../sandbox/providers/kubernetes/provider";

const server = "https://0123.gr7.eu-central-1.eks.amazonaws.com";
const place = { region: "eu-central-1", account: "111122223333" };
const kubeconfig = JSON.stringify({
    "current-context": "aws",
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    clusters: [{ name: "kubernetes", cluster: { server } }],
    users: [{ name: "aws", user: {} }],
});

describe("the stand-in of the Kubernetes API", () => {
    let folder: string;
    let store: Store;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-"));
        store = new Store(folder);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const put = (type: string, id: string, state: JsonProps) => store.put({ type, id, ...place, inputs: {}, state });
    const cluster = (endpointPublicAccess: boolean) =>
        put(EKS_CLUSTER, "eks", {
            endpoint: server,
            arn: "arn:aws:eks:eu-central-1:111122223333:cluster/eks",
            certificateAuthority: { data: "Y2E=" },
            vpcConfig: { clusterSecurityGroupId: "sg-cluster", endpointPublicAccess },
        });
    const admitted = (referencedSecurityGroupId: string, port: number) =>
        put(INGRESS_RULE, `sgr-${referencedSecurityGroupId}`, {
            securityGroupId: "sg-cluster",
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            referencedSecurityGroupId,
        });

    /** Whatever keeps a preview from reading a namespace. */
    async function problem(): Promise<string> {
        const provider = new KubernetesStandIn("4.34.2", store);
        await provider.configure({ kubeconfig });
        const type = "kubernetes:core/v1:Namespace";
        const context = { urn: `urn:pulumi:t::t::${type}::n`, name: "n", type, randomSeed: new Uint8Array(4) };
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
        try {
            await provider.kind(type)?.create(namespace, context, false);
        } catch (error) {
            return String(error);
        }
        return "";
    }

    it("is not reached at a private endpoint until a rule of its group admits another group to its port", async () => {
        cluster(false);
        match(await problem(), /dial tcp 0123\.gr7\.eu-central-1\.eks\.amazonaws\.com:443: i\/o timeout/);
        admitted("sg-cluster", 443);
        admitted("sg-database", 5432);
        match(await problem(), /i\/o timeout/);
        admitted("sg-deployers", 443);
        equal(await problem(), "");
    });

    it("is reached at a public endpoint", async () => {
        cluster(true);
        equal(await problem(), "");
    });
});
