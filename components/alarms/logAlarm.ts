import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface LogAlarmArgs {
    /** Name of the log group. */
    readonly logGroup: pulumi.Input<string>;
    /** The lines to count: those that match one of these patterns. */
    readonly patterns: readonly pulumi.Input<string>[];
    /**
     * Number of matching lines within five minutes that raises the alarm.
     * @default 1
     */
    readonly from?: number | undefined;
    /** ARN of the topic to publish to; in the region of the log group. */
    readonly topicArn: pulumi.Input<string>;
    /** What happened, for the recipient of the message. */
    readonly description: string;
}

/** Counts matching log lines and publishes to a topic. */
export class LogAlarm extends pulumi.ComponentResource {
    constructor(name: string, args: LogAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:LogAlarm",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:LogAlarm" }] }),
        );
        // Two stacks in one account must not share a metric.
        const metric = { name, namespace: `Keyless/${pulumi.getProject()}/${pulumi.getStack()}` };
        args.patterns.forEach((pattern, index) => {
            const resource = args.patterns.length === 1 ? name : `${name}-${index}`;
            new aws.cloudwatch.LogMetricFilter(
                resource,
                {
                    logGroupName: args.logGroup,
                    pattern,
                    metricTransformation: { ...metric, value: "1", unit: "Count" },
                },
                { parent: this },
            );
        });
        new aws.cloudwatch.MetricAlarm(
            name,
            {
                alarmDescription: args.description,
                metricName: metric.name,
                namespace: metric.namespace,
                statistic: "Sum",
                period: 300,
                evaluationPeriods: 1,
                comparisonOperator: "GreaterThanOrEqualToThreshold",
                threshold: args.from ?? 1,
                // A log without a matching line has no metric at all.
                treatMissingData: "notBreaching",
                alarmActions: [args.topicArn],
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
