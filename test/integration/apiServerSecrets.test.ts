import assert from "node:assert/strict";

import { ApiServerProcess } from "../../cli/sandbox/conformance/apiServer";
import { KubernetesSecrets } from "../../components/tenancy/migration/kubernetesSecrets";
import type { Props } from "../../sandbox/cloud/props";
import { ApiError } from "../../sandbox/providers/kubernetes/apiServer";
import { answerKubernetes } from "../../sandbox/providers/kubernetes/http";
import { serverSideApply } from "../../sandbox/providers/kubernetes/serverSideApply";
import { kubernetesApi, type KubernetesApi } from "../../toolkit/kubernetesApi";
import { kindOf, TestCluster } from "../sandbox/providers/kubernetes/cluster";

/** KUBE_APISERVER and ETCD name the executables; see docs/conformance.md. */
const isAtHand = process.env["KUBE_APISERVER"] !== undefined && process.env["ETCD"] !== undefined;

type Who = "admin" | "none" | "unknown";

/** A cluster's API, as clients of different rights see it. */
interface Side {
    readonly as: (who: Who) => KubernetesApi;
    readonly make: (object: Props) => Promise<unknown>;
}

const accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const secrets = "/api/v1/namespaces/shop/secrets";
const another = "11111111-1111-4111-8111-111111111111";
const secret = (name: string, metadata: Props = {}): Props => ({
    ...{ apiVersion: "v1", kind: "Secret", type: "Opaque", stringData: { password: "of today" } },
    metadata: { name, namespace: "shop", ...metadata },
});

/** The copy of a Secret's data that `kubectl apply` writes. */
const APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const DATA = Buffer.from("of today").toString("base64");
const COPY = { [APPLIED]: JSON.stringify({ data: { password: DATA } }) };
const holdsNone = (text: string) => !text.includes("of today") && !text.includes(DATA);

/** Everything that the program asks, with its answers, without what differs between any two servers. */
async function dialogue({ as, make }: Side): Promise<readonly (readonly [string, number, unknown])[]> {
    const told: (readonly [string, number, unknown])[] = [];
    const ask = async (title: string, who: Who, ...[request]: Parameters<KubernetesApi>) => {
        const { status, body } = await as(who)(request);
        const without = (...keys: string[]) =>
            JSON.stringify(body, (key, value: unknown) => (keys.includes(key) ? undefined : value));
        const text = without("managedFields");
        assert.ok(holdsNone(without("managedFields", APPLIED)), "an answer has the value beside kubectl's copy");
        const alike = text
            .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "UID")
            .replace(/"\d{4}-\d\d-\d\dT[\d:]+Z"/g, '"TIME"')
            .replace(/"resourceVersion":"\d+"/g, '"resourceVersion":"N"')
            .replace(/User \\"nobody\\" /g, "User ");
        told.push([title, status, JSON.parse(alike)]);
        return body;
    };
    const uidOf = (body: unknown) => (body as { metadata: { uid: string } }).metadata.uid;
    const get = (title: string, who: Who, name: string) =>
        ask(title, who, { method: "GET", path: `${secrets}/${name}`, accept });
    const remove = (title: string, who: Who, name: string, uid: string) => {
        const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
        return ask(title, who, { method: "DELETE", path: `${secrets}/${name}`, accept, body });
    };

    await make(secret("database", { labels: { app: "api" }, annotations: { "example.com/note": "a", ...COPY } }));
    const first = uidOf(await get("its metadata", "admin", "database"));
    await get("one that is not there", "admin", "absent");
    await remove("deleting one that is not there", "admin", "absent", another);
    for (const who of ["none", "unknown"] as const) {
        await get(`its metadata, as ${who}`, who, "database");
        await remove(`deleting it, as ${who}`, who, "database", first);
        await ask(`pods, as ${who}`, who, { method: "GET", path: "/api/v1/namespaces/shop/pods?limit=500" });
        const path = "/apis/apps/v1/namespaces/shop/deployments?limit=500";
        await ask(`deployments, as ${who}`, who, { method: "GET", path });
    }
    await remove("deleting another of its name", "admin", "database", another);
    await remove("deleting it", "admin", "database", first);
    await get("it, deleted", "admin", "database");
    await make(secret("database"));
    await remove("deleting the first again, when there is a second", "admin", "database", first);
    await make(secret("kept", { finalizers: ["example.com/keep"] }));
    const kept = uidOf(await get("one with a finalizer", "admin", "kept"));
    await remove("deleting one with a finalizer", "admin", "kept", kept);
    await get("one with a finalizer, deleted", "admin", "kept");
    for (const plural of ["statefulsets", "replicasets", "deployments", "widgets"]) {
        await ask(plural, "admin", { method: "GET", path: `/apis/apps/v1/namespaces/shop/${plural}?limit=500` });
    }
    return told;
}

const accounts = "/api/v1/namespaces/shop/serviceaccounts";
const account = (name: string, more: Props = {}, namespace = "shop"): Props => ({
    ...{ apiVersion: "v1", kind: "ServiceAccount" },
    metadata: { name, namespace, ...more },
});

