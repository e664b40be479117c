import assert from "node:assert/strict";
import { KubernetesSecrets } from "../../../../components/tenancy/migration/kubernetesSecrets";
import { Cloud, callerArn } from "../../../../sandbox/cloud/aws/cloud";
import { ACCESS_ENTRY, EKS_CLUSTER } from "../../../../sandbox/cloud/aws/tokens";
import { Store, type JsonProps } from "../../../../sandbox/cloud/store";
import { Gateways } from "../../../../sandbox/gateway/gateways";
import { openProxy, type Proxy } from "../../../../sandbox/gateway/proxy";
import { sandboxCredentials } from "../../../../sandbox/identity/credentials";
import { signedIn } from "../../../../sandbox/identity/eksToken";
import { Authority } from "../../../../sandbox/postgres/authority";
import { ClusterApis } from "../../../../sandbox/providers/kubernetes/clusterApis";
import { eksToken } from "../../../../toolkit/eksToken";
import { kubernetesApi } from "../../../../toolkit/kubernetesApi";
import { ACCOUNT, REGION } from "../../../support/cloud";
import { withEmptyState } from "../../../support/ownState";

const arn = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/demo`;
const endpoint = "https://ABC.gr7.eu-central-1.eks.amazonaws.com";

describe("the API of a cluster in the sandbox", () => {
    withEmptyState();
    let proxy: Proxy;
    let gateways: Gateways;
    let cloud: Cloud;
    let authority: string;
    const store = () => cloud.store;

    before(async () => {
        cloud = new Cloud(new Store(), REGION, ACCOUNT);
        const world = { store: cloud.store, clock: () => new Date() };
        gateways = await Gateways.open(world);
        const apis = new ClusterApis(world);
        proxy = await openProxy(gateways, (host, port) => apis.at(host, port));
        authority = (await Authority.open()).certificate;
        const put = (type: string, id: string, state: JsonProps) =>
            store().put({ type, id, region: REGION, account: ACCOUNT, inputs: {}, state });
        put(EKS_CLUSTER, "demo", {
            name: "demo",
            endpoint,
            vpcConfig: { endpointPublicAccess: true },
        });
        put("kubernetes:core/v1:Secret", "demo:ABC/shop/database", {
            metadata: { name: "database", namespace: "shop", uid: "1" },
            data: { password: "b2YgdG9kYXk=" },
        });
        const principalArn = callerArn(cloud);
        put(ACCESS_ENTRY, `demo:${principalArn}`, { clusterName: "demo", principalArn });
    });
    after(async () => {
        await proxy.close();
        await gateways.close();
    });

    const secrets = async (token: Promise<string>) => {
        const api = kubernetesApi({ endpoint, authority, proxyUrl: proxy.url }, await token);
        return new KubernetesSecrets(async () => api);
    };
    const own = () => eksToken(arn, sandboxCredentials());

    it("answers over TLS to the principal that made the cluster, by the name that its certificate has", async () => {
        const reached = await secrets(own());
        assert.deepEqual(await reached.status("shop/database"), {
            state: "there",
            uid: "1",
            usedBy: [],
            keep: undefined,
        });
        await reached.remove("shop/database", "1");
        assert.deepEqual(await reached.status("shop/database"), { state: "gone" });
    });

    it("admits no token for another cluster, of another key, that is over, or that is not one", async () => {
        const why = async (token: Promise<string>) => (await secrets(token)).status("shop/database");
        const unauthorized = {
            state: "unreadable",
            why: "the Kubernetes API answers 401 (Unauthorized) to get secrets shop/database",
        };
        const wrong = { ...sandboxCredentials(), secretAccessKey: "wrong" };
        assert.deepEqual(await why(eksToken(arn.replace(/demo$/, "other"), sandboxCredentials())), unauthorized);
        assert.deepEqual(await why(eksToken(arn, wrong)), unauthorized);
        assert.deepEqual(await why(Promise.resolve("x")), unauthorized);
        const token = await own();
        const at = (ms: number) =>
            signedIn({ store: store(), clock: () => new Date(Date.now() + ms) }, token, {
                name: "demo",
                region: REGION,
            });
        assert.ok(at(14 * 60_000) !== undefined);
        assert.deepEqual([at(16 * 60_000), at(-600_000)], [undefined, undefined]);
    });

    it("is not admitted to by an entry without a policy", async () => {
        const principalArn = callerArn(cloud);
        const state = { clusterName: "demo", principalArn, accessEntryArn: "arn" };
        store().put({
            type: ACCESS_ENTRY,
            id: `demo:${principalArn}`,
            region: REGION,
            account: ACCOUNT,
            inputs: {},
            state,
        });
        assert.deepEqual(await (await secrets(own())).status("shop/database"), {
            state: "unreadable",
            why: "the Kubernetes API answers 403 (Forbidden) to get secrets shop/database",
        });
    });
});
