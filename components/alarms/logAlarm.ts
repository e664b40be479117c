import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface LogAlarmArgs {
    /** Name of the log group. */
    readonly logGroup: pulumi.Input<string>;
    /** What is counted: lines that match one of these patterns. */
    readonly patterns: readonly pulumi.Input<string>[];
    /**
     * From how many of them within five minutes on.
     * @default 1
     */
    readonly from?: number | undefined;
    /** ARN of the topic that is told; in the region of the log group. */
    readonly topicArn: pulumi.Input<string>;
    /** What happened, for whoever reads the message. */
    readonly description: string;
}

/** Counts lines of a log and tells a topic. */
export class LogAlarm extends pulumi.ComponentResource {
    constructor(name: string, args: LogAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
        super(
            "keyless:alarms:LogAlarm",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:audit:LogAlarm" }] }),
        );
        // Two stacks of an account must not count into one metric.
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
                // A log without such a line has no metric at all.
                treatMissingData: "notBreaching",
                alarmActions: [args.topicArn],
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
