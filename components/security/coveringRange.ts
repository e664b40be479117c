import { contains, formatAddress, parseIpv4Cidr } from "../../toolkit/cidr";

/**
 * The smallest range that contains all of these. One security group rule then covers subnets whose number the program does not know
 * when it declares the rule.
 *
 * @throws Error for ranges that no private range contains: a rule for 0.0.0.0/0 would be next
 */
export function coveringRange(cidrs: readonly string[]): string {
    const ranges = cidrs.flatMap((cidr) => parseIpv4Cidr(cidr) ?? []);
    const [one] = ranges;
    for (let prefix = one?.prefix ?? 0; one !== undefined && prefix >= widest; prefix -= 1) {
        const range = parseIpv4Cidr(`${formatAddress(one.first)}/${prefix}`);
        if (range !== undefined && ranges.every((inner) => contains(range, inner))) {
            return range.text;
        }
    }
    throw new Error(`no private range contains ${cidrs.length === 0 ? "no subnet" : cidrs.join(" and ")}`);
}

/** 10.0.0.0/8 is the largest: https://www.rfc-editor.org/rfc/rfc1918 */
const widest = 8;
