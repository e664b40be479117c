import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
    LoginAlarms,
    refusedByMysql,
    refusedByPostgres,
    refusedByProxy,
    refusedToken,
    type MonitoredDatabase,
} from "../../../components/alarms/loginAlarms";
import { matchesLine } from "../../support/filterPattern";
import { record, type Recording } from "../../support/mocks";

const groups = (...logs: string[]) =>
    Object.fromEntries(logs.map((log) => [log, pulumi.output(`/aws/rds/cluster/db/${log}`)]));
const least: MonitoredDatabase = {
    name: "db",
    engine: "postgres",
    logGroups: groups("iam-db-auth-error", "postgresql"),
};

function make(database: Partial<MonitoredDatabase> = {}): Promise<Recording> {
    return record(
        () => new LoginAlarms("logins", { database: { ...least, ...database }, topicArn: "arn:topic", from: 3 }),
    );
}

describe("the alarms on refused logins", () => {
    it("count refusals by AWS and by the server, each in its own log", async () => {
        const recording = await make();
        const metric = (name: string) => ({ name, namespace: "Keyless/keyless/test" });
        const filters = recording
            .of("aws:cloudwatch/logMetricFilter:LogMetricFilter")
            .map(({ name, inputs }) => ({ name, ...inputs }));
        assert.deepEqual(filters, [
            {
                name: "logins-refused-logins",
                logGroupName: "/aws/rds/cluster/db/postgresql",
                pattern:
                    '?"PAM authentication failed for user" ?"password authentication failed for user" ' +
                    '?"no pg_hba.conf entry for" ?"pg_hba.conf rejects connection for"',
                metricTransformation: { ...metric("logins-refused-logins"), value: "1", unit: "Count" },
            },
            {
                name: "logins-refused-tokens",
                logGroupName: "/aws/rds/cluster/db/iam-db-auth-error",
                pattern: '"Failed to" "the connection request for user"',
                metricTransformation: { ...metric("logins-refused-tokens"), value: "1", unit: "Count" },
            },
        ]);
        assert.deepEqual(recording.inputs("aws:cloudwatch/metricAlarm:MetricAlarm", "logins-refused-tokens"), {
            alarmDescription: "AWS refused an IAM token at db: docs/runbook.md#refused-tokens",
            metricName: "logins-refused-tokens",
            namespace: "Keyless/keyless/test",
            statistic: "Sum",
            period: 300,
            evaluationPeriods: 1,
            comparisonOperator: "GreaterThanOrEqualToThreshold",
            threshold: 3,
            treatMissingData: "notBreaching",
            alarmActions: ["arn:topic"],
        });
    });

    it("monitor the logs of a proxy and of MySQL too", async () => {
        const recording = await make({
            engine: "mysql",
            logGroups: groups("iam-db-auth-error", "error"),
            proxyLogGroup: pulumi.output("/aws/rds/proxy/db"),
        });
        const filters = (made: Recording) =>
            made
                .of("aws:cloudwatch/logMetricFilter:LogMetricFilter")
                .map(({ name, inputs }) => `${name} of ${String(inputs["logGroupName"])}`);
        assert.deepEqual(filters(recording), [
            "logins-refused-by-proxy of /aws/rds/proxy/db",
            "logins-refused-logins of /aws/rds/cluster/db/error",
            "logins-refused-tokens of /aws/rds/cluster/db/iam-db-auth-error",
        ]);
        const aurora = await make({ engine: "mysql", logGroups: groups("audit", "error", "iam-db-auth-error") });
        assert.deepEqual(filters(aurora), [
            "logins-refused-logins-0 of /aws/rds/cluster/db/audit",
            "logins-refused-logins-1 of /aws/rds/cluster/db/audit",
            "logins-refused-tokens of /aws/rds/cluster/db/iam-db-auth-error",
        ]);
    });

    it("require the log that they monitor", async () => {
        await assert.rejects(make({ logGroups: groups("postgresql") }), {
            reason: "db has no log group for its log iam-db-auth-error: export the log, and name its group",
        });
    });
});

