import type { Rows } from "./row";

/** IAM checks some actions on `log-group:NAME` and others on `log-group:NAME:*`. */
const logGroup = "logs log-group:{name}*";
const ofGroup = "logs log-group:{logGroupName}*";

/** Logs, metrics, events and trails. */
export const monitoring: Rows = {
    "aws:cloudwatch/logGroup:LogGroup": {
        source: "logs/group.go",
        self: logGroup,
        tags: ["logs:TagResource", "logs:UntagResource"],
        create: [["logs:CreateLogGroup"]],
        then: [["logs:PutRetentionPolicy", "self", { given: "retentionInDays" }]],
        read: [["logs:DescribeLogGroups", "*"], ["logs:ListTagsForResource"]],
        update: [
            ["logs:PutRetentionPolicy", "self", { changed: "retentionInDays" }],
            ["logs:AssociateKmsKey logs:DisassociateKmsKey", "self", { changed: "kmsKeyId" }],
        ],
        delete: [["logs:DeleteLogGroup"]],
    },
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
        source: "logs/metric_filter.go",
        self: ofGroup,
        create: [["logs:PutMetricFilter"]],
        read: [["logs:DescribeMetricFilters"]],
        update: [["logs:PutMetricFilter"]],
        delete: [["logs:DeleteMetricFilter"]],
    },
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
        source: "logs/resource_policy.go",
        self: "*",
        create: [["logs:PutResourcePolicy", "*"]],
        read: [["logs:DescribeResourcePolicies", "*"]],
        update: [["logs:PutResourcePolicy", "*"]],
        delete: [["logs:DeleteResourcePolicy", "*"]],
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        source: "cloudwatch/metric_alarm.go",
        self: "cloudwatch alarm:{name}",
        tags: ["cloudwatch:TagResource", "cloudwatch:UntagResource"],
        create: [["cloudwatch:PutMetricAlarm"]],
        read: [["cloudwatch:DescribeAlarms cloudwatch:ListTagsForResource"]],
        update: [["cloudwatch:PutMetricAlarm"]],
        delete: [["cloudwatch:DeleteAlarms"]],
    },
    "aws:cloudwatch/eventRule:EventRule": {
        source: "events/rule.go",
        self: "events rule/{name}",
        tags: ["events:TagResource", "events:UntagResource"],
        create: [["events:PutRule"], ["iam:PassRole", "{roleArn}", { service: "events" }]],
        read: [["events:DescribeRule events:ListTagsForResource"]],
        update: [["events:PutRule"], ["iam:PassRole", "{roleArn}", { service: "events" }]],
        delete: [["events:DeleteRule"]],
    },
    "aws:cloudwatch/eventTarget:EventTarget": {
        source: "events/target.go",
        self: "events rule/{rule}",
        create: [["events:PutTargets"], ["iam:PassRole", "{roleArn}", { service: "events" }]],
        read: [["events:ListTargetsByRule"]],
        update: [["events:PutTargets"], ["iam:PassRole", "{roleArn}", { service: "events" }]],
        delete: [["events:RemoveTargets"]],
    },
    "aws:cloudtrail/trail:Trail": {
        source: "cloudtrail/trail.go",
        self: "cloudtrail trail/{name}",
        tags: ["cloudtrail:AddTags", "cloudtrail:RemoveTags"],
        create: [["cloudtrail:CreateTrail"], ["iam:PassRole", "{cloudWatchLogsRoleArn}", { service: "cloudtrail" }]],
        then: [
            ["cloudtrail:StartLogging", "self", { given: "enableLogging" }],
            ["cloudtrail:PutEventSelectors", "self", { given: "eventSelectors" }],
            ["cloudtrail:PutEventSelectors", "self", { given: "advancedEventSelectors" }],
            ["cloudtrail:PutInsightSelectors", "self", { given: "insightSelectors" }],
        ],
        read: [
            ["cloudtrail:DescribeTrails", "*"],
            [
                "cloudtrail:GetTrailStatus cloudtrail:GetEventSelectors cloudtrail:GetInsightSelectors cloudtrail:ListTags",
            ],
        ],
        update: [
            ["cloudtrail:UpdateTrail"],
            ["iam:PassRole", "{cloudWatchLogsRoleArn}", { service: "cloudtrail" }],
            ["cloudtrail:StartLogging cloudtrail:StopLogging", "self", { changed: "enableLogging" }],
            ["cloudtrail:PutEventSelectors", "self", { changed: "eventSelectors advancedEventSelectors" }],
        ],
        delete: [["cloudtrail:DeleteTrail"]],
    },
    "aws:scheduler/schedule:Schedule": {
        source: "scheduler/schedule.go",
        self: "scheduler schedule/{groupName}/{name}",
        create: [["scheduler:CreateSchedule"], ["iam:PassRole", "{target.roleArn}", { service: "scheduler" }]],
        read: [["scheduler:GetSchedule"]],
        update: [["scheduler:UpdateSchedule"], ["iam:PassRole", "{target.roleArn}", { service: "scheduler" }]],
        delete: [["scheduler:DeleteSchedule"]],
    },
    "aws:scheduler/scheduleGroup:ScheduleGroup": {
        source: "scheduler/schedule_group.go",
        self: "scheduler schedule-group/{name}",
        tags: ["scheduler:TagResource", "scheduler:UntagResource"],
        create: [["scheduler:CreateScheduleGroup"]],
        read: [["scheduler:GetScheduleGroup scheduler:ListTagsForResource"]],
        update: [],
        delete: [["scheduler:DeleteScheduleGroup scheduler:GetScheduleGroup"]],
    },
    "aws:sns/topic:Topic": {
        source: "sns/topic.go",
        self: "sns {name}",
        tags: ["sns:TagResource", "sns:UntagResource"],
        create: [["sns:CreateTopic"]],
        then: [["sns:SetTopicAttributes", "self", { given: "kmsMasterKeyId" }]],
        read: [["sns:GetTopicAttributes sns:ListTagsForResource"]],
        update: [["sns:SetTopicAttributes"]],
        delete: [["sns:DeleteTopic"]],
    },
    "aws:sns/topicPolicy:TopicPolicy": {
        source: "sns/topic_policy.go",
        self: "{arn}",
        create: [["sns:SetTopicAttributes"]],
        read: [["sns:GetTopicAttributes"]],
        update: [["sns:SetTopicAttributes"]],
        // It sets the default policy.
        delete: [["sns:SetTopicAttributes"]],
    },
    "aws:sns/topicSubscription:TopicSubscription": {
        source: "sns/topic_subscription.go",
        self: "{topic}",
        create: [["sns:Subscribe"]],
        read: [["sns:GetSubscriptionAttributes", "*"]],
        update: [["sns:SetSubscriptionAttributes", "*"]],
        delete: [["sns:Unsubscribe", "*"]],
    },
};
