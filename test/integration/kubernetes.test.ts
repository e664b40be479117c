import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";

import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { Store } from "../../sandbox/cloud/store";
import { InlineStack } from "../support/inlineStack";

const server = "https://ABCDEF.gr7.eu-central-1.eks.amazonaws.com";
const safe = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

/** As @pulumi/eks creates it, reduced to the parts that lead to a cluster. */
function kubeconfig(address = server): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "aws",
        clusters: [{ name: "kubernetes", cluster: { server: address, "certificate-authority-data": "Y2E=" } }],
        contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
        users: [
            {
                name: "aws",
                user: { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args: [] } },
            },
        ],
    });
}

describe("the kubernetes stand-in", () => {
    let stack: InlineStack;
    let store: Store;

    before(async () => {
        stack = await InlineStack.create();
        store = new Store(join(stack.stateDir, "cloud"));
        putCluster();
    });

    after(() => stack.remove());

    function putCluster(): void {
        const state = { name: "demo", endpoint: server, certificateAuthority: { data: "Y2E=" } };
        store.put({
            type: "aws:eks/cluster:Cluster",
            id: "demo",
            region: "eu-central-1",
            account: "111122223333",
            inputs: {},
            state,
        });
    }

    interface Wish {
        readonly role?: string;
        readonly image?: string;
        readonly ca?: string;
        readonly command?: string;
    }

    /** A tenant's objects: a namespace, an account, a CA bundle, a web server and a job. */
    function program({
        role = "arn:aws:iam::111122223333:role/shop",
        image = "example.com/web:1",
        ca = "PEM",
        command = "true",
    }: Wish = {}) {
        return async () => {
            const provider = new k8s.Provider("cluster", { kubeconfig: kubeconfig() });
            const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
            const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop", labels } }, { provider });
            const metadata = { namespace: namespace.metadata.name };
            const annotations = { "eks.amazonaws.com/role-arn": role };
            const account = new k8s.core.v1.ServiceAccount(
                "api",
                { metadata: { ...metadata, name: "api", annotations } },
                { provider },
            );
            const bundle = new k8s.core.v1.ConfigMap("rds-roots", { metadata, data: { "ca.pem": ca } }, { provider });
            const spec = {
                serviceAccountName: account.metadata.name,
                containers: [
                    {
                        name: "web",
                        image,
                        securityContext: safe,
                        volumeMounts: [{ name: "ca", mountPath: "/ca", readOnly: true }],
                    },
                ],
                volumes: [{ name: "ca", configMap: { name: bundle.metadata.name } }],
            };
            const app = { app: "web" };
            const web = new k8s.apps.v1.Deployment(
                "web",
                {
                    metadata: { ...metadata, name: "web" },
                    spec: { selector: { matchLabels: app }, template: { metadata: { labels: app }, spec } },
                },
                { provider },
            );
            const container = { name: "test", image: "example.com/test:1", command: [command], securityContext: safe };
            const job = new k8s.batch.v1.Job(
                "connect",
                {
                    metadata: { ...metadata, name: "connect" },
                    spec: {
                        template: {
                            spec: {
                                restartPolicy: "Never",
                                serviceAccountName: account.metadata.name,
                                containers: [container],
                            },
                        },
                    },
                },
                { provider },
            );
            new k8s.apiextensions.CustomResource(
                "tier",
                {
                    apiVersion: "vpcresources.k8s.aws/v1beta1",
                    kind: "SecurityGroupPolicy",
                    metadata: { ...metadata, name: "tier" },
                    spec: { podSelector: { matchLabels: app }, securityGroups: { groupIds: ["sg-0123456789abcdef0"] } },
                },
                { provider },
            );
            return {
                account: account.id,
                bundle: bundle.metadata.name,
                replicas: web.spec.replicas,
                job: job.metadata.uid,
            };
        };
    }

    it("previews, creates objects with the provider's ids and names, and then changes nothing", async () => {
        deepEqual(await stack.preview(program()), { create: 8 });
        equal(
            store.list("kubernetes:core/v1:ServiceAccount").length,
            4,
            "a preview makes nothing but the first namespaces' own accounts",
        );
        const { changes, outputs } = await stack.up(program());
        deepEqual(changes, { create: 8 });
        equal(outputs["account"], "shop/api");
        match(String(outputs["bundle"]), /^rds-roots-[0-9a-f]{8}$/);
        equal(outputs["replicas"], 1);
        deepEqual((await stack.up(program())).changes, { same: 8 });
        deepEqual((await stack.up(program(), true)).changes, { same: 8 });
    });

    it("updates an annotation and an image in place", async () => {
        const wish = { role: "arn:aws:iam::111122223333:role/other", image: "example.com/web:2" };
        deepEqual((await stack.up(program(wish))).changes, { same: 6, update: 2 });
        const [account] = store.list("kubernetes:core/v1:ServiceAccount").filter(({ id }) => id.endsWith("/shop/api"));
        deepEqual((account?.state["metadata"] as { annotations: unknown }).annotations, {
            "eks.amazonaws.com/role-arn": wish.role,
        });
        deepEqual((await stack.up(program())).changes, { same: 6, update: 2 });
    });

    it("replaces a job whose template changes, and a ConfigMap whose data change", async () => {
        const before = (await stack.up(program())).outputs;
        const { changes, outputs } = await stack.up(program({ ca: "PEM2", command: "false" }));
        // The web server's volume names the new ConfigMap.
        deepEqual(changes, { same: 5, replace: 2, update: 1 });
        equal(before["bundle"] === outputs["bundle"], false);
        equal(before["job"] === outputs["job"], false);
        deepEqual(
            store.list("kubernetes:core/v1:ConfigMap").filter(({ id }) => id.includes("/shop/rds-roots")).length,
            1,
            "the old ConfigMap is gone",
        );
        await stack.up(program());
    });

    it("detects and reverts manual changes and deletions", async () => {
        const [account] = store.list("kubernetes:core/v1:ServiceAccount").filter(({ id }) => id.endsWith("/shop/api"));
        equal(account === undefined, false);
        if (account !== undefined) {
            const metadata = {
                ...(account.state["metadata"] as object),
                annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/evil" },
            };
            store.put({ ...account, state: { ...account.state, metadata } });
        }
        for (const job of store.list("kubernetes:batch/v1:Job")) {
            store.remove(job.type, job.id);
        }
        deepEqual(await stack.refresh(program()), { delete: 1, same: 6, update: 1 });
        deepEqual((await stack.up(program())).changes, { create: 1, same: 6, update: 1 });
    });

    it("refuses what the API server refuses, before any object is created", async () => {
        const wrong = async () => {
            const provider = new k8s.Provider("cluster", { kubeconfig: kubeconfig() });
            new k8s.core.v1.Namespace("bad", { metadata: { name: "Bad_Name" } }, { provider });
        };
        await rejects(
            stack.preview(wrong),
            /Namespace "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 label/,
        );
    });

    it("names an unreachable cluster", async () => {
        const wrong = async () => {
            const provider = new k8s.Provider("other", { kubeconfig: kubeconfig(server.replace("ABCDEF", "123456")) });
            new k8s.core.v1.Namespace("lost", {}, { provider });
        };
        await rejects(
            stack.up(pulumiAll(program(), wrong)),
            /configured Kubernetes cluster is unreachable: unable to load schema information from the API server: .*lookup 123456\.gr7\.eu-central-1\.eks\.amazonaws\.com: no such host/,
        );
    });

    it("discards the objects of a deleted cluster, and deletes a namespace with its content", async () => {
        await stack.up(program());
        const inside = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "by-hand", namespace: "shop" } };
        store.put({
            type: "kubernetes:core/v1:ConfigMap",
            id: "demo:ABCDEF/shop/by-hand",
            region: "eu-central-1",
            account: "111122223333",
            inputs: inside,
            state: inside,
        });
        await stack.destroy(program());
        deepEqual(
            store.list("kubernetes:core/v1:ConfigMap").map(({ id }) => id),
            ["default", "kube-node-lease", "kube-public", "kube-system"].map(
                (name) => `demo:ABCDEF/${name}/kube-root-ca.crt`,
            ),
        );
        deepEqual(store.list("kubernetes:core/v1:Namespace").length, 4);
    });
});

function pulumiAll(first: () => Promise<object>, second: () => Promise<void>) {
    return async () => {
        const outputs = await first();
        await second();
        return outputs as Record<string, pulumi.Output<unknown>>;
    };
}
