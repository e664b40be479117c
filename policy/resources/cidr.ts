import { isIP } from "node:net";
import * as ipaddr from "ipaddr.js";

type Range = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, length: number];

/** True when the second range, in CIDR notation, lies wholly in the first; false also for anything that is not a range. */
export function contains(outer: string, inner: string): boolean {
    const [a, b] = [parse(outer), parse(inner)];
    if (a === undefined || b === undefined || a[0].kind() !== b[0].kind() || b[1] < a[1]) {
        return false;
    }
    return b[0].match(a[0], a[1]);
}

/** How many bits of a range are given: 8 of 10.0.0.0/8; undefined for anything that is not a range. */
export function lengthOf(cidr: string): number | undefined {
    return parse(cidr)?.[1];
}

/** True for one single address: a /32 or a /128. */
export function isSingle(cidr: string): boolean {
    const range = parse(cidr);
    return range !== undefined && range[1] === bitsOf(range[0]);
}

function parse(cidr: string): Range | undefined {
    const [address = "", length = "", ...rest] = cidr.split("/");
    // The library accepts `10.1` and octal numbers as addresses; no AWS service does.
    if (isIP(address) === 0 || rest.length > 0 || !/^\d{1,3}$/.test(length)) {
        return undefined;
    }
    const parsed = ipaddr.parse(address);
    return Number(length) > bitsOf(parsed) ? undefined : [parsed, Number(length)];
}

function bitsOf(address: ipaddr.IPv4 | ipaddr.IPv6): number {
    return address.kind() === "ipv6" ? 128 : 32;
}
