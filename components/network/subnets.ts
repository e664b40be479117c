import { formatRange, parseRange, sizeOf } from "./ipv4";

/**
 * A tier of subnets and its share of the network's range: 1/2, 1/4, 1/8 … of it, as a power of two.
 *
 * Private subnets contain the pods, each with its own address, and therefore get half of all addresses. Add later tiers to
 * the end of the list, so that existing ones keep their ranges.
 */
export interface Tier {
    readonly name: string;
    /** The share is 1 / 2^halvings. */
    readonly halvings: number;
}

export const tiers = [
    { name: "private", halvings: 1 },
    { name: "public", halvings: 3 },
    { name: "isolated", halvings: 3 },
] as const satisfies readonly Tier[];

export type TierName = (typeof tiers)[number]["name"];

/** Each tier is divided into this many ranges, used or not, so that a zone can be added without moving the others. */
export const zonePlaces = 8;

/** AWS' smallest subnet is a /28; an eighth of an eighth of a /22 is one. */
export const smallestPrefix = 22;
/** AWS' largest VPC. */
export const largestPrefix = 16;

export interface PlannedSubnet<Name extends string = string> {
    readonly tier: Name;
    /** Position of the availability zone, from 0. */
    readonly zone: number;
    readonly cidr: string;
}

/**
 * Divides one range into a subnet for each tier and zone. Pure and stable: a subnet's range depends on the network's range,
 * the preceding tiers and the position of its zone, never on the number of zones or later tiers.
 *
 * @throws when the range is invalid, or the tiers do not fit in it
 */
export function planSubnets<Name extends string>(
    cidr: string,
    zones: number,
    wanted: readonly { readonly name: Name; readonly halvings: number }[],
): PlannedSubnet<Name>[] {
    if (!Number.isInteger(zones) || zones < 1 || zones > zonePlaces) {
        throw new Error(`${zones} zones: allowed are 1 to ${zonePlaces}`);
    }
    return planTiers(cidr, wanted).flatMap(({ name, base, prefix: outer }) => {
        const prefix = outer + Math.log2(zonePlaces);
        return Array.from({ length: zones }, (_, zone) => ({
            tier: name,
            zone,
            cidr: formatRange({ base: base + zone * sizeOf(prefix), prefix }),
        }));
    });
}

/**
 * The range that contains all subnets of a tier, including those of future zones, and none of another tier.
 *
 * @throws when the network's range is invalid
 */
export function tierRange(cidr: string, tier: TierName): string {
    const [found] = planTiers(cidr, tiers).filter(({ name }) => name === tier);
    if (found === undefined) {
        throw new Error(`tier ${tier} is not among ${tiers.map(({ name }) => name).join(", ")}`);
    }
    return formatRange(found);
}

/** Gives each tier its share, aligned to its size, one after the other. */
function planTiers<Name extends string>(
    cidr: string,
    wanted: readonly { readonly name: Name; readonly halvings: number }[],
): { readonly name: Name; readonly base: number; readonly prefix: number }[] {
    const range = parseRange(cidr);
    if (range === undefined) {
        throw new Error(`${JSON.stringify(cidr)} is not a range of IPv4 addresses`);
    }
    const start = Number(range.first);
    const end = start + sizeOf(range.prefix);
    let next = start;
    return wanted.map(({ name, halvings }) => {
        const prefix = range.prefix + halvings;
        const tierSize = sizeOf(prefix);
        const base = start + Math.ceil((next - start) / tierSize) * tierSize;
        next = base + tierSize;
        if (next > end) {
            throw new Error(`tier ${name} does not fit in ${cidr} beside the tiers before it`);
        }
        return { name, base, prefix };
    });
}
