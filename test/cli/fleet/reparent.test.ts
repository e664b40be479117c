import assert from "node:assert/strict";
import { reparent } from "../../../cli/fleet/reparent";

const stack = "urn:pulumi:shard::keyless::pulumi:pulumi:Stack::keyless-shard";
const provider = "urn:pulumi:shard::keyless::pulumi:providers:postgresql::database";
const access = "urn:pulumi:shard::keyless::keyless:access:Access::keyless";
const urn = (types: string, name: string) => `urn:pulumi:shard::keyless::${types}::${name}`;
const [tenant, role] = ["keyless:tenancy:Tenant", "keyless:tenancy:Tenant$postgresql:index/role:Role"] as const;
const within = (types: string) => `keyless:access:Access$${types}`;
const planned = new Set([stack, provider, access, urn(within(tenant), "shop"), urn(within(role), "shop")]);
const root = { urn: stack, type: "pulumi:pulumi:Stack" };

/** A state after `pulumi state move`, or as the program has it. */
const state = (change: (types: string) => string, more: readonly object[], parent: string) => ({
    version: 3,
    deployment: {
        manifest: {},
        resources: [
            root,
            { urn: provider, type: "pulumi:providers:postgresql", parent: stack },
            ...more,
            { urn: urn(change(tenant), "shop"), type: tenant, parent },
            {
                urn: urn(change(role), "shop"),
                type: "postgresql:index/role:Role",
                parent: urn(change(tenant), "shop"),
                provider: `${provider}::1`,
                inputs: { name: "shop_app" },
                propertyDependencies: { name: [urn(change(tenant), "shop")] },
            },
        ] as Record<string, unknown>[],
    },
});
const moved = state((types) => types, [], stack);
const whole = state(within, [{ urn: access, custom: false, type: "keyless:access:Access", parent: stack }], access);

describe("resources that were moved into a shard's state", () => {
    it("get the parent that the program gives them, which is added", () => {
        assert.deepEqual(reparent(moved, planned), whole);
    });

    it("stay as they are the next time", () => {
        assert.deepEqual(reparent(whole, planned), whole);
    });
});
