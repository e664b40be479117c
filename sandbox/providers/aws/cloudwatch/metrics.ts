import type { Declaration, Fault, Live, ArgumentCheck } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { arnOf, between, length, oneOf, pattern } from "../declaring/rules";
import { LOG_GROUP, METRIC_ALARM, METRIC_FILTER } from "../../../cloud/aws/tokens";
import { given, must } from "../../../cloud/aws/values";

export const logMetricFilter: Declaration = {
    type: METRIC_FILTER,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 512 },
    parent: "logGroupName",
    overwrites: true,
    allowed: {
        name: pattern(/^[^:*]{1,512}$/, "must not contain : or *, at most 512 characters"),
        pattern: [length(0, 1024), balanced],
        "metricTransformation.name": pattern(/^[^:*$]{1,255}$/, "must not contain :, * or $, at most 255 characters"),
        "metricTransformation.namespace": pattern(
            /^(?!AWS\/)[0-9A-Za-z.\-_/#]{1,255}$/,
            "must consist of letters, digits and .-_/#, at most 255 characters, and must not begin with AWS/",
        ),
        "metricTransformation.value": pattern(/^(\$.+|-?\d+(\.\d+)?)$/, "a number or a field such as $.latency"),
    },
    rules: [
        ({ metricTransformation }) => {
            const transformation = (metricTransformation ?? {}) as Parameters<ArgumentCheck>[0];
            return given(transformation, "dimensions") && given(transformation, "defaultValue")
                ? [
                      "metricTransformation",
                      "InvalidParameterException: Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
                  ]
                : undefined;
        },
    ],
    references: { logGroupName: to(LOG_GROUP) },
    conflicts: [roomLeft],
    replace: ["logGroupName", "name"],
    missing: (id) => `ResourceNotFoundException: The specified metric filter does not exist: ${id}`,
};

export const metricAlarm: Declaration = {
    type: METRIC_ALARM,
    id: ({ inputs }) => must(inputs, "name"),
    overwrites: true,
    defaults: { actionsEnabled: true, treatMissingData: "missing" },
    allowed: {
        comparisonOperator: oneOf(
            ..."GreaterThanOrEqualToThreshold GreaterThanThreshold LessThanThreshold LessThanOrEqualToThreshold".split(
                " ",
            ),
            ..."LessThanLowerOrGreaterThanUpperThreshold LessThanLowerThreshold GreaterThanUpperThreshold".split(" "),
        ),
        evaluationPeriods: between(1, 1440),
        datapointsToAlarm: between(1, 1440),
        period: (value, property) =>
            typeof value === "number" && ([10, 20, 30].includes(value) || (value >= 60 && value % 60 === 0))
                ? undefined
                : `ValidationError: ${property} must be 10, 20, 30 or a multiple of 60, got ${value}`,
        statistic: oneOf("Average", "Maximum", "Minimum", "SampleCount", "Sum"),
        treatMissingData: oneOf("breaching", "ignore", "missing", "notBreaching"),
        alarmActions: arnOf(),
        okActions: arnOf(),
        insufficientDataActions: arnOf(),
        alarmDescription: length(0, 1024),
    },
    rules: [measured],
    replace: ["name"],
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("cloudwatch", `alarm:${id}`) }),
    missing: (name) => `ResourceNotFound: Unknown alarm ${name}`,
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
function roomLeft({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const others = cloud.all(METRIC_FILTER).filter(({ state }) => state["logGroupName"] === inputs["logGroupName"]);
    return id === undefined && others.length >= 100
        ? "LimitExceededException: Resource limit exceeded: at most 100 metric filters per log group"
        : undefined;
}

/** An alarm watches a metric, or a query over several. */
function measured(inputs: Parameters<ArgumentCheck>[0]): Fault[] {
    if (given(inputs, "metricQueries") || given(inputs, "evaluationCriteria")) {
        return given(inputs, "metricName")
            ? [["metricName", "ValidationError: MetricName must not be specified together with Metrics"]]
            : [];
    }
    const missing = ["metricName", "namespace", "period", "comparisonOperator", "evaluationPeriods"].filter(
        (name) => !given(inputs, name),
    );
    const statistics = ["statistic", "extendedStatistic"].filter((name) => given(inputs, name));
    return [
        ...missing.map((name): Fault => [
            name,
            `ValidationError: ${name} must be specified for an alarm on one metric`,
        ]),
        ...(statistics.length === 1
            ? []
            : [["statistic", "ValidationError: Must provide exactly one of Statistic and ExtendedStatistic"] as const]),
    ];
}

/** A JSON pattern is in braces, one for space-delimited lines in brackets. */
function balanced(value: unknown): string | undefined {
    const written = String(value).trim();
    const pairs: Readonly<Record<string, string>> = { "{": "}", "[": "]" };
    const end = pairs[written.slice(0, 1)];
    return end === undefined || written.endsWith(end)
        ? undefined
        : `InvalidParameterException: Invalid metric filter pattern: ${written}`;
}
