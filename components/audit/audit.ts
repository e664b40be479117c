import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "./alarmTopic";
import { changeOfGroup, changeOfRole, changeOfTrail, useOfSecret } from "./eventPatterns";
import { LogAlarm } from "./logAlarm";
import { LoginAlarms, type AuditedDatabase } from "./loginAlarms";
import { Trail, type TrailArgs } from "./trail";
import type { Watched } from "./watched";

/** A region, by its provider. */
export interface AuditedRegion {
    /** What its topic's name ends with. */
    readonly region: string;
    readonly provider: aws.Provider;
    readonly databases: readonly AuditedDatabase[];
}

/** What of a platform is told. */
export interface Auditable {
    /** How the platform's logs are kept. */
    readonly logs: TrailArgs["logs"];
    /** Databases in the program's own region. */
    readonly databases: readonly AuditedDatabase[];
    /**
     * Databases elsewhere; an alarm tells a topic of its own region only.
     * @default - none
     */
    readonly elsewhere?: readonly AuditedRegion[];
    /** ARN of the secret with the master's password. */
    readonly masterSecretArn: pulumi.Input<string>;
}

export interface AuditArgs {
    /**
     * A platform that this program makes.
     * @default - none: it only gives access to another's
     */
    readonly platform?: Auditable | undefined;
    /** The trail to make, or the name of the log group of one that there is: in this account and region, of all regions. */
    readonly trail: TrailArgs | string;
    /** Groups, roles and policies whose changes are told. */
    readonly watched: Watched;
    /** Who is written to. */
    readonly emails: readonly string[];
    /** From how many refused logins of a database within five minutes on. */
    readonly failedLogins: number;
    /**
     * ARN of the role that changes groups and roles by running this program: what it does is not told.
     * @default - none: whoever changes them is told of
     */
    readonly deployer?: string | undefined;
}

/**
 * What tells a team that somebody tries a database's door, uses its master's password, or changes who may come in. Make it
 * last: what is made after it is not watched.
 */
export class Audit extends pulumi.ComponentResource {
    /** ARNs of the topics to which alarms go, the program's own region's first. */
    readonly topicArns: pulumi.Output<string[]>;
    /** Name of the log group of the trail. */
    readonly trailLogGroup: pulumi.Output<string>;

    constructor(name: string, args: AuditArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:audit:Audit", name, {}, opts);
        const { trail, watched, deployer, platform, emails, failedLogins: from } = args;
        const { databases = [], elsewhere = [], masterSecretArn } = platform ?? {};
        const topic = new AlarmTopic(name, { alarms: name, emails }, { parent: this });
        const logins = (database: AuditedDatabase, topicArn: pulumi.Input<string>, parent: pulumi.ComponentResourceOptions) =>
            new LoginAlarms(`${name}-${database.name}`, { database, topicArn, from }, parent);
        databases.forEach((database) => logins(database, topic.arn, { parent: this }));
        const others = elsewhere.map(({ region, provider, databases }) => {
            const there = { parent: this, providers: [provider] };
            const far = new AlarmTopic(`${name}-${region}`, { alarms: name, emails }, there);
            databases.forEach((database) => logins(database, far.arn, there));
            return far;
        });
        const own = typeof trail === "string" ? undefined : new Trail(`${name}-trail`, trail, { parent: this, transformations: [watched.note] });
        const logGroup = typeof trail === "string" ? aws.cloudwatch.getLogGroupOutput({ name: trail }, { parent: this }).apply(({ name }) => name) : own?.logGroup ?? "";
        const alarms = [
            { kind: "master-secret", patterns: masterSecretArn === undefined ? [] : [pulumi.output(masterSecretArn).apply(useOfSecret)], what: "somebody used the secret of the database's master" },
            { kind: "groups", patterns: changeOfGroup(watched, deployer), what: "somebody changed a security group" },
            { kind: "roles", patterns: changeOfRole(watched, deployer), what: "somebody changed a role" },
            { kind: "trail", patterns: own === undefined ? [] : [own.trailName.apply(changeOfTrail)], what: "somebody changed the trail" },
        ];
        for (const { kind, patterns, what } of alarms.filter(({ patterns }) => patterns.length > 0)) {
            const description = `${what}: docs/runbook.md#${kind}`;
            new LogAlarm(`${name}-${kind}`, { logGroup, patterns, topicArn: topic.arn, description }, { parent: this });
        }
        this.topicArns = pulumi.output([topic, ...others].map(({ arn }) => arn));
        this.trailLogGroup = pulumi.output(logGroup);
        this.registerOutputs({ topicArns: this.topicArns, trailLogGroup: this.trailLogGroup });
    }
}
