import assert from "node:assert/strict";

import { Rate } from "../../../sandbox/gateway/rate";

describe("the limit on new connections", () => {
    it("allows a number per second for each database separately, and refills over time", () => {
        let now = 0;
        const rate = new Rate(200, () => now);
        const taken = (what: string, tries: number): number =>
            Array.from({ length: tries }, () => rate.take(what)).filter(Boolean).length;
        const first = [taken("one", 250), taken("two", 100), taken("one", 10)];
        now += 100;
        const later = [taken("one", 50), taken("two", 200)];
        now += 60_000;
        // However long the pause, the bucket holds one second's worth.
        const last = taken("one", 500);
        assert.deepEqual([first, later, last], [[200, 100, 0], [20, 120], 200]);
    });
});
