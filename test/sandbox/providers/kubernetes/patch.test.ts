import { deepEqual, equal, ok, rejects } from "node:assert/strict";

import type { Props } from "../../../../sandbox/cloud/props";
import { PatchResource } from "../../../../sandbox/providers/kubernetes/patch";
import { KubernetesStandIn } from "../../../../sandbox/providers/kubernetes/provider";
import { ApiResource } from "../../../../sandbox/providers/kubernetes/resource";
import type { Connection } from "../../../../sandbox/providers/kubernetes/resource";
import type { Context } from "../../../../sandbox/providers/protocol/types";
import { kindOf, TestCluster } from "./cluster";

const account: Props = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "api", namespace: "shop" } };
const role = (arn: string): Props => ({
    ...account,
    metadata: { name: "api", namespace: "shop", annotations: { "eks.amazonaws.com/role-arn": arn } },
});
const context = (name: string, stack = "test"): Context => ({
    urn: `urn:pulumi:${stack}::keyless::t::${name}`,
    ...{ name, type: "t" },
});

describe("a patch of a Kubernetes object that exists", () => {
    let cluster: TestCluster;
    let patch: PatchResource;
    let connection: Connection;

    beforeEach(() => {
        cluster = new TestCluster();
        connection = {
            ...{
                server: cluster.server,
                namespace: "default",
                mutableData: new Set<string>(),
                deleteUnreachable: false,
            },
        };
        patch = new PatchResource(kindOf(account), () => connection);
    });
    afterEach(() => cluster.remove());

    const live = (): Props => cluster.server.get(kindOf(account), "shop", "api") ?? {};
    const unversioned = ({ metadata, ...rest }: Props): Props => ({
        ...rest,
        metadata: { ...(metadata as Props), resourceVersion: "" },
    });
    const annotation = () =>
        ((live()["metadata"] as Props)["annotations"] as Props | undefined)?.["eks.amazonaws.com/role-arn"];

    it("adds its fields, changes them, and takes away only them", async () => {
        const before = unversioned(cluster.make({ ...account, automountServiceAccountToken: false }));
        const { id, state } = await patch.create(role("one"), context("irsa"), false);
        deepEqual([id, annotation()], ["shop/api", "one"]);
        deepEqual((await patch.diff(id, state, role("one"), role("one"))).changed, []);
        deepEqual((await patch.diff(id, state, role("one"), role("two"))).changed, ["metadata"]);
        const updated = await patch.update(id, state, role("two"), context("irsa"), false);
        equal(annotation(), "two");
        await patch.delete(id, updated);
        deepEqual(unversioned(live()), before);
    });

    it("conflicts with another's value of a field, and leaves an equal one when it ends", async () => {
        cluster.make(role("theirs"));
        await rejects(
            patch.create(role("ours"), context("irsa"), false),
            /Apply failed with 1 conflict: conflict with "before-first-apply" using v1: \.metadata\.annotations\.eks\.amazonaws\.com\/role-arn$/,
        );
        const { id, state } = await patch.create(role("theirs"), context("irsa"), false);
        await patch.delete(id, state);
        equal(annotation(), "theirs");
    });

    it("is another manager's in another stack, also under the same name: only what both say stays when one ends", async () => {
        cluster.make(account);
        const first = await patch.create(role("one"), context("irsa"), false);
        await rejects(
            patch.create(role("two"), context("irsa", "second"), false),
            /conflict with "pulumi-kubernetes-[0-9a-f]{8}": \.metadata\.annotations\.eks\.amazonaws\.com\/role-arn$/,
        );
        const second = await patch.create(role("one"), context("irsa", "second"), false);
        await rejects(patch.update(first.id, first.state, role("two"), context("irsa"), true), /Apply failed with 1 /);
        await patch.delete(first.id, first.state);
        equal(annotation(), "one");
        await patch.delete(second.id, second.state);
        equal(annotation(), undefined);
    });

    it("creates an account that is not there, also when it ends, and leaves it without its fields", async () => {
        const { id, state } = await patch.create(role("one"), context("irsa"), false);
        equal(annotation(), "one");
        const updated = await patch.update(id, state, role("two"), context("irsa"), false);
        await patch.delete(id, updated);
        equal(annotation(), undefined);
        cluster.server.delete(kindOf(account), "shop", "api");
        await patch.delete(id, updated);
        deepEqual(Object.keys(live()["metadata"] as Props).sort(), [
            ...["creationTimestamp", "name", "namespace", "resourceVersion", "uid"],
        ]);
    });

    it("cannot change without its account, nor end without its namespace, which a refresh forgets", async () => {
        cluster.make(account);
        const { id, state } = await patch.create(role("one"), context("irsa"), false);
        cluster.server.delete(kindOf(account), "shop", "api");
        await rejects(
            patch.update(id, state, role("two"), context("irsa"), false),
            /update of resource "[^"]+" failed: serviceaccounts "api" not found$/m,
        );
        const space: Props = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
        cluster.server.delete(kindOf(space), "", "shop");
        await rejects(patch.delete(id, state), /namespaces "shop" not found$/);
        equal(await patch.read(id, state, role("one")), undefined);
    });

    it("never takes a field by force: the stand-in refuses a provider that would", async () => {
        const provider = new KubernetesStandIn("4.34.2", cluster.store);
        deepEqual(await provider.checkConfig({ enablePatchForce: false }), []);
        deepEqual(await provider.checkConfig({ enablePatchForce: true }), [
            {
                property: "enablePatchForce",
                reason: "the sandbox's stand-in for kubernetes does not support enablePatchForce; omit it",
            },
        ]);
        ok(provider.jsonConfig.includes("enablePatchForce"));
    });

    it("is not sent in a preview, and needs a name", async () => {
        cluster.make(account);
        deepEqual(await patch.create(role("one"), context("irsa"), true), { id: "", state: role("one") });
        equal(annotation(), undefined);
        const { failures } = await patch.check({ metadata: {} });
        deepEqual(failures, [
            {
                property: "metadata.name",
                reason: "patch resources require the `.metadata.name` field to be set",
            },
        ]);
    });

    it("is what an object that exists can have, for the API creates none of its name", async () => {
        cluster.make(account);
        const whole = new ApiResource(kindOf(account), () => connection);
        await rejects(whole.create(account, context("shop"), false), /serviceaccounts "api" already exists$/);
        const space: Props = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
        const second = new ApiResource(kindOf(space), () => connection);
        await rejects(second.create(space, context("shop"), false), /namespaces "shop" already exists$/);
    });
});
