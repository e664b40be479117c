/** An IPv4 range, `10.0.0.0/8`; addresses as unsigned numbers. */
interface Range {
    readonly first: number;
    readonly last: number;
}

/** Reads `a.b.c.d/n` or a single address; undefined for anything else (IPv6 among it). */
function parse(cidr: string): Range | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(cidr);
    const bits = Number(match?.[5] ?? 32);
    if (match === null || bits > 32) {
        return undefined;
    }
    const address = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
    const size = 2 ** (32 - bits);
    const first = Math.floor(address / size) * size;
    return { first, last: first + size - 1 };
}

/** Whether two ranges have an address in common. Every IPv6 range but `::/0` is taken for disjoint from IPv4. */
export function overlap(one: string, other: string): boolean {
    const [a, b] = [parse(one), parse(other)];
    return a !== undefined && b !== undefined ? a.first <= b.last && b.first <= a.last : one === "::/0" && other === "::/0";
}
