import { type Cidr, formatAddress, parseIpv4Cidr } from "../../toolkit/cidr";

/** How many addresses a prefix leaves. */
export function sizeOf(prefix: number): number {
    return 2 ** (32 - prefix);
}

/** Reads a range of IPv4 addresses, strictly: no bit is set beyond its prefix. */
export function parseRange(cidr: string): Cidr | undefined {
    const range = parseIpv4Cidr(cidr);
    return range?.text === cidr ? range : undefined;
}

/** The range in CIDR notation that begins at a base. */
export function formatRange({ base, prefix }: { readonly base: number; readonly prefix: number }): string {
    return `${formatAddress(BigInt(base))}/${prefix}`;
}
