import assert from "node:assert/strict";

import { accessOf } from "../../../access/matrix/model";
import { reportOf } from "../../../access/render/report";
import { readResources } from "../../../access/resources/read";
import { Edit } from "../support/edit";
import { previewOf } from "../support/resources";

describe("a report of a preview", () => {
    it("is the same in whatever order the engine lists the resources: an approval names its digest", () => {
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
