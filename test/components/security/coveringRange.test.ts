import assert from "node:assert/strict";
import fc from "fast-check";
import { coveringRange } from "../../../components/security/coveringRange";
import { contains, parseCidr } from "../../../toolkit/cidr";

describe("the range that covers subnets", () => {
    for (const [cidrs, range] of [
        [["10.30.10.0/24"], "10.30.10.0/24"],
        [["10.30.10.0/24", "10.30.11.0/24"], "10.30.10.0/23"],
        [["10.30.11.0/24", "10.30.12.0/24"], "10.30.8.0/21"],
        [["10.30.0.0/20", "10.30.255.0/24"], "10.30.0.0/16"],
        [["10.30.0.0/24", "10.200.0.0/24"], "10.0.0.0/8"],
    ] as const) {
        it(`${cidrs.join(" and ")} is ${range}`, () => {
            assert.equal(coveringRange(cidrs), range);
        });
    }

    it("is refused for subnets that no private range contains", () => {
        assert.throws(
            () => coveringRange(["10.30.10.0/24", "100.64.0.0/24"]),
            new Error("no private range contains 10.30.10.0/24 and 100.64.0.0/24"),
        );
        assert.throws(() => coveringRange([]), new Error("no private range contains no subnet"));
    });

    it("contains each of them, and no smaller one does", () => {
        const subnet = fc
            .record({ address: fc.nat(0xffff), prefix: fc.integer({ min: 18, max: 28 }) })
            .map(({ address, prefix }) => parseCidr(`10.30.${address >> 8}.${address & 255}/${prefix}`));
        fc.assert(
            fc.property(fc.array(subnet, { minLength: 1, maxLength: 6 }), (given) => {
                const subnets = given.flatMap((one) => one ?? []);
                const covering = parseCidr(coveringRange(subnets.map(({ text }) => text)));
                const [base, length = ""] = covering?.text.split("/") ?? [];
                const halves = [covering?.first, ((covering?.first ?? 0n) + (covering?.last ?? 0n) + 1n) / 2n].map(
                    (first) =>
                        subnets.every(
                            (one) =>
                                one.first >= (first ?? 0n) &&
                                one.last <= (first ?? 0n) + ((covering?.last ?? 0n) - (covering?.first ?? 0n)) / 2n,
                        ),
                );
                return (
                    covering !== undefined &&
                    base !== undefined &&
                    subnets.every((inner) => contains(covering, inner)) &&
                    (subnets.some(({ prefix }) => prefix === Number(length)) || !halves.includes(true))
                );
            }),
        );
    });
});
