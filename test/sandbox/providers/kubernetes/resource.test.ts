import { deepEqual, equal, match, rejects } from "node:assert/strict";

import { kindOf, TestCluster } from "./cluster";
import { container, deployment, job, object } from "./refusals/refusal";
import { ApiResource } from "../../../../sandbox/providers/kubernetes/resource";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import { ProviderError } from "../../../../sandbox/providers/protocol/types";
import type { Connection } from "../../../../sandbox/providers/kubernetes/resource";
import type { Props } from "../../../../sandbox/cloud/props";
import type { Context } from "../../../../sandbox/providers/protocol/types";

const context: Context = {
    urn: "urn:pulumi:test::keyless::t::thing",
    name: "thing",
    type: "t",
    randomSeed: Buffer.from("seed"),
};

describe("a Kubernetes object as a resource", () => {
    let cluster: TestCluster;

    beforeEach(() => {
        cluster = new TestCluster();
    });

    afterEach(() => cluster.remove());

    function resource(like: Props, connection: Partial<Connection> = {}): ApiResource {
        const whole = {
            server: cluster.server,
            namespace: "default",
            mutableData: new Set<string>(),
            deleteUnreachable: false,
            ...connection,
        };
        return new ApiResource(kindOf(like), () => whole);
    }

    function configMap(data: Props, metadata: Props = {}): Props {
        return { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "shop", ...metadata }, data };
    }

    async function made(inputs: Props): Promise<{ id: string; inputs: Props; state: Props }> {
        const checked = await resource(inputs).check(inputs, undefined, context);
        return { inputs: checked.inputs, ...(await resource(inputs).create(checked.inputs, context, false)) };
    }

    it("generates a name if the program gives none, keeps it, and marks it", async () => {
        const first = await resource(configMap({})).check(configMap({ a: "1" }), undefined, context);
        const { name, annotations } = first.inputs["metadata"] as Props;
        match(name as string, /^thing-[0-9a-f]{8}$/);
        deepEqual(annotations, { "pulumi.com/autonamed": "true" });
        const second = await resource(configMap({})).check(configMap({ a: "2" }), first.inputs, {
            ...context,
            randomSeed: Buffer.from("other"),
        });
        deepEqual(second.inputs["metadata"], first.inputs["metadata"]);
    });

    it("refuses a generated name", async () => {
        const { failures } = await resource(configMap({})).check(
            configMap({}, { generateName: "x-" }),
            undefined,
            context,
        );
        deepEqual(failures, [
            {
                property: "metadata.generateName",
                reason: "the `.metadata.generateName` field is not supported in Server-Side Apply mode",
            },
        ]);
    });

    it("shows no difference for the API server's defaults", async () => {
        for (const inputs of [
            deployment({}),
            job({}),
            object("v1", "Secret", { stringData: { a: "b" } }),
            configMap({ a: "b" }),
        ]) {
            const { id, state, inputs: checked } = await made(inputs);
            deepEqual(await resource(inputs).diff(id, state, checked, checked), {
                changed: [],
                replace: [],
                deleteBeforeReplace: false,
            });
        }
    });

    const changes: readonly (readonly [
        string,
        () => Props,
        () => Props,
        readonly string[],
        readonly string[],
        boolean,
    ])[] = [
        [
            "a label in place",
            () => object("v1", "ServiceAccount", {}),
            () => ({
                ...object("v1", "ServiceAccount", {}),
                metadata: { name: "thing", namespace: "shop", labels: { a: "b" } },
            }),
            ["metadata"],
            [],
            false,
        ],
        [
            "a named ConfigMap's data by replacement, deleting the old one first",
            () => object("v1", "ConfigMap", { data: { a: "1" } }),
            () => object("v1", "ConfigMap", { data: { a: "2" } }),
            ["data"],
            ["data"],
            true,
        ],
        [
            "a Secret's text by replacement",
            () => object("v1", "Secret", { stringData: { a: "1" } }),
            () => object("v1", "Secret", { stringData: { a: "2" } }),
            ["data"],
            ["data"],
            true,
        ],
        [
            "a name by replacement",
            () => object("v1", "ServiceAccount", {}),
            () => object("v1", "ServiceAccount", {}, "other"),
            ["metadata"],
            ["metadata"],
            false,
        ],
        [
            "a Deployment's image in place",
            () => deployment({}),
            () =>
                deployment({
                    template: {
                        metadata: { labels: { app: "web" } },
                        spec: { containers: [{ ...container, image: "new" }] },
                    },
                }),
            ["spec"],
            [],
            false,
        ],
        [
            "a Deployment's selector by replacement",
            () => deployment({}),
            () => deployment({ selector: { matchLabels: { app: "api" } } }),
            ["spec"],
            ["spec"],
            true,
        ],
        [
            "a Job's template by replacement",
            () => job({}),
            () => job({}, { restartPolicy: "OnFailure" }),
            ["spec"],
            ["spec"],
            true,
        ],
        ["a Job's limit in place", () => job({}), () => job({ backoffLimit: 1 }), ["spec"], [], false],
        [
            "an unknown value like any other",
            () => object("v1", "ConfigMap", { data: { a: "1" } }),
            () => object("v1", "ConfigMap", { data: { a: UNKNOWN } }),
            ["data"],
            ["data"],
            true,
        ],
    ];
    for (const [why, before, after, changed, replace, deleteBeforeReplace] of changes) {
        it(`changes ${why}`, async () => {
            const { id, state, inputs } = await made(before());
            const { inputs: news } = await resource(before()).check(after(), inputs, context);
            deepEqual(await resource(before()).diff(id, state, inputs, news), {
                changed,
                replace,
                deleteBeforeReplace,
            });
        });
    }

    it("creates the new one first if it generated the name, and changes data in place if configured", async () => {
        const { id, state, inputs } = await made(configMap({ a: "1" }));
        const { inputs: news } = await resource(inputs).check(configMap({ a: "2" }), inputs, context);
        deepEqual(await resource(inputs).diff(id, state, inputs, news), {
            changed: ["data"],
            replace: ["data"],
            deleteBeforeReplace: false,
        });
        const mutable = resource(inputs, { mutableData: new Set(["ConfigMap"]) });
        deepEqual(await mutable.diff(id, state, inputs, news), {
            changed: ["data"],
            replace: [],
            deleteBeforeReplace: false,
        });
    });

    it("keeps fields that the program never set, and removes those that it no longer sets", async () => {
        const asked = {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "api", namespace: "shop", annotations: { role: "a", old: "x" } },
        };
        const { id, inputs, state } = await made(asked);
        const [kept] = cluster.store
            .list("kubernetes:core/v1:ServiceAccount")
            .filter((each) => each.id.endsWith("/api"));
        equal(kept === undefined, false);
        if (kept !== undefined) {
            const metadata = {
                ...(kept.state["metadata"] as object),
                annotations: { role: "drifted", old: "x", theirs: "y" },
            };
            cluster.store.put({ ...kept, state: { ...kept.state, metadata } });
        }
        const current = await resource(asked).read(id, state, inputs, context);
        deepEqual((current?.inputs["metadata"] as Props)["annotations"], { old: "x", role: "drifted" });
        const news = { ...asked, metadata: { ...asked.metadata, annotations: { role: "b" } } };
        const updated = await resource(asked).update(id, state, news, context, false);
        deepEqual((updated["metadata"] as Props)["annotations"], { role: "b", theirs: "y" });
    });

    it("imports an object with all fields that the server did not add", async () => {
        const { id, state } = await made(object("v1", "ConfigMap", { data: { a: "b" } }));
        const current = await resource(configMap({})).read(id, state, undefined, context);
        deepEqual(current?.inputs, object("v1", "ConfigMap", { data: { a: "b" } }));
        equal(await resource(configMap({})).read("shop/none", {}, undefined, context), undefined);
    });

    it("words a refusal as the real provider does", async () => {
        const wrong = object("v1", "ServiceAccount", {}, "Bad");
        await rejects(resource(wrong).create(wrong, context, false), (error) => {
            match(
                String(error),
                /resource "urn:pulumi:test::keyless::t::thing" was not successfully created by the Kubernetes API server: ServiceAccount "Bad" is invalid/,
            );
            return error instanceof ProviderError;
        });
    });

    it("refuses a workload whose pods could never start, unless it has the skipAwait annotation", async () => {
        const idle = deployment({
            template: {
                metadata: { labels: { app: "web" } },
                spec: { serviceAccountName: "ghost", containers: [container] },
            },
        });
        await rejects(
            resource(idle).create(idle, context, false),
            /its pods would never become ready: serviceaccount "ghost" not found \(fix this/,
        );
        const patient = {
            ...idle,
            metadata: { ...(idle["metadata"] as Props), annotations: { "pulumi.com/skipAwait": "true" } },
        };
        equal((await resource(idle).create(patient, context, false)).id, "shop/thing");
    });

    it("accepts in a preview what the same update can still create", async () => {
        const early = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "x", namespace: "later" } };
        deepEqual(await resource(early).create(early, context, true), { id: "", state: early });
    });

    it("reports why a cluster is unreachable; its objects count as deleted only if configured", async () => {
        const lost = { server: { unreachable: "no such host" } };
        const inputs = object("v1", "ServiceAccount", {});
        await rejects(
            resource(inputs, lost).create(inputs, context, false),
            /^Error: configured Kubernetes cluster is unreachable: no such host$/,
        );
        await rejects(
            resource(inputs, lost).read("shop/thing", {}, inputs, context),
            /unreachable cluster \(no such host\).*PULUMI_K8S_DELETE_UNREACHABLE/,
        );
        equal(
            await resource(inputs, { ...lost, deleteUnreachable: true }).read("shop/thing", {}, inputs, context),
            undefined,
        );
        await resource(inputs, { ...lost, deleteUnreachable: true }).delete("shop/thing", {}, context);
    });
});
