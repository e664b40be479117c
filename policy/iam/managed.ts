import known from "./managedPolicies.json";

/**
 * The relevant statements of every policy that this version knows, by path and name:
 * `service-role/AmazonRDSEnhancedMonitoringRole`.
 */
const byPath: ReadonlyMap<string, readonly object[]> = new Map([
    ...Object.entries<readonly object[]>(known.reaching),
    ...known.others.map((path) => [path, []] as const),
]);
const byName: ReadonlyMap<string, readonly object[]> = new Map(
    [...byPath].map(([path, statements]) => [lastOf(path), statements]),
);

/**
 * Path and name of an AWS managed policy, in any partition: `job-function/ViewOnlyAccess`; undefined for any other ARN.
 */
export function awsPolicyPath(arn: string): string | undefined {
    return /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
}

/** Whether AWS has a managed policy with this path and name; this version does not know newer ones. */
export function isAwsPolicy(path: string): boolean {
    return byPath.has(path);
}

/**
 * The statements of an AWS managed policy, by its ARN, that allow `rds-db:connect` or `sts:AssumeRole`: none for most
 * policies. Undefined for any other ARN, and for a policy that this version does not know, which may allow anything.
 */
export function awsPolicyStatements(arn: string): readonly object[] | undefined {
    return byName.get(lastOf(awsPolicyPath(arn) ?? ""));
}

function lastOf(path: string): string {
    return path.slice(path.lastIndexOf("/") + 1);
}
