import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "./alarmTopic";
import { ChangeAlarms, type ChangeAlarmsArgs } from "./changeAlarms";
import { LoginAlarms, type MonitoredDatabase } from "./loginAlarms";
import type { TrailArgs } from "./trail";

/** A region of an account. An alarm can only publish to a topic in its own region and account. */
export interface MonitoredPlace {
    /** Suffix of the resource names there; empty for the program's own region and account. */
    readonly place: string;
    /** @default - the program's own */
    readonly provider?: aws.Provider | undefined;
    readonly databases: readonly MonitoredDatabase[];
    /**
     * What the account's trail monitors.
     * @default - nothing: another place is in the same account
     */
    readonly account?: MonitoredAccount | undefined;
}

export interface MonitoredAccount extends Pick<ChangeAlarmsArgs, "masterSecretArn"> {
    /**
     * Encryption and retention of the log group of a trail created there.
     * @default - no trail is created there
     */
    readonly logs?: TrailArgs["logs"] | undefined;
}

export interface AlarmsArgs extends Pick<ChangeAlarmsArgs, "watched" | "deployer"> {
    /** The program's own region and account come first. */
    readonly places: readonly MonitoredPlace[];
    /** The trails to create, or the name of the existing trail's log group in each account. */
    readonly trail: Pick<TrailArgs, "keepDays"> | string;
    /** E-mail addresses to notify. */
    readonly emails: readonly string[];
    /** Number of refused logins to a database within five minutes that raises the alarm. */
    readonly failedLogins: number;
}

/**
 * Alarms on refused database logins, use of the master's password, and changes to who has access. Create it last:
 * resources created after it are not monitored.
 */
export class Alarms extends pulumi.ComponentResource {
    /** ARNs of the topics that alarms publish to; the program's own region and account come first. */
    readonly topicArns: pulumi.Output<string[]>;
    /** Name of the log group of the trail in the program's own account. */
    readonly trailLogGroup: pulumi.Output<string>;

    constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:Alarms",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:Audit" }] }),
        );
        const { emails, watched, deployer, failedLogins: from } = args;
        const made = args.places.map(({ place, provider, databases, account }) => {
            const there = { parent: this, ...(provider && { providers: [provider] }) };
            const here = place === "" ? name : `${name}-${place}`;
            const topicArn = new AlarmTopic(here, { alarms: name, emails }, there).arn;
            databases.forEach(
                (database) => new LoginAlarms(`${name}-${database.name}`, { database, topicArn, from }, there),
            );
            const { masterSecretArn, logs } = account ?? {};
            const changes =
                account &&
                new ChangeAlarms(
                    here,
                    { trail: trailFor(args.trail, logs), topicArn, watched, deployer, masterSecretArn },
                    there,
                );
            return { topicArn, logGroup: changes?.logGroup };
        });
        this.topicArns = pulumi.output(made.map(({ topicArn }) => topicArn));
        this.trailLogGroup = made[0]?.logGroup ?? pulumi.output("");
        this.registerOutputs({ topicArns: this.topicArns, trailLogGroup: this.trailLogGroup });
    }
}

function trailFor(trail: AlarmsArgs["trail"], logs: MonitoredAccount["logs"]): TrailArgs | string {
    if (typeof trail === "string") {
        return trail;
    }
    if (logs === undefined) {
        throw new pulumi.InputPropertyError({
            propertyPath: "places",
            reason: "an account in which a trail is to be made needs logs: say how they are kept, or name the log group of a trail",
        });
    }
    return { ...trail, logs };
}
