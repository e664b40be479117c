import assert from "node:assert/strict";
import { Developers, known, type DeveloperEntry } from "../../../components/security/developers";
import { record, type Recording, type RecordOptions } from "../../support/mocks";

const future = new Date(Date.now() + 3_600_000).toISOString();
const past = "2020-01-31T18:00:00+01:00";
const jane: DeveloperEntry = { cidr: "10.8.0.7/32", owner: "jane", until: future };
const john: DeveloperEntry = { cidr: "10.8.0.8/32", owner: "john", until: past };
const types = {
    rule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    schedule: "aws:scheduler/schedule:Schedule",
};

async function make(
    entries: readonly DeveloperEntry[],
    options: RecordOptions = {},
    routedCidrs: readonly string[] = [],
    securityGroupId = "sg-temporary",
): Promise<{ recording: Recording; entries: unknown }> {
    let known: unknown;
    const recording = await record(async () => {
        const developers = new Developers("dev", {
            entries,
            securityGroupId,
            port: 5432,
            routedCidrs,
            output: "developers",
        });
        known = await (developers.entries as unknown as { promise(): Promise<unknown> }).promise();
    }, options);
    return { recording, entries: known };
}

describe("developers' access", () => {
    it("is refused from addresses to which the platform of another stack has no route", async () => {
        const jo = { ...jane, cidr: "10.9.0.7/32", owner: "jo" };
        await assert.doesNotReject(make([jane, jo], {}, ["10.20.0.0/16", "10.8.0.0/15"]));
        await assert.rejects(
            make([jane, jo], {}, ["10.20.0.0/16", "10.8.0.0/16"]),
            /the database's subnets have no route to 10\.9\.0\.7\/32; allowed is an address in 10\.20\.0\.0\/16, 10\.8\.0\.0\/16; in the platform's stack, add a route .* to platform\.network\.routedRanges/,
        );
    });

    it("is refused where the platform of another stack has no group for temporary rules", async () => {
        await assert.rejects(
            make([jane, john], {}, [], ""),
            /access\.developers: the platform's database exists, and has no security group for temporary rules only, which jane would need; allowed only with a database that a stack creates; remove the entries/,
        );
    });

    it("consists of a rule and a schedule that removes it for each entry, and a role that can remove no other rules", async () => {
        const { recording } = await make([jane]);
        assert.deepEqual(recording.inventory(), {
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            [types.schedule]: 1,
            "aws:scheduler/scheduleGroup:ScheduleGroup": 1,
            [types.rule]: 1,
            "keyless:security:Developers": 1,
        });
        assert.deepEqual(recording.inputs(types.rule, "dev-10.8.0.7-32"), {
            securityGroupId: "sg-temporary",
            cidrIpv4: "10.8.0.7/32",
            ipProtocol: "tcp",
            fromPort: 5432,
            toPort: 5432,
            description: `jane until ${future}`,
        });
        assert.deepEqual(recording.inputs(types.schedule, "dev-10.8.0.7-32"), {
            groupName: "dev",
            description: "ends the access of jane from 10.8.0.7/32",
            scheduleExpression: `at(${future.slice(0, 19)})`,
            scheduleExpressionTimezone: "UTC",
            flexibleTimeWindow: { mode: "OFF" },
            actionAfterCompletion: "DELETE",
            target: {
                arn: "arn:aws:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress",
                roleArn: "arn:aws:iam::111122223333:role/dev",
                input: '{"GroupId":"sg-temporary","IpPermissions":[{"IpProtocol":"tcp","FromPort":5432,"ToPort":5432,"IpRanges":[{"CidrIp":"10.8.0.7/32"}]}]}',
                retryPolicy: { maximumEventAgeInSeconds: 86400, maximumRetryAttempts: 185 },
            },
        });
        assert.deepEqual(recording.document("aws:iam/role:Role", "dev", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Principal: { Service: "scheduler.amazonaws.com" },
                    Action: "sts:AssumeRole",
                    Condition: {
                        StringEquals: {
                            "aws:SourceAccount": "111122223333",
                            "aws:SourceArn": "arn:aws:scheduler:eu-central-1:111122223333:schedule-group/dev",
                        },
                    },
                },
            ],
        });
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "dev", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "ec2:RevokeSecurityGroupIngress",
                    Resource: "arn:aws:ec2:eu-central-1:111122223333:security-group/sg-temporary",
                },
            ],
        });
    });

    it("is removed after its end, and stays in the output", async () => {
        const { recording, entries } = await make([john], {
            stacks: { "organization/keyless/test": { developers: [john] } },
        });
        assert.deepEqual(recording.inventory(), { "keyless:security:Developers": 1 });
        assert.deepEqual(entries, [john]);
    });

    it("is kept for other entries when one ends", async () => {
        const { recording } = await make([john, jane], {
            stacks: { "organization/keyless/test": { developers: [john, jane] } },
        });
        assert.deepEqual(
            recording.of(types.rule).map(({ name }) => name),
            ["dev-10.8.0.7-32"],
        );
    });

    it("ends at the given time in its time zone", async () => {
        const until = `${future.slice(0, 19)}-05:00`;
        const { recording } = await make([{ ...jane, until }]);
        const wanted = new Date(Date.parse(future.slice(0, 19) + "Z") + 5 * 3_600_000).toISOString().slice(0, 19);
        assert.equal(recording.inputs(types.schedule, "dev-10.8.0.7-32")["scheduleExpression"], `at(${wanted})`);
    });

    for (const [given, former] of [
        ["nothing", undefined],
        ["another address", [{ ...john, cidr: "10.8.0.9/32" }]],
        ["another end", [{ ...john, until: "2020-01-30T18:00:00Z" }]],
    ] as const) {
        it(`is refused when its end has passed and the last run admitted ${given}`, () => {
            assert.throws(() => known([john, jane], [john], former), {
                message:
                    "access.developers: the end is in the past, and the address was never let in: 10.8.0.8/32 of john until 2020-01-31T18:00:00+01:00; " +
                    "allowed is a time to come; write a later end, or remove the entry",
            });
        });
    }
});
