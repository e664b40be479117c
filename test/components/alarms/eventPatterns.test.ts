import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { changeOfGroup, changeOfRole, changeOfTrail, useOfSecret } from "../../../components/alarms/eventPatterns";
import { MonitoredResources } from "../../../components/alarms/monitoredResources";
import { matchesEvent } from "../../support/filterPattern";
import { record, valueOf } from "../../support/mocks";

/** The relevant parts of a CloudTrail event. */
interface Event {
    readonly eventSource: string;
    readonly eventName: string;
    readonly requestParameters: object;
    readonly userIdentity?: object;
}

const deployer = "arn:aws:iam::111122223333:role/deployer";
const byRole = (arn: string, more: object = {}) => ({
    userIdentity: { type: "AssumedRole", sessionContext: { sessionIssuer: { type: "Role", arn } }, ...more },
});
const byOtherRole = byRole("arn:aws:iam::111122223333:role/other");

const raises = (patterns: readonly string[], event: Event) => patterns.some((pattern) => matchesEvent(pattern, event));

/** Patterns about two groups, two roles and a policy that a component created. */
async function patterns(of: typeof changeOfGroup, trusted?: string): Promise<readonly string[]> {
    let made: readonly string[] = [];
    await record(async () => {
        const watched = new MonitoredResources();
        const parent = new pulumi.ComponentResource(
            "test:index:Parent",
            "parent",
            {},
            { transformations: [watched.record] },
        );
        new aws.ec2.SecurityGroup("database", {}, { parent });
        new aws.ec2.DefaultSecurityGroup("default", {}, { parent });
        new aws.ec2.SecurityGroup("other");
        new aws.iam.Role("shop", { assumeRolePolicy: "{}" }, { parent });
        new aws.iam.Role("bastion", { name: "named", assumeRolePolicy: "{}" }, { parent });
        new aws.iam.Policy("sessions", { policy: "{}" }, { parent });
        made = await valueOf(pulumi.all(of(watched, trusted)));
    });
    return made;
}

describe("a change of a security group", () => {
    const change = (eventName: string, groupId: string, more: object = byOtherRole): Event => ({
        eventSource: "ec2.amazonaws.com",
        eventName,
        requestParameters: { groupId },
        ...more,
    });
    const modify = (GroupId: string): Event => ({
        eventSource: "ec2.amazonaws.com",
        eventName: "ModifySecurityGroupRules",
        requestParameters: {
            ModifySecurityGroupRulesRequest: { GroupId, SecurityGroupRule: { SecurityGroupRuleId: "sgr-1" } },
        },
        ...byOtherRole,
    });

    it("is reported for every API call that makes it, for the stack's groups and no others", async () => {
        const all = await patterns(changeOfGroup);
        const calls = [
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "DeleteSecurityGroup",
        ];
        assert.deepEqual(
            calls.map((call) => raises(all, change(call, "database-id"))),
            [true, true, true, true, true],
        );
        assert.deepEqual(
            [change("AuthorizeSecurityGroupIngress", "default-id"), modify("database-id")].map((event) =>
                raises(all, event),
            ),
            [true, true],
        );
        const others = [
            change("AuthorizeSecurityGroupIngress", "other-id"),
            modify("other-id"),
            change("DescribeSecurityGroupReferences", "database-id"),
        ];
        assert.deepEqual(
            others.map((event) => raises(all, event)),
            [false, false, false],
        );
    });

    it("is expected at the end of a temporary rule, and only from the scheduler", async () => {
        const all = await patterns(changeOfGroup);
        const scheduler = byRole("arn:aws:iam::111122223333:role/keyless-developers", {
            invokedBy: "scheduler.amazonaws.com",
        });
        assert.equal(raises(all, change("RevokeSecurityGroupIngress", "database-id", scheduler)), false);
        assert.equal(raises(all, change("AuthorizeSecurityGroupIngress", "database-id", scheduler)), true);
        const byAddress = { ...byOtherRole, sourceIPAddress: "scheduler.amazonaws.com" };
        assert.equal(raises(all, change("RevokeSecurityGroupIngress", "database-id", byAddress)), false);
        assert.equal(raises(all, change("AuthorizeSecurityGroupIngress", "database-id", byAddress)), true);
        assert.equal(
            raises(
                all,
                change(
                    "RevokeSecurityGroupIngress",
                    "database-id",
                    byRole(deployer, { invokedBy: "cloudformation.amazonaws.com" }),
                ),
            ),
            true,
        );
    });

    it("is expected from a named deployer, and never from a user without a session", async () => {
        const [all, trusting] = [await patterns(changeOfGroup), await patterns(changeOfGroup, deployer)];
        const event = change("AuthorizeSecurityGroupIngress", "database-id", byRole(deployer));
        const byUser = change("AuthorizeSecurityGroupIngress", "database-id", {
            userIdentity: { type: "IAMUser", userName: "sue" },
        });
        assert.deepEqual(
            [
                raises(all, event),
                raises(trusting, event),
                raises(trusting, byUser),
                raises(trusting, modify("database-id")),
            ],
            [true, false, true, true],
        );
    });
});

