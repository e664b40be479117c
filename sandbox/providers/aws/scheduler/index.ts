import { now } from "../../protocol/chance";
import type { Declaration, Live, ValueRule } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { onBehalfOf, trusts } from "../../../identity/permissions";
import { arnOf, between, conflict, oneOf, pattern } from "../declaring/rules";
import { KEY, ROLE, SCHEDULE, SCHEDULE_GROUP } from "../../../cloud/aws/tokens";
import { must, number, parsed, text } from "../../../cloud/aws/values";

const name = pattern(/^[0-9A-Za-z_.-]{1,64}$/, "must consist of letters, digits and _.-, at most 64 characters");

/** `at(2026-11-30T18:00:00)`, `rate(5 minutes)`, `cron(0 8 * * ? *)`. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const expression: ValueRule = (value) => {
    const written = String(value);
    const once = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(written)?.[1];
    const often = /^rate\([1-9]\d* (minutes?|hours?|days?)\)$/.test(written) || /^cron\((\S+ ){5}\S+\)$/.test(written);
    return often || (once !== undefined && !Number.isNaN(Date.parse(`${once}Z`)))
        ? undefined
        : `ValidationException: Invalid Schedule Expression ${written}.`;
};

const timeZone: ValueRule = (value) => {
    try {
        new Intl.DateTimeFormat("en", { timeZone: String(value) });
        return undefined;
    } catch {
        return `ValidationException: Invalid Schedule Expression Timezone ${String(value)}.`;
    }
};

const schedule: Declaration = {
    type: SCHEDULE,
    id: ({ inputs }) => `${text(inputs, "groupName") ?? "default"}/${text(inputs, "name")}`,
    naming: { max: 64 },
    parent: "groupName",
    defaults: { scheduleExpressionTimezone: "UTC", state: "ENABLED" },
    allowed: {
        name,
        scheduleExpression: expression,
        scheduleExpressionTimezone: timeZone,
        state: oneOf("ENABLED", "DISABLED"),
        actionAfterCompletion: oneOf("NONE", "DELETE"),
        "flexibleTimeWindow.mode": oneOf("OFF", "FLEXIBLE"),
        "flexibleTimeWindow.maximumWindowInMinutes": between(1, 1440),
        "target.arn": arnOf(),
        "target.roleArn": arnOf("iam"),
        "target.input": (value) =>
            parsed(String(value)) === undefined ? "ValidationException: Invalid JSON in the target's input" : undefined,
        "target.retryPolicy.maximumEventAgeInSeconds": between(60, 86400),
        "target.retryPolicy.maximumRetryAttempts": between(0, 185),
    },
    rules: [
        conflict("name", "namePrefix"),
        (inputs) =>
            text(inputs, "flexibleTimeWindow.mode") === "FLEXIBLE" &&
            number(inputs, "flexibleTimeWindow.maximumWindowInMinutes") === undefined
                ? [
                      "flexibleTimeWindow",
                      "ValidationException: MaximumWindowInMinutes must be provided when mode is FLEXIBLE",
                  ]
                : undefined,
    ],
    references: {
        groupName: to(SCHEDULE_GROUP, { when: (group) => group !== "default" }),
        kmsKeyArn: to(KEY),
        "target.roleArn": to(ROLE, { missing: unusableRole }),
    },
    conflicts: [assumable],
    replace: ["groupName", "name", "namePrefix"],
    serverDefaults: () => ({ groupName: "default", actionAfterCompletion: "NONE" }),
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("scheduler", `schedule/${id}`) }),
    missing: (id) => `ResourceNotFoundException: Schedule ${id.replace(/^.*\//, "")} does not exist.`,
    exists: ({ inputs }) => `ConflictException: Schedule ${text(inputs, "name")} already exists.`,
};

const scheduleGroup: Declaration = {
    type: SCHEDULE_GROUP,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 64 },
    allowed: { name },
    rules: [conflict("name", "namePrefix")],
    replace: ["name", "namePrefix"],
    outputs: ({ id, cloud, keep }) => ({
        arn: cloud.arn("scheduler", `schedule-group/${id}`),
        creationDate: keep("creationDate", () => now().toISOString()),
        lastModificationDate: keep("lastModificationDate", () => now().toISOString()),
        state: "ACTIVE",
    }),
    missing: (id) => `ResourceNotFoundException: Schedule group ${id} does not exist.`,
    exists: ({ inputs }) => `ConflictException: Schedule group ${text(inputs, "name")} already exists.`,
};

export const scheduler = [schedule, scheduleGroup];

function unusableRole(): string {
    return "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
}

function assumable({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    const group = cloud.arn("scheduler", `schedule-group/${text(inputs, "groupName") ?? "default"}`);
    return trusts(must(inputs, "target.roleArn"), "scheduler.amazonaws.com", cloud, onBehalfOf(group, cloud))
        ? undefined
        : unusableRole();
}
