import assert from "node:assert/strict";

import { Clusters } from "../../../access/kubernetes/clusters";
import { Edit } from "../support/edit";
import { graphOf, urn } from "../support/resources";
import { LATER } from "../support/stack";
import { changeOf } from "../support/summary";

const stack = () => new Edit({ tenants: ["shop", "billing"] });
const PATCH = "kubernetes:core/v1:ServiceAccountPatch";
const SHOP = { name: "shop", namespace: "shop" };

describe("the patches of a service account", () => {
    it("add to it: their labels are its labels, and its role stays", () => {
        const patched = stack();
        for (const label of ["team", "tier"]) {
            patched.add(PATCH, label, { metadata: { ...SHOP, labels: { [label]: "a" } } });
        }
        const account = new Clusters(graphOf(patched.sketches)).serviceAccounts().find(({ name }) => name === "shop");
        assert.deepEqual(account?.labels, { team: "a", tier: "a" });
        assert.deepEqual(
            account.resources.map(({ name }) => name),
            ["shop", "team", "tier"],
        );
        assert.deepEqual(changeOf(stack().sketches, patched.sketches), []);
    });

    it("may each name a role, any of which its pods may get", () => {
        const planned = () => new Edit({ tenants: ["shop", "billing"], deployed: false });
        const patched = planned().remove("account", "shop");
        for (const role of ["shop", "billing"]) {
            const metadata = { ...SHOP, annotations: { "eks.amazonaws.com/role-arn": LATER } };
            const propertyDependencies = { metadata: [urn("aws:iam/role:Role", role)] };
            patched.add(PATCH, role, { metadata }, { id: undefined, propertyDependencies });
        }
        assert.deepEqual(changeOf(planned().sketches, patched.sketches), [
            "+ shop/shop → aurora/app/billing: write (crosses)",
        ]);
    });
});
