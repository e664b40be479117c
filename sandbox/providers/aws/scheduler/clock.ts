import type { CloudObject } from "../../../cloud/store";
import type { Props } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";
import { mayCall } from "../../../identity/permissions";
import { EGRESS_RULE, INGRESS_RULE, SCHEDULE, SECURITY_GROUP, SECURITY_GROUP_RULE } from "../../../cloud/aws/tokens";
import { must, number, parsed, records, text, texts } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

const calls: Readonly<Record<string, { readonly action: string; readonly rules: string }>> = {
    revokeSecurityGroupIngress: { action: "ec2:RevokeSecurityGroupIngress", rules: INGRESS_RULE },
    revokeSecurityGroupEgress: { action: "ec2:RevokeSecurityGroupEgress", rules: EGRESS_RULE },
};

/**
 * Runs the one-time schedules that have come due since the last call, as AWS would have on time. As on AWS, a schedule
 * whose role lacks the permission does nothing; only supported targets can be called.
 */
export function runDue(cloud: Cloud, now = new Date()): void {
    for (const schedule of cloud.all(SCHEDULE)) {
        const due = dueTime(schedule);
        if (due === undefined || due > now.getTime() || schedule.state["state"] !== "ENABLED") {
            continue;
        }
        call(schedule, cloud);
        if (schedule.state["actionAfterCompletion"] === "DELETE") {
            cloud.forget(SCHEDULE, schedule.id);
        } else {
            cloud.store.put({ ...schedule, state: { ...schedule.state, state: "DISABLED" } });
        }
    }
}

function call({ state }: CloudObject, cloud: Cloud): void {
    const known = calls[must(state, "target.arn").replace(/^.*:aws-sdk:ec2:/, "")];
    const input = parsed(must(state, "target.input"));
    if (known === undefined || !isProps(input)) {
        return;
    }
    const group = must(input, "GroupId");
    const tags = cloud.state(SECURITY_GROUP, group)["tagsAll"] ?? {};
    const context = Object.fromEntries(
        Object.keys(isProps(tags) ? tags : {}).map((key) => [`aws:ResourceTag/${key}`, must({ tags }, `tags.${key}`)]),
    );
    const request = { action: known.action, resource: cloud.arn("ec2", `security-group/${group}`), context };
    if (!mayCall(must(state, "target.roleArn"), request, cloud)) {
        return;
    }
    const described = records(input, "IpPermissions").flatMap((permission) =>
        rulesOf(permission, group, known.rules, cloud),
    );
    for (const id of [...texts(input, "SecurityGroupRuleIds"), ...described]) {
        const older = cloud.all(SECURITY_GROUP_RULE).find((rule) => rule.state["securityGroupRuleId"] === id);
        cloud.forget(known.rules, id);
        cloud.forget(SECURITY_GROUP_RULE, older?.id ?? id);
    }
}

/** The rules of a group that a permission matches: a revocation must match the rule exactly. */
function rulesOf(permission: Props, group: string, type: string, cloud: Cloud): string[] {
    const ranges = texts(permission, "IpRanges.CidrIp");
    const wanted = [text(permission, "IpProtocol"), number(permission, "FromPort"), number(permission, "ToPort")];
    return cloud
        .all(type)
        .filter(({ state }) => state["securityGroupId"] === group && ranges.includes(must(state, "cidrIpv4")))
        .filter(({ state }) =>
            [state["ipProtocol"], state["fromPort"], state["toPort"]].every((value, index) => value === wanted[index]),
        )
        .map(({ id }) => id);
}

/** When a one-time schedule runs, in milliseconds since 1970; undefined for recurring ones. */
function dueTime({ state }: CloudObject): number | undefined {
    const local = /^at\((.+)\)$/.exec(must(state, "scheduleExpression"))?.[1];
    if (local === undefined) {
        return undefined;
    }
    const asUtc = Date.parse(`${local}Z`);
    return asUtc - offset(asUtc, text(state, "scheduleExpressionTimezone") ?? "UTC");
}

/** A zone's offset from UTC, in milliseconds. */
function offset(time: number, timeZone: string): number {
    const shown = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(time);
    return Date.parse(`${shown.replace(" ", "T")}Z`) - time;
}
