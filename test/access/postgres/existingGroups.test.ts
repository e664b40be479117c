import assert from "node:assert/strict";

import { declaredWorld } from "../../../access/postgres/declared";
import type { Existing } from "../../../access/postgres/build";
import { Members } from "../../../access/postgres/members";
import { graphOf, urn, type Sketch } from "../support/resources";

const ACCESS = "keyless:access:Access";
const parent = urn(ACCESS, "keyless");
const place = { database: "app", schema: "Orders", owner: "orders" };

const stash = (name: string, input: object, above = parent): Sketch => ({
    ...{ type: "pulumi:index:Stash", name, parent: above },
    inputs: { input },
});
const group = (rights: readonly object[], more: object = {}) => ({
    ...{ group: "Readers", existed: true, held: false, members: ["jane"], rights },
    ...more,
});

function worldOf(sketches: readonly Sketch[], existing: readonly Existing[] = []) {
    const graph = graphOf([
        { type: ACCESS, name: "keyless", custom: false },
        {
            ...{ type: "postgresql:index/role:Role", name: "orders", parent },
            inputs: { name: "orders_app", login: true, roles: ["orders"], assumeRole: "orders" },
        },
        stash("orders", { existingRole: "orders", database: "app", schemas: ["Orders"] }),
        ...sketches,
    ]);
    return declaredWorld(
        graph,
        graph.resources,
        { version: 16, administrators: ["admin"], databases: ["app"], existing },
        () => "app",
    );
}

/** What a role holds by name, on objects and those to come. */
function held(world: ReturnType<typeof worldOf>, role: string): readonly string[] {
    const on = world.objects.flatMap(({ kind, name, entries }) =>
        entries.flatMap(({ grantee, privilege }) => (grantee === role ? [`${privilege} ${kind} ${name}`] : [])),
    );
    const toCome = world.defaults.flatMap(({ kind, owner, entries }) =>
        entries.flatMap(({ grantee, privilege }) =>
            grantee === role ? [`${privilege} ${kind} to come of ${owner}`] : [],
        ),
    );
    return [...on, ...toCome].sort();
}

const table = (name: string, owner = "orders"): Existing => ({
    ...{ kind: "table", database: "app", schema: "Orders" },
    ...{ name, owner },
});

describe("a group that a profile takes over", () => {
    it("has its members, its rights on one role's objects, and those on what that role creates", () => {
        const rights = [
            { ...place, on: "schemas", privileges: ["USAGE"] },
            { ...place, on: "tables", privileges: ["SELECT"] },
            { ...place, on: "functions", objects: ["f(integer)"], privileges: ["EXECUTE"] },
            { ...place, on: "tables", objects: ["lines"], columns: ["id"], privileges: ["UPDATE"] },
        ];
        const world = worldOf([stash("readers", group(rights))], [table("lines"), table("others", "another")]);
        assert.deepEqual(held(world, "Readers"), [
            "EXECUTE function f(integer)",
            "SELECT table lines",
            "SELECT table to come of orders",
            "UPDATE column lines.id",
            "USAGE schema Orders",
        ]);
        const { login, password } = world.roles.get("jane") ?? assert.fail("no member");
        assert.deepEqual([world.roles.get("Readers")?.login, login, password], [false, true, true]);
        assert.ok(new Members(world).inherits("jane").has("Readers"));
    });

    it("counts rights of two tenants that act as one role, and stands for all tables if none is known", () => {
        const rights = ["SELECT", "INSERT"].map((privilege) => ({ ...place, on: "tables", privileges: [privilege] }));
        assert.deepEqual(held(worldOf([stash("readers", group(rights))]), "Readers"), [
            "INSERT table *",
            "INSERT table to come of orders",
            "SELECT table *",
            "SELECT table to come of orders",
        ]);
    });

    it("is not on a server that another component's resources are on", () => {
        const world = worldOf([stash("readers", group([]), urn(ACCESS, "other"))]);
        assert.deepEqual([world.roles.has("Readers"), world.roles.has("jane")], [false, false]);
    });
});
