import { deepEqual, equal } from "node:assert/strict";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import { runDue } from "../../../../sandbox/providers/aws/scheduler/clock";
import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import { Stage } from "./stage";
import type { World } from "./world";
import { allow, document, furnish } from "./world";

describe("EventBridge Scheduler", () => {
    let original: Stage;
    let stage: Stage;
    let world: World;
    let rule: string;

    before(async () => {
        original = await Stage.open();
        world = await furnish(original);
    });

    beforeEach(async () => {
        stage = await original.copy();
        rule = (
            await stage.create(tokens.INGRESS_RULE, {
                securityGroupId: world["group"] ?? "",
                ipProtocol: "tcp",
                fromPort: 5432,
                toPort: 5432,
                cidrIpv4: "203.0.113.7/32",
            })
        ).id;
    });

    const group = () => `arn:aws:ec2:eu-central-1:111122223333:security-group/${world["group"]}`;
    const permit = (policy: string) => stage.create(tokens.ROLE_POLICY, { role: "scheduler", policy });

    function schedule(more: Props = {}) {
        return stage.create(tokens.SCHEDULE, {
            ...{
                name: "end",
                scheduleExpression: "at(2030-07-01T18:00:00)",
                flexibleTimeWindow: { mode: "OFF" },
                actionAfterCompletion: "DELETE",
            },
            target: {
                arn: "arn:aws:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress",
                roleArn: "arn:aws:iam::111122223333:role/scheduler",
                input: JSON.stringify({ GroupId: world["group"], SecurityGroupRuleIds: [rule] }),
            },
            ...more,
        });
    }

    /** The rule and the schedule that remain at a time. */
    function leftAt(time: string): boolean[] {
        runDue(new Cloud(stage.store, "eu-central-1"), new Date(time));
        return [
            stage.store.get(tokens.INGRESS_RULE, rule) !== undefined,
            stage.store.get(tokens.SCHEDULE, "default/end") !== undefined,
        ];
    }

    it("revokes a rule on time, and then deletes the schedule", async () => {
        await permit(allow("ec2:RevokeSecurityGroupIngress", group()));
        await schedule();
        deepEqual(leftAt("2030-07-01T17:59:59Z"), [true, true]);
        deepEqual(leftAt("2030-07-01T18:00:00Z"), [false, false]);
    });

    it("revokes exactly the rule that its target describes", async () => {
        await permit(allow("ec2:RevokeSecurityGroupIngress", group()));
        const other = await stage.create(tokens.INGRESS_RULE, {
            securityGroupId: world["group"] ?? "",
            ipProtocol: "tcp",
            fromPort: 5432,
            toPort: 5432,
            cidrIpv4: "203.0.113.8/32",
        });
        const permission = {
            IpProtocol: "tcp",
            FromPort: 5432,
            ToPort: 5432,
            IpRanges: [{ CidrIp: "203.0.113.7/32" }],
        };
        const target = (IpPermissions: object[]) => ({
            arn: "arn:aws:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress",
            roleArn: "arn:aws:iam::111122223333:role/scheduler",
            input: JSON.stringify({ GroupId: world["group"], IpPermissions }),
        });
        await schedule({ target: target([{ ...permission, ToPort: 5433 }]) });
        deepEqual(leftAt("2030-07-01T18:00:00Z"), [true, false]);
        await schedule({ target: target([permission]) });
        deepEqual(leftAt("2030-07-01T18:00:00Z"), [false, false]);
        equal(stage.store.get(tokens.INGRESS_RULE, other.id) !== undefined, true);
    });

    it("uses the schedule's time zone", async () => {
        await permit(allow("ec2:*", group()));
        await schedule({ scheduleExpressionTimezone: "Europe/Berlin" });
        deepEqual(leftAt("2030-07-01T15:59:59Z"), [true, true]);
        deepEqual(leftAt("2030-07-01T16:00:00Z"), [false, false]);
    });

    it("keeps the rule if its role is not allowed to revoke it", async () => {
        await permit(allow("ec2:RevokeSecurityGroupIngress", `${group()}0`));
        await schedule();
        deepEqual(leftAt("2031-01-01T00:00:00Z"), [true, false]);
    });

    it("evaluates the conditions of its role's policies", async () => {
        await stage.change(tokens.SECURITY_GROUP, await existing(tokens.SECURITY_GROUP, world["group"] ?? ""), {
            vpcId: world["vpc"] ?? "",
            name: "app",
            tags: { tier: "app" },
        });
        await permit(
            document({
                Effect: "Allow",
                Action: "ec2:RevokeSecurityGroupIngress",
                Resource: "*",
                Condition: { StringEquals: { "aws:ResourceTag/tier": "database" } },
            }),
        );
        await schedule();
        deepEqual(leftAt("2031-01-01T00:00:00Z"), [true, false]);
    });

    it("runs once, and keeps the schedule unless it is to be deleted", async () => {
        await permit(allow("ec2:RevokeSecurityGroupIngress"));
        await schedule({ actionAfterCompletion: "NONE" });
        deepEqual(leftAt("2031-01-01T00:00:00Z"), [false, true]);
        equal(stage.store.get(tokens.SCHEDULE, "default/end")?.state["state"], "DISABLED");
    });

    it("does nothing while it is disabled", async () => {
        await permit(allow("ec2:RevokeSecurityGroupIngress"));
        await schedule({ state: "DISABLED" });
        deepEqual(leftAt("2031-01-01T00:00:00Z"), [true, true]);
    });

    it("runs due schedules before the next update", async () => {
        await permit(allow("ec2:RevokeSecurityGroupIngress"));
        await schedule({ scheduleExpression: "at(2020-01-01T00:00:00)" });
        await stage.beside({ region: "eu-central-1" });
        equal(stage.store.get(tokens.INGRESS_RULE, rule), undefined);
    });

    async function existing(type: string, id: string) {
        const object = stage.store.get(type, id);
        return { id, state: object?.state ?? {}, inputs: object?.inputs ?? {} };
    }
});
