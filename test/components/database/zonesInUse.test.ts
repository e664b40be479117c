import { equal } from "node:assert/strict";

import { refusedZones } from "../../../components/database/zonesInUse";

describe("the zones of a database's subnets", () => {
    const instances = ["a", "b", "c"].map((letter, index) => ({
        identifier: `db-${index}`,
        availabilityZone: `eu-central-1${letter}`,
    }));

    it("may change as long as each instance's zone has one", () => {
        equal(refusedZones(instances, ["eu-central-1c", "eu-central-1b", "eu-central-1a"]), undefined);
        equal(refusedZones(instances.slice(0, 2), ["eu-central-1a", "eu-central-1b"]), undefined);
    });

    it("may not lose the zone of an instance, which is named", () => {
        equal(
            refusedZones(instances, ["eu-central-1a", "eu-central-1b"]),
            "zones: eu-central-1a, eu-central-1b would remain, but RDS runs db-2 in eu-central-1c: keep the zone, or lower readers until no instance is in it, failing over first if it has the writer",
        );
    });
});