describe("a change of a role", () => {
    const change = (eventName: string, requestParameters: object, more: object = byOtherRole): Event => ({
        eventSource: "iam.amazonaws.com",
        eventName,
        requestParameters,
        ...more,
    });

    it("is reported for every API call that makes it, for the stack's roles and no others", async () => {
        const all = await patterns(changeOfRole);
        const calls = [
            "PutRolePolicy",
            "AttachRolePolicy",
            "UpdateAssumeRolePolicy",
            "DeleteRolePolicy",
            "DetachRolePolicy",
            "DeleteRolePermissionsBoundary",
            "TagRole",
            "DeleteRole",
        ];
        assert.deepEqual(
            calls.filter((call) => !raises(all, change(call, { roleName: "shop" }))),
            [],
        );
        assert.equal(raises(all, change("UpdateAssumeRolePolicy", { roleName: "named" })), true);
        const others = [
            change("GetRole", { roleName: "shop" }),
            change("ListRolePolicies", { roleName: "shop" }),
            change("PutRolePolicy", { roleName: "shop-2" }),
        ];
        assert.deepEqual(
            others.map((event) => raises(all, event)),
            [false, false, false],
        );
    });

    it("raises an alarm when one of the stack's policies is changed, or attached to another role", async () => {
        const all = await patterns(changeOfRole);
        const policyArn = "arn:aws:iam::111122223333:policy/sessions";
        assert.deepEqual(
            [
                change("CreatePolicyVersion", { policyArn }),
                change("AttachUserPolicy", { policyArn, userName: "sue" }),
            ].map((event) => raises(all, event)),
            [true, true],
        );
    });

    it("is expected from a named deployer", async () => {
        const event = change("PutRolePolicy", { roleName: "shop" }, byRole(deployer));
        assert.deepEqual(
            [raises(await patterns(changeOfRole), event), raises(await patterns(changeOfRole, deployer), event)],
            [true, false],
        );
    });
});

describe("use of the master's secret", () => {
    const name = "rds!cluster-0123abcd-4567-89ab-cdef-0123456789ab";
    const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbC123`;
    const use = (eventName: string, secretId: string, more: object = byOtherRole): Event => ({
        eventSource: "secretsmanager.amazonaws.com",
        eventName,
        requestParameters: { secretId },
        ...more,
    });
    const pattern = [useOfSecret(arn)];

    it("raises an alarm however the secret is named", () => {
        const names = [arn, arn.slice(0, -7), name];
        assert.deepEqual(
            names.map((one) => raises(pattern, use("GetSecretValue", one))),
            [true, true, true],
        );
        assert.equal(raises(pattern, use("GetSecretValue", arn.replace("0123abcd", "9999abcd"))), false);
    });

    it("raises an alarm for a break-glass login's secret too, and for no other secret", () => {
        const rescue = "keyless/keyless_breakglass/db.example";
        const names = [rescue, arn.replace(name, rescue), "keyless-other", "team/keyless/x"];
        assert.deepEqual(
            names.map((one) => raises(pattern, use("GetSecretValue", one))),
            [true, true, false, false],
        );
        assert.deepEqual(
            ["PutSecretValue", "DeleteSecret", "ReplicateSecretToRegions", "DescribeSecret"].map((call) =>
                raises(pattern, use(call, rescue)),
            ),
            [true, true, true, false],
        );
    });

    it("raises no alarm for other secrets if RDS does not manage the master's password", () => {
        const unmanaged = [useOfSecret("")];
        assert.deepEqual(
            [arn, name, "team/other", "keyless/keyless_breakglass/db.example"].map((one) =>
                raises(unmanaged, use("GetSecretValue", one)),
            ),
            [false, false, false, true],
        );
    });

    it("includes changing the password and sharing the secret, but not describing it", () => {
        const calls = [
            "PutSecretValue",
            "UpdateSecret",
            "UpdateSecretVersionStage",
            "PutResourcePolicy",
            "DescribeSecret",
        ];
        assert.deepEqual(
            calls.map((call) => raises(pattern, use(call, arn))),
            [true, true, true, true, false],
        );
    });

    it("is expected from RDS, which rotates the password, and from no other service that acts for a principal", () => {
        const serviceRole = "arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS";
        const services = ["rds.amazonaws.com", "cloudformation.amazonaws.com", "rds-data.amazonaws.com"];
        assert.deepEqual(
            services.map((invokedBy) =>
                raises(pattern, use("GetSecretValue", arn, byRole(serviceRole, { invokedBy }))),
            ),
            [false, true, true],
        );
    });
});

describe("a change of the trail", () => {
    it("raises an alarm whether the call names it by name or by ARN", () => {
        const pattern = [changeOfTrail("keyless-trail-1a2b3c4")];
        const change = (eventName: string, requestParameters: object): Event => ({
            eventSource: "cloudtrail.amazonaws.com",
            eventName,
            requestParameters,
        });
        const arn = "arn:aws:cloudtrail:eu-central-1:111122223333:trail/keyless-trail-1a2b3c4";
        const events = [
            ...[
                change("StopLogging", { name: arn }),
                change("DeleteTrail", { name: "keyless-trail-1a2b3c4" }),
                change("PutEventSelectors", { trailName: arn }),
            ],
            ...[change("StopLogging", { name: "other" }), change("GetTrailStatus", { name: arn })],
        ];
        assert.deepEqual(
            events.map((event) => raises(pattern, event)),
            [true, true, true, false, false],
        );
    });
});
