import { equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { deployersKubeconfig } from "../../../../components/cluster/deployersKubeconfig";
import { EGRESS_RULE, EKS_CLUSTER, INGRESS_RULE, INSTANCE } from "../../../../sandbox/cloud/aws/tokens";
import { type JsonProps, Store } from "../../../../sandbox/cloud/store";
import { KubernetesStandIn } from "../../../../sandbox/providers/kubernetes/provider";
import type { Position } from "../../../../sandbox/providers/kubernetes/reach";
import { exampleStacks } from "../../../support/examples";
import { runProgram } from "../../../support/program";

const server = "https://0123.gr7.eu-central-1.eks.amazonaws.com";
const place = { region: "eu-central-1", account: "111122223333" };
const kubeconfig = JSON.stringify({
    "current-context": "aws",
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    clusters: [{ name: "kubernetes", cluster: { server } }],
    users: [{ name: "aws", user: { exec: { args: [] } } }],
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

    /** Whatever keeps a run from creating a namespace. */
    async function problem(position?: Position, config = kubeconfig): Promise<string> {
        const provider = new KubernetesStandIn("4.34.2", store, position);
        await provider.configure({ kubeconfig: config });
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

    describe("of the sample stack as shipped", () => {
        const shipped = exampleStacks.find(({ name }) => name === "Pulumi.dev.yaml")?.config ?? {};
        const { "keyless:kubernetesProxy": proxy, ...withoutProxy } = shipped;

        /** Brings what decides about connections into the cloud; returns the kubeconfig of the program's provider. */
        async function deploy(config: Readonly<Record<string, string>>): Promise<string> {
            const { recording } = await runProgram({ config });
            const rule = recording.inputs(INGRESS_RULE, "keyless-deployers-api-from-deployers");
            for (const type of [INGRESS_RULE, EGRESS_RULE, INSTANCE]) {
                for (const { name, inputs } of recording.of(type)) {
                    put(type, name, JSON.parse(JSON.stringify(inputs)) as JsonProps);
                }
            }
            const { securityGroupId } = rule;
            put(EKS_CLUSTER, "eks", {
                endpoint: server,
                arn: "arn:aws:eks:eu-central-1:111122223333:cluster/eks",
                certificateAuthority: { data: "Y2E=" },
                vpcConfig: { clusterSecurityGroupId: String(securityGroupId), endpointPublicAccess: false },
            });
            return deployersKubeconfig(kubeconfig, { proxyUrl: config["keyless:kubernetesProxy"] });
        }

        it("is reached from a laptop through the bastion's proxy, and not without the proxy or the bastion", async () => {
            equal(typeof proxy, "string");
            equal(await problem("outside", await deploy(shipped)), "");
            match(await problem("outside", await deploy(withoutProxy)), /dial tcp .*: i\/o timeout/);
            rmSync(folder, { recursive: true, force: true });
            const platform = JSON.stringify({
                ...(JSON.parse(shipped["keyless:platform"] ?? "{}") as object),
                bastion: false,
            });
            const bare = await deploy({ ...shipped, "keyless:platform": platform });
            match(await problem("outside", bare), /proxyconnect tcp: socks5:\/\/127\.0\.0\.1:1080: .*i\/o timeout/);
        });

        it("is reached from a runner with the deployers' group, and not with the services'", async () => {
            const given = await deploy(withoutProxy);
            equal(await problem({ groups: ["keyless-deployers-id"] }, given), "");
            match(await problem({ groups: ["keyless-tiers-app-id"] }, given), /i\/o timeout/);
        });
    });
});
