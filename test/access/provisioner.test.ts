import assert from "node:assert/strict";

import { accessOf } from "../../access";
import type { DeclaredServer } from "../../access";
import { Edit } from "./support/edit";
import { resourcesOf } from "./support/resources";
import type { Sketch } from "./support/resources";

const sketches = (): readonly Sketch[] => new Edit({ tenants: ["shop"] }).sketches;

function serverOf(some: readonly Sketch[]): DeclaredServer {
    const [server] = accessOf(resourcesOf(some), undefined, "bootstrapped").servers;
    return server ?? assert.fail("no server");
}

describe("a server's provisioner", () => {
    it("is the bootstrap's login where no provider among the resources connects to the server", () => {
        const platform = sketches().filter(
            ({ type }) => !type.startsWith("postgresql:") && type !== "pulumi:providers:postgresql",
        );
        const { administrators, rights } = serverOf(platform);
        const databases = rights.world.objects.filter(({ kind }) => kind === "database");
        assert.equal(administrators.at(-1), "bootstrapped");
        assert.equal(rights.world.roles.get("bootstrapped")?.login, true);
        assert.equal(rights.privileges.members.belongs("bootstrapped").has("rds_iam"), true);
        assert.deepEqual([...new Set(databases.map(({ owner }) => owner))], ["bootstrapped"]);
    });

    it("is the user of the providers where there are any", () => {
        assert.equal(serverOf(sketches()).administrators.includes("bootstrapped"), false);
    });
});
