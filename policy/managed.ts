/**
 * AWS's own policies that reach `rds-db:connect` on every database user. The test over all of AWS's policies holds this
 * list to be whole (test/policy/managed.test.ts).
 */
const wide = ["AdministratorAccess", "PowerUserAccess", "AWSMcpServiceActionsFullAccess", "ConsoleFullAccessFromVercel", "AIDevOpsAgentActionsPolicy"];

/** The name of AWS's own policy, if the ARN is of one that reaches every database user; in every partition, under any path. */
export function widePolicy(arn: string): string | undefined {
    const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
    return name !== undefined && wide.includes(name) ? name : undefined;
}
