import { type Cidr, formatAddress, parseIpv4Cidr } from "../../toolkit/cidr";

/** The number of addresses in a prefix. */
export function sizeOf(prefix: number): number {
    return 2 ** (32 - prefix);
}

/** Parses an IPv4 CIDR range, strictly: no bit may be set beyond its prefix. */
export function parseRange(cidr: string): Cidr | undefined {
    const range = parseIpv4Cidr(cidr);
    return range?.text === cidr ? range : undefined;
}

/** The CIDR range that starts at an address. */
export function formatRange({ base, prefix }: { readonly base: number; readonly prefix: number }): string {
    return `${formatAddress(BigInt(base))}/${prefix}`;
}
