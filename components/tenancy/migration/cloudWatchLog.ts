import type { CloudWatchLogsClientConfig } from "@aws-sdk/client-cloudwatch-logs";
import * as pulumi from "@pulumi/pulumi";
import { parseArn, regionOf } from "../../../toolkit/arn";
import { credentialsOf } from "../provisionerSession";
import { NoLog, type ConnectionLog, type LogLine, type Period } from "./connectionLog";

/**
 * The log that RDS exports to CloudWatch. All instances of an Aurora cluster write to one group, replicas included:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.CloudWatch.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.PublishtoCloudWatchLogs.html
 */
export class CloudWatchLog implements ConnectionLog {
    readonly name: string;

    /** @param arn of the cluster or the instance */
    constructor(
        arn: string,
        private readonly config: CloudWatchLogsClientConfig,
    ) {
        const [kind = "", name = ""] = parseArn(arn)?.resource.split(":") ?? [];
        this.name = `/aws/rds/${kind === "cluster" ? "cluster" : "instance"}/${name}/postgresql`;
    }

    /**
     * A page can be empty although there are more:
     * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
     */
    async lines(text: string, { from, to }: Period, enough: (line: LogLine) => boolean = () => false) {
        // Loading the SDK takes a quarter of a second; only a run that asks the log pays for it.
        const { CloudWatchLogsClient, paginateFilterLogEvents } = await import("@aws-sdk/client-cloudwatch-logs");
        const client = new CloudWatchLogsClient(this.config);
        const found: LogLine[] = [];
        try {
            const pages = paginateFilterLogEvents(
                { client },
                { logGroupName: this.name, filterPattern: term(text), startTime: from, endTime: to - 1 },
            );
            for await (const { events = [] } of pages) {
                const lines = events.map(({ timestamp = 0, message = "" }) => ({ at: timestamp, text: message }));
                found.push(...lines);
                if (lines.some(enough)) {
                    break;
                }
            }
        } catch (error) {
            throw noLog(this.name, error);
        } finally {
            client.destroy();
        }
        return found;
    }
}

/** Where a program finds the logs of its database. */
export interface CloudWatchLogsArgs {
    /** ARN of the cluster or the instance. */
    readonly clusterArn: pulumi.Input<string>;
    /** What services connect to: the database or its proxy, and its copies. */
    readonly targets: pulumi.Input<readonly { readonly arn: string }[]>;
    /**
     * The role and the profile with which the program works in the database's account.
     * @default - the environment's own credentials
     */
    readonly role?: string | undefined;
    readonly profile?: string | undefined;
}

/** The logs of the program's database, for hooks, which run outside the program, where outputs cannot be awaited. */
export function cloudWatchLogs({
    clusterArn,
    targets,
    role,
    profile,
}: CloudWatchLogsArgs): () => Promise<readonly ConnectionLog[]> {
    const known = new Promise<readonly string[]>((resolve) =>
        pulumi.all([clusterArn, targets]).apply(([arn, more]) => resolve(loggedServers(arn, more))),
    );
    return async () =>
        Promise.all(
            (await known).map(async (arn) => {
                const region = regionOf(arn);
                const credentials = await credentialsOf(role, profile, region);
                return new CloudWatchLog(arn, { region, ...(credentials && { credentials }) });
            }),
        );
}

/** ARNs of a database and its copies, each of which has a log of its own. A proxy's is not one of the server's. */
export function loggedServers(clusterArn: string, targets: readonly { readonly arn: string }[]): readonly string[] {
    const servers = targets.map(({ arn }) => arn).filter((arn) => /^(cluster|db):/.test(parseArn(arn)?.resource ?? ""));
    return [...new Set([clusterArn, ...servers])];
}

/**
 * A text to look for, in quotation marks, as it has characters other than letters and digits:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax-for-Metric-Filters.html
 */
function term(text: string): string {
    return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function noLog(group: string, error: unknown): unknown {
    const name = error instanceof Error ? error.name : "";
    if (name === "ResourceNotFoundException") {
        return new NoLog(
            `the log group ${group} does not exist: export the log postgresql to CloudWatch (EnableCloudwatchLogsExports), with log_connections on`,
        );
    }
    if (/AccessDenied/.test(name)) {
        return new NoLog(`the log group ${group} may not be read: allow logs:FilterLogEvents on it`);
    }
    return error;
}
