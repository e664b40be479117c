import assert from "node:assert/strict";

import { accessOf } from "../../../access/matrix/model";
import { reportOf } from "../../../access/render/report";
import { readResources } from "../../../access/resources/read";
import { Edit } from "../support/edit";
import { previewOf } from "../support/resources";

describe("a report of a preview", () => {
    it("does not depend on the order in which the engine lists resources, because an approval names its digest", () => {
        const { steps, changeSummary } = previewOf(
            new Edit({ tenants: ["shop", "billing", "crm"] }).sketches,
            "create",
        );
        const reported = (listed: readonly object[]): string =>
            JSON.stringify(reportOf(accessOf(readResources({ steps: listed, changeSummary }).after), { title: "x" }));
        assert.equal(reported(steps.toReversed()), reported(steps));
        assert.ok(reported(steps).includes("crm_app"));
    });
});
