import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRange, sizeOf } from "../../../components/network/ipv4";
import {
    largestPrefix,
    planSubnets,
    smallestPrefix,
    tierRange,
    tiers,
    zonePlaces,
} from "../../../components/network/subnets";
import { type Cidr, contains, overlap } from "../../../toolkit/cidr";

/** Any network that the config accepts, and many that it rejects. */
const networks = fc
    .tuple(fc.integer({ min: largestPrefix, max: smallestPrefix }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
    .map(([prefix, address]) => address - (address % sizeOf(prefix)))
    .chain((base) =>
        fc
            .integer({ min: largestPrefix, max: smallestPrefix })
            .map((prefix) => ({ base: base - (base % sizeOf(prefix)), prefix })),
    );
const zones = fc.integer({ min: 1, max: zonePlaces });
const cidrOf = ({ base, prefix }: { base: number; prefix: number }) =>
    `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;

function rangeOf(cidr: string): Cidr {
    const range = parseRange(cidr);
    assert.ok(range);
    return range;
}

describe("the subnet plan", () => {
    it("assigns half to the pods and leaves a quarter free", () => {
        assert.deepEqual(planSubnets("10.20.0.0/16", 3, tiers), [
            { tier: "private", zone: 0, cidr: "10.20.0.0/20" },
            { tier: "private", zone: 1, cidr: "10.20.16.0/20" },
            { tier: "private", zone: 2, cidr: "10.20.32.0/20" },
            { tier: "public", zone: 0, cidr: "10.20.128.0/22" },
            { tier: "public", zone: 1, cidr: "10.20.132.0/22" },
            { tier: "public", zone: 2, cidr: "10.20.136.0/22" },
            { tier: "isolated", zone: 0, cidr: "10.20.160.0/22" },
            { tier: "isolated", zone: 1, cidr: "10.20.164.0/22" },
            { tier: "isolated", zone: 2, cidr: "10.20.168.0/22" },
        ]);
    });

    it("never lets two subnets overlap", () => {
        fc.assert(
            fc.property(networks, zones, (network, count) => {
                const ranges = planSubnets(cidrOf(network), count, tiers).map(({ cidr }) => rangeOf(cidr));
                assert.equal(ranges.length, count * tiers.length);
                assert.ok(ranges.every((a, i) => ranges.every((b, j) => i === j || !overlap(a, b))));
            }),
        );
    });

    it("stays within the network and above AWS' smallest subnet", () => {
        fc.assert(
            fc.property(networks, zones, (network, count) => {
                const ranges = planSubnets(cidrOf(network), count, tiers).map(({ cidr }) => rangeOf(cidr));
                assert.ok(ranges.every((range) => contains(rangeOf(cidrOf(network)), range) && range.prefix <= 28));
            }),
        );
    });

    it("moves no subnet when zones are added", () => {
        fc.assert(
            fc.property(networks, zones, zones, (network, a, b) => {
                const [few, many] = [Math.min(a, b), Math.max(a, b)];
                const larger = planSubnets(cidrOf(network), many, tiers);
                assert.deepEqual(
                    planSubnets(cidrOf(network), few, tiers),
                    larger.filter(({ zone }) => zone < few),
                );
            }),
        );
    });

    it("moves no subnet when a tier is added", () => {
        const halvings = fc.integer({ min: 3, max: 5 });
        fc.assert(
            fc.property(networks, zones, fc.array(halvings, { maxLength: 2 }), (network, count, added) => {
                const more = [...tiers, ...added.map((halvings, index) => ({ name: `added-${index}`, halvings }))];
                const before = planSubnets(cidrOf(network), count, tiers);
                assert.deepEqual(planSubnets(cidrOf(network), count, more).slice(0, before.length), before);
            }),
        );
    });

    it("keeps tiers of any share apart", () => {
        const shares = fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 4 });
        fc.assert(
            fc.property(networks, zones, shares, (network, count, halvings) => {
                const wanted = halvings.map((share, index) => ({ name: `tier-${index}`, halvings: share }));
                let ranges: Cidr[];
                try {
                    ranges = planSubnets(cidrOf(network), count, wanted).map(({ cidr }) => rangeOf(cidr));
                } catch {
                    return; // alignment may leave no room, which is said rather than overlapped
                }
                assert.ok(ranges.every((range) => contains(rangeOf(cidrOf(network)), range)));
                assert.ok(ranges.every((a, i) => ranges.every((b, j) => i === j || !overlap(a, b))));
            }),
        );
    });

    it("has one range for each tier, which contains only its current and future subnets", () => {
        fc.assert(
            fc.property(networks, zones, fc.constantFrom(...tiers.map(({ name }) => name)), (network, count, tier) => {
                const whole = rangeOf(tierRange(cidrOf(network), tier));
                for (const { tier: other, cidr } of planSubnets(cidrOf(network), count, tiers)) {
                    assert.equal(
                        other === tier ? contains(whole, rangeOf(cidr)) : overlap(whole, rangeOf(cidr)),
                        other === tier,
                    );
                }
            }),
        );
    });

    it("routes a peer to a tier's range", () => {
        assert.deepEqual(
            [tierRange("10.20.0.0/16", "private"), tierRange("10.21.0.0/16", "isolated")],
            ["10.20.0.0/17", "10.21.160.0/19"],
        );
    });

    it("fails when the tiers do not fit", () => {
        const halves = ["a", "b", "c"].map((name) => ({ name, halvings: 1 }));
        assert.throws(() => planSubnets("10.0.0.0/16", 3, halves), {
            message: "tier c does not fit in 10.0.0.0/16 beside the tiers before it",
        });
    });

    it("fails when there are too many zones", () => {
        assert.throws(() => planSubnets("10.0.0.0/16", 9, tiers), { message: "9 zones: allowed are 1 to 8" });
    });

    it("fails when the range is invalid", () => {
        assert.throws(() => planSubnets("10.0.0.0", 3, tiers), {
            message: '"10.0.0.0" is not a range of IPv4 addresses',
        });
    });
});