/** What a manager of a service account is answered who adds fields to it, changes them and lets them go. */
async function patching(
    make: (object: Props) => Promise<unknown>,
    apply: (object: Props, manager: string) => Promise<unknown>,
): Promise<readonly (readonly [string, unknown])[]> {
    const told: (readonly [string, unknown])[] = [];
    const [one, two] = ["one", "two"].map((role) => ({ annotations: { "eks.amazonaws.com/role-arn": role } }));
    const labelled = { ...two, labels: { "keyless/tenant": "api" } };
    const ask = async (title: string, object: Props, manager = "writer-1") => {
        const answer = (await apply(object, manager)) as { readonly metadata?: Props };
        const { uid, creationTimestamp, resourceVersion, managedFields, ...metadata } = answer.metadata ?? {};
        assert.equal(typeof uid, typeof resourceVersion, JSON.stringify([creationTimestamp, managedFields]));
        told.push([title, { ...answer, metadata }]);
    };
    const untouched = account("api", { labels: { app: "api" } });
    await make({ ...untouched, automountServiceAccountToken: false });
    await ask("adding an annotation", account("api", one));
    await ask("changing it", account("api", two));
    await ask("another's other value", account("api", one), "writer-2");
    await ask("another's same value", account("api", two), "writer-2");
    await ask("changing what both say", account("api", one));
    await ask("letting go what both say", account("api"));
    await ask("adding a label", account("api", labelled), "writer-2");
    await ask("two others", account("api", { ...one, labels: { "keyless/tenant": "other", app: "other" } }));
    await ask("letting all go", account("api"), "writer-2");
    await make(account("theirs", one));
    await ask("another value than whoever made it", account("theirs", two));
    await ask("the same value as whoever made it", account("theirs", one));
    await ask("letting it go", account("theirs"));
    await ask("letting go what is not there", account("absent"));
    await ask("adding to what is not there", account("new", two));
    await ask("letting go what was added", account("new"));
    await ask("adding without a namespace", account("api", one, "absent"));
    await ask("letting go without a namespace", account("api", {}, "absent"));
    return told;
}

describe(`Secrets and patches of a real kube-apiserver${isAtHand ? "" : " (skipped: set KUBE_APISERVER and ETCD to have them tried)"}`, () => {
    let server: ApiServerProcess;
    let real: Side;

    before(async function () {
        if (!isAtHand) {
            return this.skip();
        }
        server = await ApiServerProcess.start(process.env);
        const make = async (object: Props) => {
            const plural = `${typeof object["kind"] === "string" ? object["kind"].toLowerCase() : ""}s`;
            return server.ask("POST", `/api/v1/${plural === "namespaces" ? "" : "namespaces/shop/"}${plural}`, object);
        };
        real = {
            make,
            as: (who) => {
                const { endpoint, token } = server.client(who);
                return kubernetesApi(endpoint, token);
            },
        };
        await make({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
    });
    after(async () => {
        if (isAtHand) {
            await server.stop();
        }
    });

    it("are read and deleted as the sandbox's are, word for word", async () => {
        const made = new TestCluster();
        const place = { region: "eu-central-1", account: "111122223333" };
        const state = { name: "demo", endpoint: "https://ABC.gr7.eu-central-1.eks.amazonaws.com" };
        const cluster = { type: "aws:eks/cluster:Cluster", id: "demo", ...place, inputs: {}, state };
        const callers = { admin: "arn:aws:iam::111122223333:role/deployer", none: null, unknown: undefined };
        try {
            const sandbox = await dialogue({
                make: async (object) => made.make(object),
                as:
                    (who) =>
                    async ({ method, path: url, accept = "application/json", body }) => {
                        const request = {
                            method,
                            url,
                            headers: { accept },
                            body: body === undefined ? "" : JSON.stringify(body),
                        };
                        const answer = answerKubernetes(made.store, cluster, callers[who], request);
                        return { status: answer.status, body: JSON.parse(answer.body) as unknown };
                    },
            });
            assert.deepEqual(sandbox, await dialogue(real));
        } finally {
            made.remove();
        }
    });

    it("are applied as the sandbox's are, word for word", async () => {
        const made = new TestCluster();
        const kind = kindOf(account("api"));
        try {
            const sandbox = await patching(
                async (object) => made.make(object),
                async (object, manager) => {
                    try {
                        return serverSideApply(made.server, kind, object, manager, false);
                    } catch (error) {
                        assert.ok(error instanceof ApiError);
                        return { reason: error.reason, message: error.message };
                    }
                },
            );
            const told = await patching(real.make, async (object, manager) => {
                const { name, namespace } = object["metadata"] as Record<string, string>;
                const path = accounts.replace("shop", namespace ?? "");
                const { status, body } = await server.apply(`${path}/${name}`, object, manager);
                const { reason, message = "" } = body as { readonly reason?: string; readonly message?: string };
                // The sandbox keeps no managers of what no manager applied.
                return status < 300 ? body : { reason, message: message.replace('"unknown"', '"before-first-apply"') };
            });
            assert.deepEqual(sandbox, told);
        } finally {
            made.remove();
        }
    });

    it("are found with who refers to them, page by page, and deleted by the program's own calls", async () => {
        await real.make(secret("copy", { annotations: COPY }));
        for (let index = 0; index < 501; index += 1) {
            const used: Props = index === 500 ? { secrets: [{ name: "copy" }] } : {};
            const metadata = { name: `account-${String(index).padStart(3, "0")}` };
            await real.make({ apiVersion: "v1", kind: "ServiceAccount", metadata, ...used });
        }
        const found = new KubernetesSecrets(async () => real.as("admin"));
        const { uid = "", ...status } = (await found.status("shop/copy")) as {
            readonly uid?: string;
            readonly usedBy?: unknown;
        };
        assert.ok(holdsNone(JSON.stringify(status)));
        assert.deepEqual(status.usedBy, ["ServiceAccount shop/account-500"]);
        await assert.rejects(found.remove("shop/copy", another), /409 \(Conflict\)/);
        await found.remove("shop/copy", uid);
        assert.deepEqual(await found.status("shop/copy"), { state: "gone" });
    });
});
