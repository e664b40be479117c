import assert from "node:assert/strict";
import { overlapping } from "../../../access/network/cidr";

describe("a rule's range and a subnet's", () => {
    for (const [one, other, expected] of [
        ["10.0.0.0/8", "10.20.0.0/16", true],
        ["10.20.0.5", "10.20.0.0/24", true],
        ["10.20.0.0/24", "10.20.1.0/24", false],
        ["::/0", "2001:db8:1::/64", true],
        ["2001:db8::/32", "2001:db8:1::/64", true],
        ["2001:db8:2::/64", "2001:db8:1::/64", false],
        ["2001:db8:1::7", "2001:db8:1::/64", true],
        ["::/0", "10.20.0.0/16", false],
        ["0.0.0.0/0", "2001:db8::/32", false],
        ["not a range", "10.20.0.0/16", false],
    ] as const) {
        it(`${one} and ${other} ${expected ? "have an address in common" : "have no address in common"}`, () => {
            assert.deepEqual([overlapping(one, other), overlapping(other, one)], [expected, expected]);
        });
    }
});