describe("a counted refusal", () => {
    it("includes every reason for which AWS refuses a token", () => {
        const reasons = [
            ...[
                "authenticate the connection request for user sue because the provided token is malformed or otherwise invalid. (Status Code: 400, Error Code: InvalidToken)",
            ],
            ...[
                "authenticate the connection request for user sue because the token age is longer than 15 minutes. (Status Code: 400, Error Code: ExpiredToken)",
            ],
            ...[
                "authorize the connection request for user sue due to IAM DB authentication throttling. (Status Code: 429, Error Code: ThrottlingException)",
            ],
            ...[
                "authorize the connection request for user sue due to an internal IAM DB authentication error. (Status Code: 500, Error Code: InternalError)",
            ],
        ];
        assert.deepEqual(
            reasons.filter((reason) => !matchesLine(refusedToken, `[ERROR] Failed to ${reason}`)),
            [],
        );
    });

    it("includes every reason for which PostgreSQL refuses a login, once each, and no successful login", () => {
        const login = [
            'FATAL:  PAM authentication failed for user "shop_app"',
            'DETAIL:  Connection matched pg_hba.conf line 13: "hostssl all +rds_iam all pam"',
            "LOG:  pam_authenticate failed: Permission denied",
        ];
        const others = [
            'FATAL:  password authentication failed for user "keyless_master"',
            'FATAL:  no pg_hba.conf entry for host "10.20.0.9", user "shop_app", database "app", no encryption',
            'FATAL:  pg_hba.conf rejects connection for host "10.20.0.9", user "shop_app", database "app", no encryption',
        ];
        const good = [
            "LOG:  connection received: host=10.20.0.9 port=50249",
            "LOG:  connection authorized: user=shop_app database=app SSL enabled (protocol=TLSv1.3)",
        ];
        const counted = (lines: readonly string[]) =>
            lines.filter((line) => refusedByPostgres.patterns.some((pattern) => matchesLine(pattern, line))).length;
        assert.deepEqual([counted(login), counted(others), counted(good)], [1, 3, 0]);
    });

    it("is a refusal of PostgreSQL's whatever user and database the client names, which stand before the severity in RDS' log", () => {
        const line = (session: string) =>
            `2026-01-01 10:00:00 UTC:10.20.0.9(50249):${session}:[4711]:FATAL:  password authentication failed for user "x"`;
        const names = ["shop_app@app", "x:[1]:LOG:  @app", "x@a b", "[@]"];
        assert.deepEqual(
            names.filter((name) => !refusedByPostgres.patterns.some((pattern) => matchesLine(pattern, line(name)))),
            [],
        );
    });

    it("is how MySQL and a proxy refuse one", () => {
        const line = "[Note] [MY-010926] [Server] Access denied for user 'sue'@'10.20.0.9' (using password: YES)";
        const proxy = (what: string) => `[INFO] [proxyEndpoint=default] [clientConnection=1] ${what}`;
        const [audit, error] = refusedByMysql;
        const count = ({ patterns }: typeof audit, text: string) =>
            patterns.filter((pattern) => matchesLine(pattern, text)).length;
        const connect = (what: string) => `1536652826127350,db-0,sue,10.20.0.9,8426327,0,${what}`;
        assert.equal(count(error, line), 1);
        assert.deepEqual(
            ["FAILED_CONNECT,,,1045", "FAILED_CONNECT,app,,3159", "CONNECT,app,,0", "DISCONNECT,app,,0"].map((what) =>
                count(audit, connect(what)),
            ),
            [1, 1, 0, 0],
        );
        assert.deepEqual(
            [
                matchesLine(
                    refusedByProxy,
                    proxy(
                        'Proxy authentication with IAM authentication failed for user "shop_app" with TLS on. Reason: Invalid credentials.',
                    ),
                ),
                matchesLine(refusedByProxy, proxy("A new client connected from 10.20.0.9:55392.")),
            ],
            [true, false],
        );
    });
});
