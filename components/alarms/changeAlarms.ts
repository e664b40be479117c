import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { changeOfGroup, changeOfRole, changeOfTrail, useOfSecret } from "./eventPatterns";
import { LogAlarm } from "./logAlarm";
import { Trail, type TrailArgs } from "./trail";
import type { MonitoredResources } from "./monitoredResources";

export interface ChangeAlarmsArgs {
    /** The trail to create, or the log group name of an existing multi-region trail in this account and region. */
    readonly trail: TrailArgs | string;
    /** ARN of the topic to publish to. */
    readonly topicArn: pulumi.Input<string>;
    /** Groups, roles and policies to monitor; those in other accounts never match. */
    readonly watched: MonitoredResources;
    /**
     * ARN of the secret that holds the master's password.
     * @default - this program has no master in this account
     */
    readonly masterSecretArn?: pulumi.Input<string> | undefined;
    /**
     * ARN of the role that runs this program and so changes groups and roles; its changes raise no alarm.
     * @default - none: every change raises an alarm
     */
    readonly deployer?: string | undefined;
}

/**
 * Alarms, based on an account's trail, on use of the master's password, changes to who has access, and changes to the
 * trail itself.
 */
export class ChangeAlarms extends pulumi.ComponentResource {
    /** Name of the log group of the trail. */
    readonly logGroup: pulumi.Output<string>;

    constructor(name: string, args: ChangeAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:ChangeAlarms",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:ChangeAlarms" }] }),
        );
        const { trail, watched, deployer, masterSecretArn, topicArn } = args;
        const own =
            typeof trail === "string"
                ? undefined
                : new Trail(`${name}-trail`, trail, { parent: this, transformations: [watched.record] });
        // Fail before any resource is created.
        const found =
            typeof trail === "string"
                ? aws.cloudwatch.getLogGroupOutput({ name: trail }, { parent: this }).name
                : undefined;
        const logGroup = own?.logGroup ?? found ?? pulumi.output("");
        const alarms = [
            {
                kind: "master-secret",
                patterns: masterSecretArn === undefined ? [] : [pulumi.output(masterSecretArn).apply(useOfSecret)],
                what: "the secret of the database's master was used",
            },
            { kind: "groups", patterns: changeOfGroup(watched, deployer), what: "a security group was changed" },
            { kind: "roles", patterns: changeOfRole(watched, deployer), what: "a role was changed" },
            {
                kind: "trail",
                patterns: own === undefined ? [] : [own.trailName.apply(changeOfTrail)],
                what: "the trail was changed",
            },
        ];
        for (const { kind, patterns, what } of alarms.filter(({ patterns }) => patterns.length > 0)) {
            const description = `${what}: docs/runbook.md#${kind}`;
            new LogAlarm(`${name}-${kind}`, { logGroup, patterns, topicArn, description }, { parent: this });
        }
        this.logGroup = logGroup;
        this.registerOutputs({ logGroup: this.logGroup });
    }
}
