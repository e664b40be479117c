import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../database/vocabulary";
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

/**
 * How the server itself refuses a login, and in which log. PostgreSQL: a token that AWS refused (RDS asks AWS by PAM), a token
 * or a wrong password for a user without `rds_iam`, an unknown user, a connection without TLS. MySQL says one thing of them all.
 */
export const refusedLogin: Readonly<Record<Engine, { readonly log: string; readonly pattern: string }>> = {
    postgres: {
        log: "postgresql",
        pattern: oneOf(
            ...["PAM authentication failed for user", "password authentication failed for user"],
            ...["no pg_hba.conf entry for", "pg_hba.conf rejects connection for"],
        ),
    },
    mysql: { log: "error", pattern: oneOf("Access denied for user", "Connections using insecure transport are prohibited") },
};

/** How a proxy refuses a login: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.troubleshooting.html */
export const refusedByProxy = allOf("Proxy authentication with", "failed for user");

/** Tells refused logins of one database: tokens that AWS refused, and whatever the server refused. */
export class LoginAlarms extends pulumi.ComponentResource {
    constructor(name: string, { database, topicArn, from }: LoginAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:audit:LoginAlarms", name, {}, opts);
        const server = refusedLogin[database.engine];
        const { proxyLogGroup } = database;
        const alarms = [
            { kind: "refused-tokens", logGroup: groupOf(database, "iam-db-auth-error"), pattern: refusedToken, what: "AWS refused an IAM token at" },
            { kind: "refused-logins", logGroup: groupOf(database, server.log), pattern: server.pattern, what: "the server refused a login at" },
            ...(proxyLogGroup === undefined ? [] : [{ kind: "refused-by-proxy", logGroup: proxyLogGroup, pattern: refusedByProxy, what: "the proxy refused a login before" }]),
        ];
        for (const { kind, logGroup, pattern, what } of alarms) {
            const description = `${what} ${database.name}: docs/runbook.md#${kind}`;
            new LogAlarm(`${name}-${kind}`, { logGroup, patterns: [pattern], from, topicArn, description }, { parent: this });
        }
        this.registerOutputs({});
    }
}

/** @throws pulumi.InputPropertyError when RDS keeps that log to itself: nobody would hear of what it says */
function groupOf({ name, logGroups }: AuditedDatabase, log: string): pulumi.Output<string> {
    const group = logGroups[log];
    if (group === undefined) {
        throw new pulumi.InputPropertyError({ propertyPath: "database.logGroups", reason: `${name} has no log group for its log ${log}: export the log, and name its group` });
    }
    return group;
}
