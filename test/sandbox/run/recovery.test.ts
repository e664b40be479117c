import assert from "node:assert/strict";

import { hasDeleteHooks, recover } from "../../../sandbox/run/recovery";

const VPC = "aws:ec2/vpc:Vpc";
const SCHEMA = "postgresql:index/schema:Schema";

function pending(type: string, resource: { type: string; inputs?: Record<string, unknown> }, name = "x") {
    return { type, resource: { urn: `urn:${name}`, ...resource } };
}

describe("the program of a stack that is taken down", () => {
    const state = (resourceHooks?: Record<string, string[]>) => ({
        resources: [{ urn: "urn:x", type: VPC, ...(resourceHooks && { resourceHooks }) }],
    });

    it("runs if a resource has a hook that runs when it is deleted", () => {
        assert.equal(hasDeleteHooks(state({ BeforeDelete: ["keyless-before-role-delete"] })), true);
    });

    it("does not run otherwise: it would wait for what is not there", () => {
        const states = [
            {},
            state(),
            state({}),
            state({ BeforeDelete: [] }),
            state({ BeforeCreate: ["keyless-before-schema-create"] }),
        ];
        assert.deepEqual(
            states.map(hasDeleteHooks),
            states.map(() => false),
        );
    });
});

describe("the state after an interrupted run", () => {
    it("adopts resources that were created without the engine's knowledge, and drops others", () => {
        const made = { type: VPC, inputs: { cidrBlock: "10.0.0.0/16", __defaults: [] } };
        const notMade = { type: VPC, inputs: { cidrBlock: "10.9.0.0/16" } };
        const deployment = {
            resources: [],
            pending_operations: [pending("creating", made, "made"), pending("creating", notMade)],
        };
        const existing = [{ type: VPC, id: "vpc-1", inputs: { cidrBlock: "10.0.0.0/16" } }];
        assert.deepEqual(recover(deployment, existing), {
            resources: [{ urn: "urn:made", ...made, id: "vpc-1" }],
            pending_operations: [],
        });
    });

    it("does not adopt an object that belongs to another resource, nor one object twice", () => {
        const asked = { type: VPC, inputs: { cidrBlock: "10.0.0.0/16" } };
        const known = { urn: "urn:known", ...asked, id: "vpc-1" };
        const deployment = {
            resources: [known],
            pending_operations: ["a", "b"].map((name) => pending("creating", asked, name)),
        };
        const existing = ["vpc-1", "vpc-2"].map((id) => ({ type: VPC, id, inputs: asked.inputs }));
        assert.deepEqual(recover(deployment, existing).resources, [known, { urn: "urn:a", ...asked, id: "vpc-2" }]);
    });

    it("adopts Postgres objects by name, so that the refresh checks whether they exist", () => {
        const schema = { type: SCHEMA, inputs: { database: "app", name: "shop" } };
        const role = { type: "postgresql:index/role:Role", inputs: { name: "shop_app" } };
        const deployment = { pending_operations: [pending("creating", schema, "s"), pending("creating", role, "r")] };
        assert.deepEqual(recover(deployment, []).resources, [
            { urn: "urn:s", ...schema, id: "app.shop" },
            { urn: "urn:r", ...role, id: "shop_app" },
        ]);
    });

    it("keeps a resource that was being updated or deleted: the next run repeats it", () => {
        const vpc = { urn: "urn:v", type: VPC, id: "vpc-1", inputs: {} };
        const operations = ["updating", "deleting"].map((type) => ({ type, resource: vpc }));
        assert.deepEqual(recover({ resources: [vpc], pending_operations: operations }, []), {
            resources: [vpc],
            pending_operations: [],
        });
    });
});
