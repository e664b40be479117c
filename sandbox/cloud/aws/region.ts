/** Names that differ between regions and partitions. */

const partitions = [
    {
        id: "aws-cn",
        prefix: "cn-",
        dnsSuffix: "amazonaws.com.cn",
        reverseDnsPrefix: "cn.com.amazonaws",
        home: "cn-north-1",
    },
    {
        id: "aws-us-gov",
        prefix: "us-gov-",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
        home: "us-gov-west-1",
    },
    { id: "aws", prefix: "", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws", home: "us-east-1" },
] as const;

export type Partition = (typeof partitions)[number];

/** The partition of a region. */
export function partitionOf(region: string): Partition {
    const [, , standard] = partitions;
    return partitions.find(({ prefix }) => region.startsWith(prefix)) ?? standard;
}

/** The partition of an ARN; the standard one for a name that is not an ARN. */
export function partitionNamed(id: string): Partition {
    const [, , standard] = partitions;
    return partitions.find((partition) => partition.id === id) ?? standard;
}

/**
 * The regions and the letters of their availability zones, without local zones and Wavelength zones.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
const zoneLetters: Readonly<Record<string, string>> = {
    "af-south-1": "abc",
    "ap-east-1": "abc",
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ap-northeast-3": "abc",
    "ap-south-1": "abc",
    "ap-south-2": "abc",
    "ap-southeast-1": "abc",
    "ap-southeast-2": "abc",
    "ap-southeast-3": "abc",
    "ap-southeast-4": "abc",
    "ap-southeast-5": "abc",
    "ca-central-1": "abd",
    "ca-west-1": "abc",
    "cn-north-1": "abd",
    "cn-northwest-1": "abc",
    "eu-central-1": "abc",
    "eu-central-2": "abc",
    "eu-north-1": "abc",
    "eu-south-1": "abc",
    "eu-south-2": "abc",
    "eu-west-1": "abc",
    "eu-west-2": "abc",
    "eu-west-3": "abc",
    "il-central-1": "abc",
    "me-central-1": "abc",
    "me-south-1": "abc",
    "mx-central-1": "abc",
    "sa-east-1": "abc",
    "us-east-1": "abcdef",
    "us-east-2": "abc",
    "us-gov-east-1": "abc",
    "us-gov-west-1": "abc",
    "us-west-1": "ac",
    "us-west-2": "abcd",
};

export const regions: readonly string[] = Object.keys(zoneLetters);

/** The availability zones of a region; empty for a region that does not exist. */
export function zonesOf(region: string): string[] {
    return [...(zoneLetters[region] ?? "")].map((letter) => region + letter);
}

/** The prefix of zone ids: `euc1` of `eu-central-1`. */
function shortRegion(region: string): string {
    const parts = region.split("-");
    const number = parts.pop() ?? "";
    const direction = (parts.pop() ?? "").replace(/(north|south)(east|west)/, "$1 $2");
    const initials = direction.split(" ").map((word) => word.slice(0, 1));
    return `${parts.join("")}${initials.join("")}${number}`;
}

/** The id of a zone, which means the same zone in every account: `euc1-az1`. */
export function zoneIdOf(zone: string): string {
    const region = zone.slice(0, -1);
    return `${shortRegion(region)}-az${zonesOf(region).indexOf(zone) + 1}`;
}
