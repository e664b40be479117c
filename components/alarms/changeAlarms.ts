import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { changeOfGroup, changeOfRole, changeOfTrail, useOfSecret } from "./eventPatterns";
import { LogAlarm } from "./logAlarm";
import { Trail, type TrailArgs } from "./trail";
import type { MonitoredResources } from "./monitoredResources";

export interface ChangeAlarmsArgs {
    /** The trail to make, or the name of the log group of one that there is: in this account and region, of all regions. */
    readonly trail: TrailArgs | string;
    /** ARN of the topic that is told. */
    readonly topicArn: pulumi.Input<string>;
    /** Groups, roles and policies whose changes are told; those in other accounts are never met. */
    readonly watched: MonitoredResources;
    /**
     * ARN of the secret with the master's password.
     * @default - no master of this program's in this account
     */
    readonly masterSecretArn?: pulumi.Input<string> | undefined;
    /**
     * ARN of the role that changes groups and roles by running this program: what it does is not told.
     * @default - none: whoever changes them is told of
     */
    readonly deployer?: string | undefined;
}

/** Tells, by an account's trail, of use of the master's password, and of changes to who may come in and to the trail itself. */
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
        // Found or refused before anything is made.
        const found =
            typeof trail === "string"
                ? aws.cloudwatch.getLogGroupOutput({ name: trail }, { parent: this }).name
                : undefined;
        const logGroup = own?.logGroup ?? found ?? pulumi.output("");
        const alarms = [
            {
                kind: "master-secret",
                patterns: masterSecretArn === undefined ? [] : [pulumi.output(masterSecretArn).apply(useOfSecret)],
                what: "somebody used the secret of the database's master",
            },
            { kind: "groups", patterns: changeOfGroup(watched, deployer), what: "somebody changed a security group" },
            { kind: "roles", patterns: changeOfRole(watched, deployer), what: "somebody changed a role" },
            {
                kind: "trail",
                patterns: own === undefined ? [] : [own.trailName.apply(changeOfTrail)],
                what: "somebody changed the trail",
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
