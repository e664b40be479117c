/** A range of IPv4 addresses in CIDR notation; `base` is an unsigned 32-bit number. */
export interface Range {
    readonly base: number;
    /** Bits of the prefix, 0 to 32. */
    readonly prefix: number;
}

/** How many addresses a prefix leaves. */
export function sizeOf(prefix: number): number {
    return 2 ** (32 - prefix);
}

/** Reads a range, strictly: four decimal parts, a prefix, no bit set beyond it. `undefined` when it is none. */
export function parseRange(cidr: string): Range | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
    if (match === null) {
        return undefined;
    }
    const [, ...texts] = match;
    const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = texts.map(Number);
    if ([a, b, c, d].some((part) => part > 255) || prefix > 32 || texts.some((part) => part !== String(Number(part)))) {
        return undefined;
    }
    const base = ((a * 256 + b) * 256 + c) * 256 + d;
    return base % sizeOf(prefix) === 0 ? { base, prefix } : undefined;
}

/** The range in CIDR notation. */
export function formatRange({ base, prefix }: Range): string {
    return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;
}

/** True when every address of `inner` is in `outer`. */
export function contains(outer: Range, inner: Range): boolean {
    return inner.base >= outer.base && inner.base + sizeOf(inner.prefix) <= outer.base + sizeOf(outer.prefix);
}

/** True when an address is in both. */
export function overlap(a: Range, b: Range): boolean {
    return contains(a, b) || contains(b, a);
}
