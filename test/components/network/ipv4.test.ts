import assert from "node:assert/strict";
import fc from "fast-check";
import { formatRange, parseRange, sizeOf } from "../../../components/network/ipv4";
import { contains, overlap } from "../../../toolkit/cidr";

const ranges = fc
    .tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
    .map(([prefix, address]) => ({ prefix, base: address - (address % sizeOf(prefix)) }));

describe("ranges of IPv4 addresses", () => {
    it("reads what it writes", () => {
        fc.assert(
            fc.property(ranges, (range) => {
                const { first, prefix } = parseRange(formatRange(range)) ?? {};
                assert.deepEqual({ base: Number(first), prefix }, range);
            }),
        );
    });

    for (const cidr of [
        "",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0.1/31/",
        "10.0.0.1/24",
        "256.0.0.0/8",
        "010.0.0.0/8",
        "10.0.0.0/08",
        "::/0",
        "10.0.0/8",
    ]) {
        it(`refuses ${JSON.stringify(cidr)}`, () => {
            assert.equal(parseRange(cidr), undefined);
        });
    }

    it("overlap exactly when one contains the other", () => {
        const [all, left, right] = ["0.0.0.0/0", "10.0.0.0/9", "10.128.0.0/9"].map((cidr) => parseRange(cidr));
        assert.ok(all && left && right);
        assert.deepEqual(
            [contains(all, left), contains(left, all), contains(left, left), overlap(left, all), overlap(left, right)],
            [true, false, true, true, false],
        );
    });
});
