/** The parts of an Amazon Resource Name. */
export interface Arn {
    readonly partition: string;
    readonly service: string;
    readonly region: string;
    readonly account: string;
    readonly resource: string;
}

/** Parses an ARN; undefined if the string is not one. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function parseArn(text: string): Arn | undefined {
    const match = /^arn:([\w-]+):([\w-]+):([\w-]*):([\w-]*):(.+)$/s.exec(text);
    if (match === null) {
        return undefined;
    }
    const [, partition = "", service = "", region = "", account = "", resource = ""] = match;
    return { partition, service, region, account, resource };
}

/** The last part of an ARN's resource: the name in `role/path/name` and in `cluster:name`. */
export function lastPart(resource: string): string {
    return resource.slice(
        Math.max(resource.lastIndexOf("/"), resource.includes("/") ? -1 : resource.lastIndexOf(":")) + 1,
    );
}

/** The region in an ARN; empty where it has none, and for anything that is not an ARN. */
export function regionOf(arn: string): string {
    return parseArn(arn)?.region ?? "";
}

/** The id of a region's partition: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
export function partitionOf(region: string): string {
    return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The account in an ARN; empty where it has none, and for anything that is not an ARN. */
export function accountOf(arn: string): string {
    return parseArn(arn)?.account ?? "";
}
