import { deepEqual, throws } from "node:assert/strict";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import { EKS_CLUSTER } from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import { putInClusters, type ExistingInCluster } from "../../../../sandbox/providers/kubernetes/existing";
import { MemoryStore } from "../aws/stage";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const SECRET = "kubernetes:core/v1:Secret";

describe("objects that were in a cluster before the stack", () => {
    let cloud: Cloud;
    const cluster = (name: string) => {
        const state = { name, endpoint: `https://${name.toUpperCase()}.gr7.eu-central-1.eks.amazonaws.com` };
        const { account, region, store } = cloud;
        store.put({ type: EKS_CLUSTER, id: name, account, region, inputs: {}, state });
    };
    const ids = (type: string) => cloud.store.list(type).map(({ id }) => id);
    const secret = (inputs: Props = {}): ExistingInCluster => ({ type: SECRET, id: "shop/database", inputs });

    beforeEach(() => {
        cloud = new Cloud(new MemoryStore(), "eu-central-1");
        cluster("production");
        putInClusters(cloud, [{ type: NAMESPACE, id: "shop", inputs: {} }, secret({ stringData: { user: "shop" } })]);
    });

    it("are what the API server stores, with the objects that every namespace has", () => {
        const [stored] = cloud.store.list(SECRET);
        deepEqual(
            [stored?.id, stored?.state["data"]],
            ["production:PRODUCTION/shop/database", { user: Buffer.from("shop").toString("base64") }],
        );
        deepEqual(
            ids("kubernetes:core/v1:ServiceAccount").filter((id) => id.includes("/shop/")),
            ["production:PRODUCTION/shop/default"],
        );
    });

    it("are not changed if they are added again, nor those of another region's cluster", () => {
        const before = cloud.store.list(SECRET);
        putInClusters(cloud, [secret({ stringData: { user: "other" } })]);
        const there = new Cloud(cloud.store, "eu-west-1");
        there.store.put({ ...(cloud.find(EKS_CLUSTER, "production") ?? {}), region: "eu-west-1" } as never);
        putInClusters(there, [{ type: NAMESPACE, id: "shop", inputs: {} }]);
        deepEqual(cloud.store.list(SECRET), before);
    });

    it("are not put again if somebody has deleted them since", () => {
        const [stored] = cloud.store.list(SECRET);
        cloud.store.remove(SECRET, stored?.id ?? "");
        putInClusters(cloud, [secret()]);
        deepEqual(ids(SECRET), []);
    });

    it("name their cluster if there are several", () => {
        cluster("staging");
        putInClusters(cloud, [{ type: NAMESPACE, id: "web", cluster: "staging", inputs: {} }]);
        deepEqual(
            ids(NAMESPACE).filter((id) => id.endsWith("/web")),
            ["staging:STAGING/web"],
        );
        throws(() => putInClusters(cloud, [{ type: NAMESPACE, id: "web", inputs: {} }]), {
            message: `${NAMESPACE} web: cluster: none is named, and the clusters that exist are production, staging; name one of them`,
        });
    });

    it("are refused together if they are invalid", () => {
        const wrong: ExistingInCluster[] = [
            { type: "kubernetes:batch/v2:Job", id: "shop/job", inputs: {} },
            { type: SECRET, id: "database", inputs: {} },
            { type: NAMESPACE, id: "web", inputs: { metadata: { name: "web" } } },
            { type: SECRET, id: "web/database", inputs: {} },
        ];
        throws(() => putInClusters(cloud, wrong), {
            message: [
                "kubernetes:batch/v2:Job shop/job: type: the stand-in for kubernetes does not support this type",
                `${SECRET} database: id: it is NAMESPACE/NAME for this type`,
                `${NAMESPACE} web: metadata: name and namespace are those of the id; leave them out`,
                `${SECRET} web/database: namespaces "web" not found`,
            ].join("\n"),
        });
    });
});
