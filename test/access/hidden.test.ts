import assert from "node:assert/strict";

import { readResources } from "../../access";
import { readRecordedState } from "../support/recordedState";
import { hideEach } from "./support/hide";
import { resourcesOf } from "./support/resources";
import { tenantStack } from "./support/stack";

/** `npm run bench:hidden` hides every resource of every example stack. */
describe("a resource that another stack made, of which these resources only name the id, ARN or name", () => {
    for (const [stack, every] of [
        ["application-server", 2],
        ["elsewhere", 6],
        ["everything", 40],
    ] as const) {
        it(`takes no cell from the matrix of the recorded stack ${stack}`, () => {
            const { after } = readResources(readRecordedState(stack));
            const { hidden, compared, lost } = hideEach(after, (_, index) => index % every === 0);
            assert.ok(hidden > 5 && compared > 30, `${hidden} hidden, ${compared} compared`);
            assert.deepEqual(lost, []);
        });
    }

    it("takes no cell from the matrix of any stack with two tenants", () => {
        const { compared, lost } = hideEach(resourcesOf(tenantStack({ tenants: ["shop", "billing"] })));
        assert.ok(compared > 100);
        assert.deepEqual(lost, []);
    });
});
