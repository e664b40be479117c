import assert from "node:assert/strict";

import { loginsIn, readWorkloads } from "../../adopt/workloads";

const LOGINS = new Set(["shopapi", "Größe.API", "reports"]);

describe("the logins that a value names", () => {
    for (const [value, names, variable = "DATABASE"] of [
        ["shopapi", ["shopapi"], "PGUSER"],
        ["shopapi", ["shopapi"], "database-login"],
        ["shopapi", [], "APP_NAME"],
        ["amqp://shopapi:secret@queue.example", []],
        ["https://api.example/?user=shopapi", []],
        ["jdbc:aws-wrapper:postgresql://shopapi@db.example/app", ["shopapi"]],
        ["ecto://shopapi:secret@db.example/app", ["shopapi"]],
        [" shopapi\n", ["shopapi"], "username"],
        ["postgres://shopapi:secret@db.example:5432/app", ["shopapi"]],
        ["postgresql://Gr%C3%B6%C3%9Fe.API@db.example/app", ["Größe.API"]],
        ["jdbc:postgresql://db.example/app?user=reports&password=x", ["reports"]],
        ["host=db user=shopapi password=x", ["shopapi"]],
        ["shopapi2", [], "PGUSER"],
        ["postgres://other:shopapi@db.example/app", []],
        ["postgres://%zz@db.example/app", []],
    ] as const) {
        it(`of ${variable}=${JSON.stringify(value)} are ${names.join(", ") || "none"}`, () =>
            assert.deepEqual(loginsIn(variable, value, LOGINS), names));
    }
});

const encoded = (text: string) => Buffer.from(text).toString("base64");
const pod = (namespace: string, owner: object | undefined, spec: object) => ({
    metadata: { namespace, name: "pod-1", ...(owner && { ownerReferences: [owner] }) },
    spec,
});

const ANSWERS: Readonly<Record<string, unknown>> = {
    "/api/v1/pods?limit=500": {
        items: [
            pod(
                "shop",
                { kind: "ReplicaSet", name: "api-7d9f" },
                {
                    serviceAccountName: "api",
                    containers: [
                        { env: [{ name: "PGUSER", valueFrom: { secretKeyRef: { name: "db", key: "user" } } }] },
                    ],
                },
            ),
            pod(
                "shop",
                { kind: "ReplicaSet", name: "api-7d9f" },
                { serviceAccountName: "api", containers: [{ envFrom: [{ secretRef: { name: "db" } }] }] },
            ),
            pod(
                "jobs",
                { kind: "Job", name: "nightly" },
                { initContainers: [{ env: [{ name: "DB_USERNAME", value: "reports" }] }] },
            ),
            pod("web", undefined, {
                serviceAccountName: "web",
                containers: [{ envFrom: [{ configMapRef: { name: "settings" } }] }],
            }),
            pod("other", undefined, {
                serviceAccountName: "x",
                containers: [{ env: [{ name: "APP", value: "shopapi" }] }],
            }),
        ],
    },
    "/api/v1/namespaces/shop/secrets/db": { data: { user: encoded("shopapi"), password: encoded("hunter2") } },
    "/api/v1/namespaces/web/configmaps/settings": { data: { url: "postgres://reports@db.example/app" } },
};

describe("the workloads of a cluster", () => {
    it("are the pods whose environment names a login, read from pods and what they refer to", async () => {
        const asked: string[] = [];
        const found = await readWorkloads((path) => {
            asked.push(path);
            return Promise.resolve(ANSWERS[path]);
        }, LOGINS);
        assert.deepEqual(found, [
            { login: "shopapi", namespace: "shop", serviceAccount: "api", name: "Deployment api" },
            { login: "reports", namespace: "jobs", serviceAccount: "default", name: "Job nightly" },
            { login: "reports", namespace: "web", serviceAccount: "web", name: "Pod pod-1" },
        ]);
        assert.deepEqual(asked, Object.keys(ANSWERS));
        assert.equal(JSON.stringify(found).includes("hunter2"), false);
    });
});
