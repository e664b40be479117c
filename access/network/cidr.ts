import { overlap, parseCidr } from "../../toolkit/cidr";

/** Whether two ranges, or single addresses, of the same family have an address in common. */
export function overlapping(one: string, other: string): boolean {
    const [a, b] = [parse(one), parse(other)];
    return a !== undefined && b !== undefined && overlap(a, b);
}

function parse(text: string): ReturnType<typeof parseCidr> {
    return parseCidr(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`);
}
