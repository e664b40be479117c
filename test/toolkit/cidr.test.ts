import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Cidr, contains, formatAddress, overlap, parseCidr, parseIpv4Cidr } from "../../toolkit/cidr";

const ofVersion = (version: 4 | 6, bits: number): fc.Arbitrary<Cidr> =>
    fc
        .tuple(fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }), fc.integer({ min: 0, max: bits }))
        .map(([address, prefix]) => parseCidr(`${formatAddress(address, version)}/${prefix}`))
        .filter((cidr) => cidr !== undefined);
const network = fc.oneof(ofVersion(4, 32), ofVersion(6, 128));

describe("ranges of addresses", () => {
    for (const text of [
        "",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0/16",
        "10.1/16",
        "010.0.0.0/8",
        "10.0.0.0/x",
        "10.0.0.256/16",
        "10.0.0.0/16/1",
        "::/129",
        "fe80::1%eth0/64",
        ":::/0",
    ]) {
        it(`refuse ${JSON.stringify(text)}`, () => assert.equal(parseCidr(text), undefined));
    }

    it("lose their host bits, and have one spelling", () => {
        assert.deepEqual(parseCidr("10.20.255.1/16"), {
            text: "10.20.0.0/16",
            version: 4,
            prefix: 16,
            first: 0x0a140000n,
            last: 0x0a14ffffn,
        });
        assert.deepEqual(
            ["255.255.255.255/0", "2001:0DB8:0:0::1/32", "::ffff:10.0.0.1/96"].map((text) => parseCidr(text)?.text),
            ["0.0.0.0/0", "2001:db8::/32", "::ffff:0:0/96"],
        );
    });

    it("are the only ones of IPv4", () => {
        assert.deepEqual([parseIpv4Cidr("10.0.0.0/8")?.prefix, parseIpv4Cidr("::/0")], [8, undefined]);
    });

    it("read back as they are written", () => {
        fc.assert(fc.property(network, (each) => assert.deepEqual(parseCidr(each.text), each)));
    });

    it("overlap or not in either order, and overlap when one contains the other", () => {
        fc.assert(
            fc.property(network, network, (a, b) => {
                assert.equal(overlap(a, b), overlap(b, a));
                assert.equal(overlap(a, b), contains(a, b) || contains(b, a));
            }),
        );
    });
});
