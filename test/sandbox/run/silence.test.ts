import assert from "node:assert/strict";
import { mock } from "node:test";

import { patience, Silence } from "../../../sandbox/run/silence";

describe("an engine's silence", () => {
    beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
    afterEach(() => mock.timers.reset());

    it("ends the run when it lasts too long", () => {
        const silence = new Silence(1000);
        mock.timers.tick(999);
        assert.equal(silence.signal.aborted, false);
        mock.timers.tick(1);
        assert.equal(silence.signal.aborted, true);
    });

    it("may last longer in a large stack, whose deletions the engine plans without an event", () => {
        const minutes = [0, 1000, 15_124].map((resources) => Math.round(patience(resources) / 60_000));
        assert.deepEqual(minutes, [5, 5, 24]);
    });

    it("restarts with each event, and ends with the run", () => {
        const silence = new Silence(1000);
        mock.timers.tick(900);
        silence.broken();
        mock.timers.tick(900);
        silence.over();
        mock.timers.tick(9000);
        assert.equal(silence.signal.aborted, false);
    });
});
