import assert from "node:assert/strict";
import { inspect } from "node:util";
import { reportSecrets, secretLine } from "../../../cli/migration/secrets";
import { undeletable } from "../../../components/tenancy/migration/passwordSecrets";
import { endpointIn, KubernetesSecrets } from "../../../components/tenancy/migration/kubernetesSecrets";
import { secretKeeper } from "../../../components/tenancy/migration/secretKeeper";
import { refers, secretUsers } from "../../../components/tenancy/migration/secretUsers";
import type { Props } from "../../../sandbox/cloud/props";
import { answerKubernetes } from "../../../sandbox/providers/kubernetes/http";
import type { ApiRequest, KubernetesApi } from "../../../toolkit/kubernetesApi";
import { TestCluster } from "../../sandbox/providers/kubernetes/cluster";

const container = { name: "api", image: "api:1" };
const password = { name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } };

const another = "11111111-1111-4111-8111-111111111111";

describe("a Kubernetes Secret with a copy of a password", () => {
    const made = new TestCluster();
    const asked: ApiRequest[] = [];
    const received: string[] = [];
    let caller: string | null | undefined = "arn:aws:iam::111122223333:role/deployer";
    const place = { region: "eu-central-1", account: "111122223333" };
    const state = { name: "demo", endpoint: "https://ABC.gr7.eu-central-1.eks.amazonaws.com" };
    const cluster = { type: "aws:eks/cluster:Cluster", id: "demo", ...place, inputs: {}, state };
    const api: KubernetesApi = async (request) => {
        asked.push(request);
        const { method, path: url, accept = "application/json", body } = request;
        const sent = body === undefined ? "" : JSON.stringify(body);
        const answer = answerKubernetes(made.store, cluster, caller, { method, url, headers: { accept }, body: sent });
        received.push(answer.body);
        return { status: answer.status, body: JSON.parse(answer.body) as unknown };
    };
    const secrets = new KubernetesSecrets(async () => api);
    const secret = (metadata: Props = {}) => ({
        ...{ apiVersion: "v1", kind: "Secret", stringData: { password: "of today" } },
        metadata: { name: "database", namespace: "shop", ...metadata },
    });
    const found = async () => {
        const status = await secrets.status("shop/database");
        assert.ok(status.state === "there", JSON.stringify(status));
        return status;
    };
    const remove = () =>
        made.store.list("kubernetes:core/v1:Secret").forEach((one) => made.store.remove(one.type, one.id));

    beforeEach(() => {
        asked.length = 0;
        received.length = 0;
        caller = "arn:aws:iam::111122223333:role/deployer";
        remove();
    });
    after(() => made.remove());

    it("is read without its data, by a header that admits nothing but metadata", async () => {
        made.make(secret());
        const { uid, created, ...rest } = await found();
        assert.deepEqual(rest, { state: "there", usedBy: [], keep: undefined });
        assert.ok(typeof uid === "string" && created instanceof Date);
        const own = asked.filter(({ path }) => path.includes("/secrets"));
        assert.deepEqual(
            own.map(({ method, path, accept }) => [method, path, accept]),
            [
                [
                    "GET",
                    "/api/v1/namespaces/shop/secrets/database",
                    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
                ],
            ],
        );
    });

    it("made by kubectl apply has a copy of its data in the metadata, of which nothing is kept, shown or in an error", async () => {
        const annotation = "kubectl.kubernetes.io/last-applied-configuration";
        const data = Buffer.from("of today").toString("base64");
        const owner = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", name: "db", uid: "1" };
        const annotations = { [annotation]: JSON.stringify({ data: { password: data } }) };
        const told: string[] = [];
        const others: Props[] = [{}, { ownerReferences: [owner] }, { finalizers: ["example.com/keep"] }];
        for (const more of others) {
            remove();
            made.make(secret({ annotations, ...more }));
            const status = await found();
            const [report] = await reportSecrets(secrets, [{ kubernetes: "shop/database" }], true);
            assert.ok(report !== undefined);
            const refusals = await undeletable(secrets, ["shop/database"]);
            const error = await secrets.remove("shop/database", another).catch((reason: unknown) => reason);
            assert.ok(error instanceof Error);
            told.push(inspect([status, report, secretLine(report), refusals, error], { depth: Infinity }));
        }
        const { uid = "" } = await found();
        const kept = await secrets.remove("shop/database", uid).catch((reason: unknown) => reason);
        assert.match(String(kept), /example\.com\/keep/);
        told.push(inspect([kept, await found()], { depth: Infinity }));
        const answered = new KubernetesSecrets(async () => async () => ({
            status: 200,
            body: secret({ annotations }),
        }));
        told.push(inspect(await answered.status("shop/database"), { depth: Infinity }));
        assert.ok(
            received.some((one) => one.includes(data)),
            "the copy is in an answer",
        );
        for (const text of told) {
            assert.ok(!text.includes(data) && !text.includes(annotation), text);
        }
    });

    it("is deleted only if it is the very one that was looked at", async () => {
        made.make(secret());
        const { uid } = await found();
        remove();
        made.make(secret());
        await assert.rejects(secrets.remove("shop/database", uid ?? ""), {
            message: "the Kubernetes API answers 409 (Conflict) to delete secrets shop/database",
        });
        await secrets.remove("shop/database", (await found()).uid ?? "");
        assert.deepEqual(await secrets.status("shop/database"), { state: "gone" });
        await secrets.remove("shop/database", uid ?? "");
    });

    it("names who refers to it, each by its outermost controller", async () => {
        made.make(secret());
        const pod = (env: Props[]) => ({
            metadata: { labels: { app: "api" } },
            spec: { containers: [{ ...container, env }] },
        });
        const deployment = (name: string, env: Props[]) =>
            made.make({
                ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: "shop" } },
                spec: { selector: { matchLabels: { app: "api" } }, template: pod(env) },
            });
        deployment("api", [password]);
        deployment("other", []);
        assert.deepEqual((await found()).usedBy, ["Deployment shop/api"]);
    });

    it("is not readable for who is not signed in, or has no rights, and the API's own words are not repeated", async () => {
        made.make(secret());
        for (const [who, answer] of [
            [undefined, "401 (Unauthorized)"],
            [null, "403 (Forbidden)"],
        ] as const) {
            caller = who;
            assert.deepEqual(await secrets.status("shop/database"), {
                state: "unreadable",
                why: `the Kubernetes API answers ${answer} to get secrets shop/database`,
            });
        }
    });

    it("stays where a finalizer would keep it, before it is marked as deleted and after", async () => {
        made.make(secret({ finalizers: ["example.com/keep"] }));
        const { uid = "", keep } = await found();
        assert.equal(
            keep,
            "deleting it would only mark it until its finalizers are removed (example.com/keep): remove them first",
        );
        const marked = {
            message: "it is being deleted, and stays until its finalizers are removed (example.com/keep): remove them",
        };
        await assert.rejects(secrets.remove("shop/database", uid), marked);
        assert.equal((await found()).keep, marked.message);
    });

    it("stays where something would create it again", async () => {
        const owner = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", name: "db", uid: "1" };
        made.make(secret({ ownerReferences: [owner] }));
        assert.equal(
            (await found()).keep,
            "ExternalSecret db would create it again: remove it there, which deletes it here",
        );
        const keeper = (metadata: object) => /^(.*) would create/.exec(secretKeeper({ ...metadata }) ?? "")?.[1];
        assert.equal(keeper({ annotations: { "argocd.argoproj.io/tracking-id": "shop:/Secret:shop/db" } }), "Argo CD");
        assert.equal(keeper({ annotations: { "meta.helm.sh/release-name": "shop" } }), "Helm");
        const labels = { "app.kubernetes.io/instance": "shop" };
        assert.equal(keeper({ labels }), "Argo CD or Helm (app.kubernetes.io/instance)");
        assert.equal(keeper({ labels, annotations: { "meta.helm.sh/release-name": "shop" } }), "Helm");
        assert.equal(keeper({ labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } }), "Flux");
        assert.equal(keeper({ annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } }), undefined);
    });

    it("is in a cluster whose address its kubeconfig has", () => {
        const data = Buffer.from("PEM").toString("base64");
        const clusters = [{ name: "k", cluster: { server: "https://a", "certificate-authority-data": data } }];
        assert.deepEqual(endpointIn(JSON.stringify({ clusters })), { endpoint: "https://a", authority: "PEM" });
    });
});

