import { deepEqual, equal, throws } from "node:assert/strict";

import { kindOf, TestCluster } from "./cluster";
import { refusals } from "./refusals";
import { deployment, job, object, pod } from "./refusals/refusal";
import { ApiError } from "../../../../sandbox/providers/kubernetes/apiServer";
import { kinds } from "../../../../sandbox/providers/kubernetes/kinds";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import type { Props } from "../../../../sandbox/cloud/props";

describe("a cluster's API server", () => {
    let cluster: TestCluster;

    beforeEach(() => {
        cluster = new TestCluster();
    });

    afterEach(() => cluster.remove());

    for (const { why, object: wrong, message } of refusals) {
        it(`refuses ${why}`, () => {
            let refusal: unknown;
            try {
                cluster.make(wrong);
            } catch (error) {
                refusal = error;
            }
            equal(refusal instanceof ApiError ? refusal.message : refusal, message);
        });
    }

    it("accepts a valid object, and sets defaults", () => {
        cluster.make(object("v1", "ConfigMap", { data: { "ca.pem": "x" } }));
        const bound = cluster.make(pod({ volumes: [{ name: "ca", configMap: { name: "thing" } }] }));
        const { serviceAccountName, restartPolicy, volumes } = bound["spec"] as Props;
        deepEqual(
            { serviceAccountName, restartPolicy, volumes },
            {
                serviceAccountName: "default",
                restartPolicy: "Always",
                volumes: [{ name: "ca", configMap: { name: "thing", defaultMode: 420 } }],
            },
        );
        const { replicas, strategy } = cluster.make(deployment({}))["spec"] as Props;
        deepEqual(
            { replicas, strategy },
            {
                replicas: 1,
                strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
            },
        );
        const made = cluster.make(job({}));
        const { uid } = made["metadata"] as Props;
        deepEqual((made["spec"] as Props)["selector"], { matchLabels: { "batch.kubernetes.io/controller-uid": uid } });
        deepEqual(made["status"], {});
    });

    it("validates the known parts of an object in a dry run, and stores nothing", () => {
        const image: Props = { name: "app", image: UNKNOWN };
        const before = cluster.store.list("kubernetes:v1:Pod").length;
        cluster.make(
            deployment({
                template: {
                    metadata: { labels: { app: "web" } },
                    spec: { serviceAccountName: UNKNOWN, containers: UNKNOWN },
                },
            }),
            true,
        );
        throws(
            () => cluster.make(pod({ containers: [image] }), true),
            /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
        );
        throws(
            () => cluster.make(object("v1", "ConfigMap", { data: { "a/b": UNKNOWN } }), true),
            /data\[a\/b\]: Invalid value/,
        );
        equal(cluster.store.list("kubernetes:v1:Pod").length, before);
    });

    it("refuses a second object with the same name", () => {
        cluster.make(object("v1", "ServiceAccount", {}));
        throws(() => cluster.make(object("v1", "ServiceAccount", {})), {
            reason: "AlreadyExists",
            message: 'serviceaccounts "thing" already exists',
        });
        cluster.make(deployment({}));
        throws(() => cluster.make(deployment({})), {
            reason: "AlreadyExists",
            message: 'deployments.apps "thing" already exists',
        });
    });

    it("reports what prevents pods from starting, which the real API server does not", () => {
        const envFrom: Props[] = [{ secretRef: { name: "lost" } }, { secretRef: { name: "any", optional: true } }];
        const spec: Props = { serviceAccountName: "ghost", containers: [{ name: "app", image: "x", envFrom }] };
        const idle = deployment({ template: { metadata: { labels: { app: "web" } }, spec } });
        const [security, ...missing] = cluster.server.startProblems(kindOf(idle), idle, false);
        equal(security?.startsWith('pods are forbidden: violates PodSecurity "restricted:latest": '), true);
        deepEqual(missing, ['serviceaccount "ghost" not found', 'secret "lost" not found']);
    });

    it("deletes a namespace with all objects in it", () => {
        cluster.make(object("v1", "ServiceAccount", {}));
        cluster.server.delete(kindOf({ apiVersion: "v1", kind: "Namespace" }), "", "shop");
        const left = [...kinds.keys()]
            .flatMap((type) => cluster.store.list(type))
            .filter(({ id }) => id.includes("shop"));
        deepEqual(left, []);
    });

    it("creates a new cluster's namespaces, and removes the objects of deleted clusters", () => {
        cluster.open("other:DEF", ["demo:ABC", "other:DEF"]);
        cluster.open("demo:GHI", ["demo:GHI", "other:DEF"]);
        const ids = cluster.store.list("kubernetes:core/v1:Namespace").map(({ id }) => id);
        const first = ["default", "kube-node-lease", "kube-public", "kube-system"];
        deepEqual(
            ids.sort(),
            ["demo:GHI", "other:DEF"].flatMap((key) => first.map((name) => `${key}/${name}`)),
        );
        equal(cluster.store.list("kubernetes:core/v1:ServiceAccount").length, 8);
        equal(
            cluster.store.list("kubernetes:core/v1:ConfigMap").every(({ id }) => id.endsWith("/kube-root-ca.crt")),
            true,
        );
    });
});
