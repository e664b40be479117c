import assert from "node:assert/strict";
import { type ApiObject, judge } from "../../../../cli/sandbox/conformance/objects";

const template = { metadata: { labels: { app: "shop" } }, spec: { containers: [] } };
const namespace: ApiObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
const deployment: ApiObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "shop", namespace: "shop" },
    spec: { template },
};

describe("Kubernetes objects validated by a server", () => {
    it("are dry runs after their namespaces, and include a Deployment's pods", async () => {
        const asked: string[] = [];
        const create = async (path: string, { kind }: ApiObject, dryRun: boolean) => {
            asked.push(`${path}${dryRun ? " (dry run)" : ""}`);
            return kind === "Pod" ? "violates PodSecurity" : undefined;
        };
        assert.deepEqual(await judge({ create }, [deployment, namespace]), [
            { object: "Namespace shop", message: undefined },
            { object: "Deployment shop shop", message: undefined },
            { object: "Pod shop shop", message: "violates PodSecurity" },
        ]);
        assert.deepEqual(asked, [
            "/api/v1/namespaces",
            "/apis/apps/v1/namespaces/shop/deployments (dry run)",
            "/api/v1/namespaces/shop/pods (dry run)",
        ]);
    });

    it("are in namespaces that exist before the stack, too", async () => {
        const asked: string[] = [];
        const create = async (path: string, { metadata }: ApiObject) => void asked.push(`${path} ${metadata.name}`);
        const outcomes = await judge({ create }, [{ ...deployment, spec: {} }]);
        assert.deepEqual(outcomes, [{ object: "Deployment shop shop", message: undefined }]);
        assert.deepEqual(asked, ["/api/v1/namespaces shop", "/apis/apps/v1/namespaces/shop/deployments shop"]);
    });

    it("have kinds with a known API path", async () => {
        const unknown = { apiVersion: "v1", kind: "Gadget", metadata: {} };
        await assert.rejects(judge({ create: async () => undefined }, [unknown]), {
            message: /^unknown plural of Gadget; known are .*\bConfigMap, /,
        });
    });
});
