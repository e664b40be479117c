import assert from "node:assert/strict";
import { matchesEvent } from "../support/filterPattern";
import { runProgram } from "../support/program";

const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const platform = JSON.stringify({ cluster: { version: "1.33" }, database: { engineVersion: "16.9" } });

/** A change of a role, as a CloudTrail event. */
const change = (roleName: string) => ({
    eventSource: "iam.amazonaws.com",
    eventName: "UpdateAssumeRolePolicy",
    requestParameters: { roleName },
    userIdentity: { type: "IAMUser" },
});

describe("the alarms of a stack", () => {
    it("that creates a platform monitor every role and security group that the program creates", async () => {
        const { recording, outputs } = await runProgram({
            config: {
                "keyless:platform": platform,
                "keyless:alarms": JSON.stringify({ trail: "own" }),
                "keyless:access": JSON.stringify({ tenants: [{ name: "shop" }] }),
            },
        });
        const patterns = recording.of(filter).map(({ inputs }) => String(inputs["pattern"]));
        const events = (event: object) =>
            patterns.filter((pattern) => pattern.startsWith("{") && matchesEvent(pattern, event)).length;
        const roles = recording.of("aws:iam/role:Role").map(({ name }) => name);
        assert.ok(roles.includes("keyless-shop") && roles.includes("keyless-cluster"));
        assert.deepEqual(
            roles.filter((name) => events(change(name)) !== 1),
            [],
        );
        const groups = [
            ...recording.of("aws:ec2/securityGroup:SecurityGroup"),
            ...recording.of("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
        ].map(({ name }) => `${name}-id`);
        const rule = (groupId: string) => ({
            eventSource: "ec2.amazonaws.com",
            eventName: "AuthorizeSecurityGroupIngress",
            requestParameters: { groupId },
            userIdentity: { type: "IAMUser" },
        });
        assert.deepEqual([groups.length, groups.filter((id) => events(rule(id)) !== 1)], [6, []]);
        assert.deepEqual(outputs["alarmTopicArns"], ["arn:aws:sns:eu-central-1:111122223333:keyless-audit"]);
        assert.equal(outputs["trailLogGroup"], "keyless-audit-trail");
    });

    it("on another stack's platform monitor its own roles, through the existing trail", async () => {
        const base = await runProgram({ config: { "keyless:platform": platform } });
        const { recording, outputs } = await runProgram({
            config: {
                "keyless:platformStack": "organization/keyless/base",
                "keyless:access": JSON.stringify({ tenants: [{ name: "shop" }] }),
                "keyless:alarms": JSON.stringify({ trail: "/aws/cloudtrail/all" }),
            },
            stacks: { "organization/keyless/base": base.outputs },
        });
        assert.deepEqual(
            recording.of(filter).map(({ name, inputs }) => [name, inputs["logGroupName"]]),
            [["keyless-audit-roles", "/aws/cloudtrail/all"]],
        );
        assert.equal(
            matchesEvent(String(recording.inputs(filter, "keyless-audit-roles")["pattern"]), change("keyless-shop")),
            true,
        );
        assert.equal(outputs["trailLogGroup"], "/aws/cloudtrail/all");
    });
});
