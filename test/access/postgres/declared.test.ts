import assert from "node:assert/strict";
import { declaredWorld } from "../../../access/postgres/declared";
import { graphOf, urn, type Sketch } from "../support/resources";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const role = (name: string): Sketch => ({
    type: "postgresql:index/role:Role",
    name,
    inputs: { name: `${name}_app`, login: true },
});

/** The roles that may use the schema `shop`, whose names are known later. */
function users(policies: unknown, suppliers: readonly string[]): readonly string[] {
    const sketches = [
        role("shop"),
        role("billing"),
        {
            type: "postgresql:index/schema:Schema",
            name: "shop",
            inputs: { name: "shop", policies },
            propertyDependencies: { policies: suppliers.map((name) => urn("postgresql:index/role:Role", name)) },
        },
    ];
    const graph = graphOf(sketches);
    const world = declaredWorld(
        graph,
        graph.resources,
        { version: 16, administrators: ["admin"], databases: ["app"] },
        () => "app",
    );
    const schema = world.objects.find(({ kind, name }) => kind === "schema" && name === "shop");
    return (schema?.entries ?? []).flatMap(({ grantee, privilege }) => (privilege === "USAGE" ? [grantee] : []));
}

describe("a schema's own policies", () => {
    it("apply to the role that they name", () => {
        assert.deepEqual(users([{ role: "billing_app", usage: true }], []), ["admin", "billing_app"]);
    });

    it("apply to the roles that supply an unknown name, not to PUBLIC", () => {
        assert.deepEqual(users([{ role: unknown, usage: true }], ["shop"]), ["admin", "shop_app"]);
    });

    it("apply to PUBLIC without a role", () => {
        assert.deepEqual(
            [users([{ usage: true }], []), users([{ role: "", usage: true }], [])],
            [
                ["admin", "public"],
                ["admin", "public"],
            ],
        );
    });
});
