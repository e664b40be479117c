import { parseArn } from "../toolkit/arn";
import type { Foreseen } from "./foresight";
import type { Request } from "./requests";
import { textsAt } from "./template";

/** Types of databases with a log of their own. */
const DATABASES = ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"];

/** Where ARNs of databases that are not the stack's own are: in the look-up of one that exists, and in a platform stack's outputs. */
const ELSEWHERE = [
    "input.existingDatabase.arn",
    "input.existingDatabase.replicas.arn",
    "outputs.clusterArn",
    "outputs.connectTargets.arn",
];

/**
 * What a run calls that ends a migration (components/tenancy/migration): it reads the database's log unless the password goes in any case,
 * and deletes the secrets with copies of it. Resource types:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function migrationRequests(resources: readonly Foreseen[]): readonly Request[] {
    const finished = resources.flatMap(({ type, inputs }) => {
        const given = type === "pulumi:index:Stash" ? (inputs["input"] as Stashed | undefined) : undefined;
        return given?.migration?.state === "finished" ? [given.migration] : [];
    });
    const asksLog = finished.some(({ evenIfUsed, quietDays }) => evenIfUsed !== true && quietDays !== 0);
    return [
        ...(asksLog ? logGroups(resources) : []).map((resource) => of("logs:FilterLogEvents", resource)),
        ...finished
            .flatMap(({ deletes = [] }) => deletes)
            // Those of the cluster are Kubernetes' to decide.
            .filter((name) => name.startsWith("arn:"))
            .flatMap((arn) => ["DescribeSecret", "DeleteSecret"].map((action) => of(`secretsmanager:${action}`, arn))),
    ];
}

/** What the program records of a tenant's migration. */
interface Stashed {
    readonly migration?: {
        readonly state: string;
        readonly quietDays?: number;
        readonly evenIfUsed?: boolean;
        readonly deletes?: readonly string[];
    };
}

/** The groups to which RDS exports the logs of the database and its copies. */
function logGroups(resources: readonly Foreseen[]): readonly string[] {
    const arns = resources.flatMap(({ type, properties }) =>
        DATABASES.includes(type) ? textsAt(properties, "arn") : ELSEWHERE.flatMap((path) => textsAt(properties, path)),
    );
    return [...new Set(arns)].flatMap((arn) => {
        const { partition, region, account, resource = "" } = parseArn(arn) ?? {};
        const [, kind, name] = /^(cluster|db):(.+)$/.exec(resource) ?? [];
        const group = `/aws/rds/${kind === "db" ? "instance" : "cluster"}/${name}/postgresql`;
        return kind === undefined ? [] : [`arn:${partition}:logs:${region}:${account}:log-group:${group}:*`];
    });
}

function of(action: string, resource: string): Request {
    return { action, resource, context: {} };
}
