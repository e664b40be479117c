import { deepEqual, equal } from "node:assert/strict";

import * as fc from "fast-check";

import type { Cidr } from "../../../../sandbox/providers/aws/cidr";
import { contains, formatAddress, overlap, parseCidr } from "../../../../sandbox/providers/aws/cidr";

const network: fc.Arbitrary<Cidr> = fc
    .tuple(fc.nat(0xffff_ffff), fc.integer({ min: 0, max: 32 }))
    .map(([address, prefix]) => parseCidr(`${formatAddress(address)}/${prefix}`))
    .filter((cidr) => cidr !== undefined);

describe("IPv4 networks", () => {
    for (const text of [
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0/16",
        "10.0.0.0/x",
        "10.0.0.256/16",
        "10.0.0.0/16/1",
        "",
        "::/0",
    ]) {
        it(`are not ${JSON.stringify(text)}`, () => equal(parseCidr(text), undefined));
    }

    it("drop their host bits", () => {
        deepEqual(parseCidr("10.20.255.1/16"), {
            text: "10.20.0.0/16",
            prefix: 16,
            first: 0x0a140000,
            last: 0x0a14ffff,
        });
        deepEqual(parseCidr("255.255.255.255/0")?.text, "0.0.0.0/0");
    });

    it("are formatted as they are parsed", () => {
        fc.assert(fc.property(network, (each) => deepEqual(parseCidr(each.text), each)));
    });

    it("overlap or not in either order, and overlap if one contains the other", () => {
        fc.assert(
            fc.property(network, network, (a, b) => {
                equal(overlap(a, b), overlap(b, a));
                equal(overlap(a, b), contains(a, b) || contains(b, a));
            }),
        );
    });
});
