import { isIP } from "node:net";

/** An address range, as the network's number and the prefix length. */
interface Range {
    readonly bits: 32 | 128;
    readonly network: bigint;
    readonly length: number;
}

/** True if the second range, in CIDR notation, lies entirely in the first; false if either is invalid. */
export function contains(outer: string, inner: string): boolean {
    const [a, b] = [parse(outer), parse(inner)];
    if (a === undefined || b === undefined || a.bits !== b.bits || b.length < a.length) {
        return false;
    }
    const shift = BigInt(a.bits - a.length);
    return a.network >> shift === b.network >> shift;
}

/** The prefix length of a range: 8 for 10.0.0.0/8; undefined if it is invalid. */
export function lengthOf(cidr: string): number | undefined {
    return parse(cidr)?.length;
}

/** True for a single address: a /32 or a /128. */
export function isSingle(cidr: string): boolean {
    const range = parse(cidr);
    return range !== undefined && range.length === range.bits;
}

function parse(cidr: string): Range | undefined {
    const [address = "", length = "", ...rest] = cidr.split("/");
    const family = isIP(address);
    const bits = family === 6 ? 128 : 32;
    if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
        return undefined;
    }
    return { bits, network: family === 6 ? ipv6(address) : ipv4(address), length: Number(length) };
}

function ipv4(address: string): bigint {
    return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ipv6(address: string): bigint {
    // An address may end in IPv4 notation, and `::` stands for all missing zeros.
    const plain = address.replace(/%.*$/, "").replace(/\d+\.\d+\.\d+\.\d+$/, (tail) => {
        const value = ipv4(tail);
        return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
    });
    const [head = "", tail] = plain.split("::");
    const left = head === "" ? [] : head.split(":");
    const right = tail === undefined || tail === "" ? [] : tail.split(":");
    const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
    return [...left, ...zeros, ...right].reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
}
