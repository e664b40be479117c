import type { Declaration } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { documentRule } from "../iam/document";
import { hex } from "../declaring/naming";
import { arnOf, conflict, oneOf, pattern, someOf } from "../declaring/rules";
import { EVENT_RULE, EVENT_TARGET, LOG_RESOURCE_POLICY, ROLE } from "../../../cloud/aws/tokens";
import { must, parsed, text } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

export const eventRule: Declaration = {
    type: EVENT_RULE,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 64 },
    overwrites: true,
    defaults: { eventBusName: "default", forceDestroy: false },
    allowed: {
        name: pattern(/^[0-9A-Za-z_.-]{1,64}$/, "must consist of letters, digits and _.-, at most 64 characters"),
        state: oneOf("DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
        eventPattern: (value) => {
            const fields = parsed(String(value));
            const lists =
                isProps(fields) && Object.values(fields).every((each) => Array.isArray(each) || isProps(each));
            return lists
                ? undefined
                : "InvalidEventPatternException: Event pattern is not valid. Reason: an event pattern must be an object of lists";
        },
        scheduleExpression: pattern(
            /^(rate|cron)\(.+\)$/,
            "ValidationException: Parameter ScheduleExpression is not valid",
        ),
    },
    rules: [
        conflict("name", "namePrefix"),
        conflict("state", "isEnabled"),
        someOf("eventPattern", "scheduleExpression"),
    ],
    references: { roleArn: to(ROLE) },
    replace: ["eventBusName", "name", "namePrefix"],
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("events", `rule/${id}`) }),
    missing: (name) => `ResourceNotFoundException: Rule ${name} does not exist on EventBus default.`,
    inUse: () => "ValidationException: Rule can't be deleted since it has targets.",
};

export const eventTarget: Declaration = {
    type: EVENT_TARGET,
    id: ({ inputs }) => `${text(inputs, "rule")}-${text(inputs, "targetId")}`,
    parent: "rule",
    overwrites: true,
    naming: { property: "targetId", made: "late" },
    defaults: { eventBusName: "default", forceDestroy: false },
    allowed: {
        arn: arnOf(),
        targetId: pattern(/^[0-9A-Za-z_.-]{1,64}$/, "must consist of letters, digits and _.-, at most 64 characters"),
        input: (value) =>
            parsed(String(value)) === undefined ? "ValidationException: Invalid JSON in the target's input" : undefined,
    },
    rules: [conflict("input", "inputPath", "inputTransformer")],
    references: { rule: blocksDeletion(EVENT_RULE), roleArn: to(ROLE) },
    replace: ["eventBusName", "rule", "targetId"],
    missing: (id) => `ResourceNotFoundException: Target ${id} does not exist.`,
};

/** Lets a service write to log groups; at most ten per region. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const logResourcePolicy: Declaration = {
    type: LOG_RESOURCE_POLICY,
    id: ({ inputs }) => must(inputs, "policyName"),
    overwrites: true,
    allowed: { policyDocument: documentRule("resource") },
    rules: [someOf("policyName", "resourceArn")],
    conflicts: [
        ({ id, cloud }) =>
            id === undefined && cloud.all(LOG_RESOURCE_POLICY).length >= 10
                ? "LimitExceededException: Resource limit exceeded: at most 10 resource policies per account and region"
                : undefined,
    ],
    replace: ["policyName", "resourceArn"],
    outputs: ({ keep }) => ({ policyScope: "ACCOUNT", revisionId: keep("revisionId", () => hex(16)) }),
    missing: (name) => `ResourceNotFoundException: Policy with name [${name}] does not exist.`,
};
