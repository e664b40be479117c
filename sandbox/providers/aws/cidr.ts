import { isIPv4 } from "node:net";

/** An IPv4 network. */
export interface Cidr {
    /** Its canonical form, without host bits. */
    readonly text: string;
    readonly prefix: number;
    /** First and last address as numbers. */
    readonly first: number;
    readonly last: number;
}

/** Parses `10.0.0.0/16`; undefined if the string is not an IPv4 network. */
export function parseCidr(text: string): Cidr | undefined {
    const [address = "", bits = ""] = text.split("/");
    const prefix = Number(bits);
    if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || prefix > 32 || text.split("/").length !== 2) {
        return undefined;
    }
    const size = 2 ** (32 - prefix);
    const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const first = number - (number % size);
    return { text: `${formatAddress(first)}/${prefix}`, prefix, first, last: first + size - 1 };
}

export function formatAddress(address: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** True if the inner network is within the outer one. */
export function contains(outer: Cidr, inner: Cidr): boolean {
    return outer.first <= inner.first && inner.last <= outer.last;
}

/** True if two networks share an address. */
export function overlap(a: Cidr, b: Cidr): boolean {
    return a.first <= b.last && b.first <= a.last;
}