describe("a reference to a Secret", () => {
    it("is found in variables, volumes and pull secrets, and nowhere else", () => {
        const spec = (more: object, inner: object = {}) => ({
            spec: { containers: [{ ...container, ...inner }], ...more },
        });
        for (const object of [
            spec({}, { env: [password] }),
            spec({}, { envFrom: [{ secretRef: { name: "database", optional: true } }] }),
            { spec: { initContainers: [{ env: [password] }] } },
            { spec: { ephemeralContainers: [{ env: [password] }] } },
            spec({ volumes: [{ name: "v", secret: { secretName: "database" } }] }),
            spec({ volumes: [{ name: "v", projected: { sources: [{ secret: { name: "database" } }] } }] }),
            spec({ volumes: [{ name: "v", csi: { driver: "d", nodePublishSecretRef: { name: "database" } } }] }),
            spec({ volumes: [{ name: "v", azureFile: { secretName: "database", shareName: "s" } }] }),
            spec({ imagePullSecrets: [{ name: "database" }] }),
            { spec: { jobTemplate: { spec: { template: spec({}, { env: [password] }) } } } },
            { secrets: [{ name: "database" }] },
        ]) {
            assert.ok(refers(object, "database"), JSON.stringify(object));
        }
        for (const object of [
            spec({ volumes: [{ name: "database", configMap: { name: "database" } }] }),
            spec({}, { name: "database", env: [{ name: "database", value: "database" }] }),
            spec({}, { envFrom: [{ configMapRef: { name: "database" } }, { secretRef: { name: "database-2" } }] }),
            { metadata: { annotations: { secret: { name: "database" } } }, spec: {} },
        ]) {
            assert.ok(!refers(object, "database"), JSON.stringify(object));
        }
    });

    it("counts once for what a controller runs, and while a pod of an old version runs; not when it has ended", async () => {
        const uses = { containers: [{ ...container, env: [password] }] };
        const object = (name: string, owner: string | undefined, rest: object) => ({
            metadata: {
                name,
                uid: name,
                ownerReferences: owner === undefined ? [] : [{ controller: true, uid: owner }],
            },
            ...rest,
        });
        const template = { template: { spec: uses } };
        const none = { template: { spec: { containers: [container] } } };
        const lists: Readonly<Record<string, readonly object[]>> = {
            deployments: [object("api", undefined, { spec: template }), object("new", undefined, { spec: none })],
            replicasets: [
                object("api-1", "api", { spec: { replicas: 2, ...template } }),
                object("new-1", "new", { spec: { replicas: 0, ...template } }),
            ],
            pods: [
                object("api-1-a", "api-1", { spec: uses }),
                object("new-1-a", "new-1", { spec: uses, status: { phase: "Running" } }),
                object("done", undefined, { spec: uses, status: { phase: "Succeeded" } }),
                object("bare", undefined, { spec: uses, status: { phase: "Pending" } }),
                object("rollout-a", "an Argo Rollout", { spec: uses }),
            ],
            jobs: [
                object("old", undefined, {
                    spec: template,
                    status: { conditions: [{ type: "Complete", status: "True" }] },
                }),
                object("nightly-1", "nightly", { spec: template }),
            ],
            cronjobs: [object("nightly", undefined, { spec: { jobTemplate: { spec: template } } })],
            statefulsets: [object("queue", undefined, { spec: { replicas: 0, ...template } })],
        };
        const list = async (path: string) =>
            (lists[path.slice(path.lastIndexOf("/") + 1)] ?? []) as readonly Record<string, unknown>[];
        assert.deepEqual(await secretUsers(list, "shop", "database"), [
            "Deployment shop/api",
            "StatefulSet shop/queue",
            "CronJob shop/nightly",
            "Pod shop/new-1-a",
            "Pod shop/bare",
            "Pod shop/rollout-a",
        ]);
    });
});
