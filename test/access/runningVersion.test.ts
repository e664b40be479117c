import assert from "node:assert/strict";

import { accessOf } from "../../access";
import { Edit } from "./support/edit";
import { resourcesOf } from "./support/resources";

/** What the owner of a tenant's schema may do with its tables, on a server that runs that major version. */
function ownersRights(major?: number): readonly string[] {
    const resources = resourcesOf(new Edit({ tenants: ["shop"] }).sketches);
    const [server] = accessOf(resources).servers;
    assert.ok(server);
    const listed = major === undefined ? undefined : new Map([[server.server.key, { major, objects: [] }]]);
    const [running] = accessOf(resources, listed).servers;
    return (running?.rights.of("shop_owner") ?? [])
        .filter(({ object }) => object.kind === "table" && object.schema === "shop")
        .flatMap(({ uses }) => [...uses.keys()]);
}

describe("a server that runs another major version than the declared one", () => {
    it("has the privileges of the version that it runs", () => {
        assert.equal(ownersRights().includes("SELECT"), true);
        assert.deepEqual(
            [undefined, 16, 17].map((major) => ownersRights(major).includes("MAINTAIN")),
            [false, false, true],
        );
    });
});
