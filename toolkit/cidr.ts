import { isIP } from "node:net";
import * as ipaddr from "ipaddr.js";

/** A range of addresses without host bits. */
export interface Cidr {
    /** In its usual form. */
    readonly text: string;
    readonly version: 4 | 6;
    readonly prefix: number;
    /** First and last address as numbers. */
    readonly first: bigint;
    readonly last: bigint;
}

/** Reads a range of IPv4 or IPv6 addresses, `10.0.0.0/16`, and clears its host bits; undefined for any other text. */
export function parseCidr(text: string): Cidr | undefined {
    const [address = "", length = "", ...rest] = text.split("/");
    // The library accepts `10.1` and octal numbers as addresses; no AWS service does.
    const family = isIP(address);
    const bits = family === 6 ? 128 : 32;
    const prefix = Number(length);
    if (family === 0 || address.includes("%") || rest.length > 0 || !/^\d{1,3}$/.test(length) || prefix > bits) {
        return undefined;
    }
    const version = family === 6 ? 6 : 4;
    const hostBits = BigInt(bits - prefix);
    const first = (numberOf(ipaddr.parse(address)) >> hostBits) << hostBits;
    return {
        text: `${formatAddress(first, version)}/${prefix}`,
        version,
        prefix,
        first,
        last: first + (1n << hostBits) - 1n,
    };
}

/** Reads a range of IPv4 addresses. */
export function parseIpv4Cidr(text: string): Cidr | undefined {
    const range = parseCidr(text);
    return range?.version === 4 ? range : undefined;
}

/** An address in its usual form. */
export function formatAddress(address: bigint, version: 4 | 6 = 4): string {
    const length = version === 4 ? 4 : 16;
    const bytes = Array.from({ length }, (_, index) => Number((address >> BigInt(8 * (length - 1 - index))) & 0xffn));
    return ipaddr.fromByteArray(bytes).toString();
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
    return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether an address is in both. */
export function overlap(a: Cidr, b: Cidr): boolean {
    return a.version === b.version && a.first <= b.last && b.first <= a.last;
}

function numberOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
    return address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
