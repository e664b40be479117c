import assert from "node:assert/strict";
import { refusedVersion } from "../../../components/cluster/upgrades";

describe("the version of a control plane", () => {
    it("rises by one minor version, and what is unknown is not judged", () => {
        assert.equal(refusedVersion("1.32", "1.33"), undefined);
        assert.equal(refusedVersion("1.32", "1.32"), undefined);
        assert.equal(refusedVersion("", "1.33"), undefined);
    });

    it("is refused two minor versions later, with the one to write first", () => {
        assert.equal(
            refusedVersion("1.32", "1.34"),
            'EKS raises the control plane by one minor version at a time, from 1.32; write "1.33" before "1.34"',
        );
    });

    it("is refused where it is earlier than the running one", () => {
        assert.equal(
            refusedVersion("1.33", "1.32"),
            `the control plane has 1.33 and cannot go back to 1.32; write "1.33"; EKS' own rollback needs the nodes rolled back first`,
        );
    });
});
