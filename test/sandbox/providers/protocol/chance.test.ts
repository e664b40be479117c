import assert from "node:assert/strict";

import { bytes, inForesight, now, numberBetween, uuid } from "../../../../sandbox/providers/protocol/chance";

describe("randomness in a preview with predicted values", () => {
    const drawn = (seed: string) =>
        inForesight(seed, async () => {
            const first = [uuid(), bytes(40).toString("hex"), numberBetween(4, 250), now().toISOString()];
            await Promise.resolve();
            return [...first, uuid()];
        });

    it("depends on the resource alone, regardless of concurrent draws", async () => {
        const [shop, billing, again] = await Promise.all([drawn("shop"), drawn("billing"), drawn("shop")]);
        assert.deepEqual(shop, again);
        assert.notDeepEqual(shop, billing);
        assert.equal(new Set(shop).size, shop.length);
    });

    it("draws UUIDs of version 4 and whole numbers within their range", () => {
        assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        const numbers = Array.from({ length: 200 }, () => numberBetween(4, 8));
        assert.deepEqual([...new Set(numbers)].sort(), [4, 5, 6, 7]);
    });

    it("is real everywhere else", () => {
        assert.notEqual(uuid(), uuid());
        assert.ok(now().getTime() > 0);
    });
});
