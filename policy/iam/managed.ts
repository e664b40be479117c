import known from "./managedPolicies.json";

/** What every policy that this version knows allows of what is asked, by path and name: `service-role/AmazonRDSEnhancedMonitoringRole`. */
const byPath: ReadonlyMap<string, readonly object[]> = new Map([
    ...Object.entries<readonly object[]>(known.reaching),
    ...known.others.map((path) => [path, []] as const),
]);
const byName: ReadonlyMap<string, readonly object[]> = new Map([...byPath].map(([path, statements]) => [lastOf(path), statements]));

/** Name and path of AWS's own policy, in any partition: `job-function/ViewOnlyAccess`; undefined for an ARN of anybody else's. */
export function awsPolicyPath(arn: string): string | undefined {
    return /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
}

/** Whether AWS has a policy of its own by this name and path; there are newer ones that this version does not know. */
export function isAwsPolicy(path: string): boolean {
    return byPath.has(path);
}

/**
 * What AWS's own policy, by its ARN, allows of `rds-db:connect` and `sts:AssumeRole`: statements, none for most policies.
 * Undefined for an ARN of anybody else's policy and for a policy that this version does not know, which may allow anything.
 */
export function awsPolicyStatements(arn: string): readonly object[] | undefined {
    return byName.get(lastOf(awsPolicyPath(arn) ?? ""));
}

function lastOf(path: string): string {
    return path.slice(path.lastIndexOf("/") + 1);
}
