import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Alarms, type AlarmsArgs, type MonitoredPlace } from "../../../components/alarms/alarms";
import { MonitoredResources } from "../../../components/alarms/monitoredResources";
import { record, valueOf, type Recording } from "../../support/mocks";

const logGroups = { "iam-db-auth-error": pulumi.output("/iam"), postgresql: pulumi.output("/server") };
const logs = { kmsKeyArn: "arn:logs", retentionInDays: 90 };
const masterSecretArn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!cluster-1-AbC123";
const home: MonitoredPlace = {
    place: "",
    databases: [{ name: "db", engine: "postgres", logGroups }],
    account: { logs, masterSecretArn },
};
const least = { emails: ["a@example.com"], failedLogins: 1 };

async function make(
    args: (there: aws.Provider) => Pick<AlarmsArgs, "trail" | "places">,
): Promise<{ recording: Recording; topics: string[]; logGroup: string }> {
    let outputs: { topics: string[]; logGroup: string } = { topics: [], logGroup: "" };
    const recording = await record(async () => {
        const watched = new MonitoredResources();
        const parent = new pulumi.ComponentResource(
            "test:index:Parent",
            "parent",
            {},
            { transformations: [watched.record] },
        );
        new aws.ec2.SecurityGroup("database", {}, { parent });
        new aws.iam.Role("shop", { assumeRolePolicy: "{}" }, { parent });
        const assumeRoles = [{ roleArn: "arn:aws:iam::444455556666:role/deploy" }];
        const audit = new Alarms("audit", {
            ...least,
            watched,
            ...args(new aws.Provider("there", { region: "eu-central-1", assumeRoles })),
        });
        outputs = { topics: await valueOf(audit.topicArns), logGroup: await valueOf(audit.trailLogGroup) };
    });
    return { recording, ...outputs };
}

const filters = (recording: Recording) =>
    recording
        .of("aws:cloudwatch/logMetricFilter:LogMetricFilter")
        .map(({ name, inputs }) => `${name} of ${String(inputs["logGroupName"])}`);

describe("the alarms", () => {
    it("monitors the platform's logins and a trail that it creates, including the trail's role", async () => {
        const { recording, topics, logGroup } = await make(() => ({ trail: { keepDays: 365 }, places: [home] }));
        assert.deepEqual(filters(recording), [
            "audit-db-refused-logins of /server",
            "audit-db-refused-tokens of /iam",
            "audit-groups-0 of audit-trail",
            "audit-groups-1 of audit-trail",
            "audit-master-secret of audit-trail",
            "audit-roles of audit-trail",
            "audit-trail of audit-trail",
        ]);
        const { pattern } = recording.inputs("aws:cloudwatch/logMetricFilter:LogMetricFilter", "audit-roles");
        assert.match(
            String(pattern),
            /\(\(\$\.requestParameters\.roleName = "shop"\) \|\| \(\$\.requestParameters\.roleName = "audit-trail"\)\) \}$/,
        );
        const alarms = recording
            .of("aws:cloudwatch/metricAlarm:MetricAlarm")
            .map(({ name, inputs }) => `${name}: ${String(inputs["alarmDescription"])}`);
        assert.deepEqual(alarms, [
            "audit-db-refused-logins: the server refused a login at db: docs/runbook.md#refused-logins",
            "audit-db-refused-tokens: AWS refused an IAM token at db: docs/runbook.md#refused-tokens",
            "audit-groups: a security group was changed: docs/runbook.md#groups",
            "audit-master-secret: the secret of the database's master was used: docs/runbook.md#master-secret",
            "audit-roles: a role was changed: docs/runbook.md#roles",
            "audit-trail: the trail was changed: docs/runbook.md#trail",
        ]);
        assert.deepEqual([topics, logGroup], [["arn:aws:sns:eu-central-1:111122223333:audit"], "audit-trail"]);
    });

    it("monitors an existing trail for a stack without a platform", async () => {
        const { recording, logGroup } = await make(() => ({
            trail: "/aws/cloudtrail/all",
            places: [{ place: "", databases: [], account: {} }],
        }));
        assert.deepEqual(filters(recording), [
            "audit-groups-0 of /aws/cloudtrail/all",
            "audit-groups-1 of /aws/cloudtrail/all",
            "audit-roles of /aws/cloudtrail/all",
        ]);
        assert.equal(recording.of("aws:cloudtrail/trail:Trail").length, 0);
        assert.equal(logGroup, "/aws/cloudtrail/all");
    });

    it("names a section of the runbook in each alarm", async () => {
        const databases = [
            { name: "db", engine: "postgres", logGroups, proxyLogGroup: pulumi.output("/proxy") } as const,
        ];
        const { recording } = await make(() => ({ trail: { keepDays: 365 }, places: [{ ...home, databases }] }));
        const chapters = recording
            .of("aws:cloudwatch/metricAlarm:MetricAlarm")
            .map(({ inputs }) => String(inputs["alarmDescription"]).replace(/.*docs\/runbook\.md#/, ""));
        const runbook = readFileSync(join(__dirname, "../../../docs/runbook.md"), "utf8");
        assert.equal(chapters.length, 7);
        assert.deepEqual(
            chapters.filter((chapter) => !runbook.includes(`\n## ${chapter}\n`)),
            [],
        );
    });

    it("has a topic in each region that has a database", async () => {
        const copy = { name: "copy", engine: "postgres", logGroups } as const;
        const { recording, topics } = await make((provider) => ({
            trail: "/all",
            places: [home, { place: "eu-west-1", provider, databases: [copy] }],
        }));
        assert.deepEqual(topics, [
            "arn:aws:sns:eu-central-1:111122223333:audit",
            "arn:aws:sns:eu-central-1:444455556666:audit-eu-west-1",
        ]);
        assert.deepEqual(
            recording.inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "audit-copy-refused-tokens")["alarmActions"],
            topics.slice(1),
        );
        assert.deepEqual(
            recording.of("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name),
            [
                ...[
                    "audit-copy-refused-logins",
                    "audit-copy-refused-tokens",
                    "audit-db-refused-logins",
                    "audit-db-refused-tokens",
                ],
                ...["audit-groups", "audit-master-secret", "audit-roles"],
            ],
        );
    });

    it("monitors each account's trail, and the secret in its own account", async () => {
        const account = { logs, masterSecretArn };
        const { recording } = await make((provider) => ({
            trail: { keepDays: 365 },
            places: [
                { place: "", databases: [], account: { logs } },
                { place: "database-account", provider, databases: home.databases, account },
            ],
        }));
        assert.deepEqual(recording.placesOf("aws:cloudtrail/trail:Trail"), [
            "audit-database-account-trail in 444455556666",
            "audit-trail in 111122223333",
        ]);
        assert.deepEqual(recording.placesOf("aws:cloudwatch/metricAlarm:MetricAlarm"), [
            "audit-database-account-groups in 444455556666",
            "audit-database-account-master-secret in 444455556666",
            "audit-database-account-roles in 444455556666",
            "audit-database-account-trail in 444455556666",
            "audit-db-refused-logins in 444455556666",
            "audit-db-refused-tokens in 444455556666",
            "audit-groups in 111122223333",
            "audit-roles in 111122223333",
            "audit-trail in 111122223333",
        ]);
    });

    it("refuses to create a trail without the retention of its log", async () => {
        await assert.rejects(
            make(() => ({ trail: { keepDays: 365 }, places: [{ place: "", databases: [], account: {} }] })),
            {
                reason: "an account in which a trail is to be made needs logs: say how they are kept, or name the log group of a trail",
            },
        );
    });
});
