import assert from "node:assert/strict";

import { accessOf, DatabaseTrials, readResources } from "../../../access";
import { Columns } from "../../../access/catalog/columns";
import { ChosenTrials } from "../../../cli/sandbox/chosenTrials";
import { exportOf } from "../../access/support/resources";
import { tenantStack } from "../../access/support/stack";

const TENANTS = 60;
const NAMES = Array.from({ length: TENANTS }, (_, index) => `shop${index}`);
const LOGINS = NAMES.map((name) => `${name}_app`);

function chosenFor(exhaustive = false) {
    const [server] = accessOf(readResources(exportOf(tenantStack({ tenants: NAMES }))).after).servers;
    assert.ok(server !== undefined);
    const chosen = new ChosenTrials(server.rights, LOGINS, exhaustive);
    return { schemas: chosen.schemas(new DatabaseTrials(server.rights, "app", new Columns())), roles: chosen.roles() };
}

describe("the trials of many logins", () => {
    it("are in each login's own schema and in few others, its own memberships and few other roles", () => {
        const { schemas, roles } = chosenFor();
        for (const [index, login] of LOGINS.entries()) {
            const [inSchemas = new Set(), asRoles = new Set()] = [schemas.of(login), roles.of(login)];
            assert.ok(inSchemas.has(`shop${index}`) && asRoles.has("app_connect"), login);
            assert.ok(inSchemas.size <= 7 && asRoles.size <= 9, `${inSchemas.size} ${asRoles.size}`);
        }
    });

    it("are all trials if asked for", () => {
        const { schemas, roles } = chosenFor(true);
        assert.deepEqual([schemas.of("shop1_app"), roles.of("shop1_app")], [undefined, undefined]);
    });
});
