import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../engines";
import { allOf, oneOf } from "./filterPattern";
import { LogAlarm } from "./logAlarm";

/** A database whose refused logins raise alarms. */
export interface MonitoredDatabase {
    /** Its name in the alarms. */
    readonly name: string;
    readonly engine: Engine;
    /** Names of its log groups, keyed by RDS' names for the logs. */
    readonly logGroups: Readonly<Record<string, pulumi.Output<string>>>;
    /**
     * Name of the log group of the proxy in front of it.
     * @default - no proxy
     */
    readonly proxyLogGroup?: pulumi.Output<string> | undefined;
}

export interface LoginAlarmsArgs {
    readonly database: MonitoredDatabase;
    readonly topicArn: pulumi.Input<string>;
    /** Number of refused logins within five minutes that raises the alarm. */
    readonly from: number;
}

/**
 * What AWS logs when it refuses a token, whatever the reason:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Troubleshooting.html
 */
export const refusedToken = allOf("Failed to", "the connection request for user");

/** A log in which a server reports refused logins, and the patterns to match. */
interface ServerLog {
    readonly log: string;
    readonly patterns: readonly string[];
}

/**
 * How PostgreSQL reports a refused login: a token that AWS refused (RDS verifies it through PAM), a token or a wrong
 * password for a user without `rds_iam`, an unknown user, a connection without TLS.
 */
export const refusedByPostgres: ServerLog = {
    log: "postgresql",
    patterns: [
        oneOf(
            ...["PAM authentication failed for user", "password authentication failed for user"],
            ...["no pg_hba.conf entry for", "pg_hba.conf rejects connection for"],
        ),
    ],
};

/**
 * How MySQL reports a refused login: Aurora in its audit log, by error number (access denied, no TLS); an instance as
 * text.
 */
export const refusedByMysql: readonly [ServerLog, ServerLog] = [
    { log: "audit", patterns: [allOf("FAILED_CONNECT", ",1045"), allOf("FAILED_CONNECT", ",3159")] },
    {
        log: "error",
        patterns: [oneOf("Access denied for user", "Connections using insecure transport are prohibited")],
    },
];

function serverLog({ engine, logGroups }: MonitoredDatabase): ServerLog {
    const [aurora, instance] = refusedByMysql;
    return engine === "postgres" ? refusedByPostgres : aurora.log in logGroups ? aurora : instance;
}

/**
 * How a proxy reports a refused login:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.troubleshooting.html
 */
export const refusedByProxy = allOf("Proxy authentication with", "failed for user");

/** Alarms on refused logins to one database: tokens that AWS refused, and logins that the server refused. */
export class LoginAlarms extends pulumi.ComponentResource {
    constructor(name: string, { database, topicArn, from }: LoginAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:LoginAlarms",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:LoginAlarms" }] }),
        );
        const server = serverLog(database);
        const { proxyLogGroup } = database;
        const alarms = [
            {
                kind: "refused-tokens",
                logGroup: groupOf(database, "iam-db-auth-error"),
                patterns: [refusedToken],
                what: "AWS refused an IAM token at",
            },
            {
                kind: "refused-logins",
                logGroup: groupOf(database, server.log),
                patterns: server.patterns,
                what: "the server refused a login at",
            },
            ...(proxyLogGroup === undefined
                ? []
                : [
                      {
                          kind: "refused-by-proxy",
                          logGroup: proxyLogGroup,
                          patterns: [refusedByProxy],
                          what: "the proxy refused a login before",
                      },
                  ]),
        ];
        for (const { kind, logGroup, patterns, what } of alarms) {
            const description = `${what} ${database.name}: docs/runbook.md#${kind}`;
            new LogAlarm(`${name}-${kind}`, { logGroup, patterns, from, topicArn, description }, { parent: this });
        }
        this.registerOutputs({});
    }
}

/** @throws pulumi.InputPropertyError when RDS does not export that log: its entries could raise no alarm */
function groupOf({ name, logGroups }: MonitoredDatabase, log: string): pulumi.Output<string> {
    const group = logGroups[log];
    if (group === undefined) {
        throw new pulumi.InputPropertyError({
            propertyPath: "database.logGroups",
            reason: `${name} has no log group for its log ${log}: export the log, and name its group`,
        });
    }
    return group;
}
