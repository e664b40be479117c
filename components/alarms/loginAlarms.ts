import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../database/engines";
import { allOf, oneOf } from "./filterPattern";
import { LogAlarm } from "./logAlarm";

/** A database whose refused logins are told. */
export interface AuditedDatabase {
    /** What it is called in the alarms. */
    readonly name: string;
    readonly engine: Engine;
    /** Names of the log groups of its logs, by the names that RDS gives the logs. */
    readonly logGroups: Readonly<Record<string, pulumi.Output<string>>>;
    /**
     * Name of the log group of the proxy before it.
     * @default - there is none
     */
    readonly proxyLogGroup?: pulumi.Output<string> | undefined;
}

export interface LoginAlarmsArgs {
    readonly database: AuditedDatabase;
    readonly topicArn: pulumi.Input<string>;
    /** From how many refused logins within five minutes on. */
    readonly from: number;
}

/**
 * How a token is refused by AWS, whatever the reason:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Troubleshooting.html
 */
export const refusedToken = allOf("Failed to", "the connection request for user");

/** A log in which a server tells of refused logins, and how. */
interface ServerLog {
    readonly log: string;
    readonly patterns: readonly string[];
}

/**
 * How PostgreSQL refuses a login: a token that AWS refused (RDS asks AWS by PAM), a token or a wrong password for a user without
 * `rds_iam`, an unknown user, a connection without TLS.
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

/** How MySQL refuses one: Aurora in its audit log, by the number of the error (access denied, no TLS), an instance in words. */
export const refusedByMysql: readonly [ServerLog, ServerLog] = [
    { log: "audit", patterns: [allOf("FAILED_CONNECT", ",1045"), allOf("FAILED_CONNECT", ",3159")] },
    {
        log: "error",
        patterns: [oneOf("Access denied for user", "Connections using insecure transport are prohibited")],
    },
];

function serverLog({ engine, logGroups }: AuditedDatabase): ServerLog {
    const [aurora, instance] = refusedByMysql;
    return engine === "postgres" ? refusedByPostgres : aurora.log in logGroups ? aurora : instance;
}

/** How a proxy refuses a login: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.troubleshooting.html */
export const refusedByProxy = allOf("Proxy authentication with", "failed for user");

/** Tells refused logins of one database: tokens that AWS refused, and whatever the server refused. */
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

/** @throws pulumi.InputPropertyError when RDS keeps that log to itself: nobody would hear of what it says */
function groupOf({ name, logGroups }: AuditedDatabase, log: string): pulumi.Output<string> {
    const group = logGroups[log];
    if (group === undefined) {
        throw new pulumi.InputPropertyError({
            propertyPath: "database.logGroups",
            reason: `${name} has no log group for its log ${log}: export the log, and name its group`,
        });
    }
    return group;
}
