import assert from "node:assert/strict";
import { objectsOf } from "../../cli/conformance";
import { documentsOf } from "../../cli/documents";

const urn = (type: string, name: string) => `urn:pulumi:test::keyless::keyless:platform:Platform$${type}::${name}`;

describe("what stacks emit", () => {
    it("are IAM documents, each named by its resource and property", () => {
        const role = { urn: urn("aws:iam/role:Role", "shop"), type: "aws:iam/role:Role", inputs: { assumeRolePolicy: '{"Statement":[]}', description: '"Statement"' } };
        const other = { urn: urn("postgresql:index/role:Role", "shop"), type: "postgresql:index/role:Role", inputs: { name: '{"Statement":[]}' } };
        assert.deepEqual(documentsOf([role, other]), [{ name: "Role.shop.assumeRolePolicy", document: { Statement: [] } }]);
    });

    it("are Kubernetes objects, without the engine's marks", () => {
        const inputs = { kind: "Namespace", apiVersion: "v1", metadata: { name: "shop", __defaults: [] }, __defaults: [] };
        assert.deepEqual(objectsOf([{ type: "kubernetes:core/v1:Namespace", inputs }, { type: "pulumi:providers:kubernetes", inputs: {} }]), [
            { kind: "Namespace", apiVersion: "v1", metadata: { name: "shop" } },
        ]);
    });
});
