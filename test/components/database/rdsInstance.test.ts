import assert from "node:assert/strict";
import { RdsInstance, type RdsInstanceArgs } from "../../../components/database/rdsInstance";
import { record, valueOf, type Recording } from "../../support/mocks";

const least: RdsInstanceArgs = {
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-database"],
    engineVersion: "17.4",
    databaseName: "app",
};
const types = {
    instance: "aws:rds/instance:Instance",
    parameters: "aws:rds/parameterGroup:ParameterGroup",
    logs: "aws:cloudwatch/logGroup:LogGroup",
};
const key = "arn:aws:kms:eu-central-1:111122223333:key/db";

function make(args: Partial<RdsInstanceArgs> = {}): Promise<Recording> {
    return record(() => new RdsInstance("db", { ...least, ...args }));
}

const whole = {
    identifier: "db-db-key",
    engine: "postgres",
    engineVersion: "17.4",
    instanceClass: "db.t4g.medium",
    multiAz: true,
    dbName: "app",
    username: "keyless_master",
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: key,
    applyImmediately: true,
    iamDatabaseAuthenticationEnabled: true,
    storageType: "gp3",
    allocatedStorage: 20,
    maxAllocatedStorage: 100,
    storageEncrypted: true,
    kmsKeyId: key,
    dbSubnetGroupName: "db",
    vpcSecurityGroupIds: ["sg-database"],
    parameterGroupName: "db",
    enabledCloudwatchLogsExports: ["iam-db-auth-error", "postgresql", "upgrade"],
    backupRetentionPeriod: 7,
    backupWindow: "01:00-02:00",
    maintenanceWindow: "sun:03:00-sun:04:00",
    autoMinorVersionUpgrade: false,
    publiclyAccessible: false,
    copyTagsToSnapshot: true,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: key,
    performanceInsightsRetentionPeriod: 7,
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "db-final-db-key",
    tags: { Name: "db" },
};

describe("the RDS instance", () => {
    it("has a key and an instance with a standby", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:kms/key:Key": 1,
            [types.instance]: 1,
            [types.parameters]: 1,
            "aws:rds/subnetGroup:SubnetGroup": 1,
            "keyless:database:RdsInstance": 1,
        });
    });

    it("accepts IAM logins, encrypts everything, manages the master's password and is protected from deletion", async () => {
        assert.deepEqual((await make()).inputs(types.instance, "db"), whole);
    });

    it("uses the given size, windows and upgrades", async () => {
        const inputs = (
            await make({
                engineVersion: "17",
                instanceClass: "db.m7g.large",
                multiAz: false,
                storage: 100,
                maxStorage: 200,
                backupDays: 30,
                backupWindow: "05:00-06:00",
                maintenanceWindow: "tue:01:00-tue:02:00",
                insightsDays: 731,
                protect: false,
                finalSnapshot: false,
                applyImmediately: false,
                allowMajorVersionUpgrade: true,
            })
        ).inputs(types.instance, "db");
        assert.deepEqual(inputs, {
            ...whole,
            engineVersion: "17.preferred",
            allowMajorVersionUpgrade: true,
            applyImmediately: false,
            autoMinorVersionUpgrade: true,
            instanceClass: "db.m7g.large",
            multiAz: false,
            allocatedStorage: 100,
            maxAllocatedStorage: 200,
            backupRetentionPeriod: 30,
            backupWindow: "05:00-06:00",
            maintenanceWindow: "tue:01:00-tue:02:00",
            performanceInsightsRetentionPeriod: 731,
            deletionProtection: false,
            skipFinalSnapshot: true,
        });
    });

    it("may grow to five times its storage, but never beyond RDS' limit", async () => {
        const most = async (storage: number) =>
            (await make({ storage })).inputs(types.instance, "db")["maxAllocatedStorage"];
        assert.deepEqual([await most(100), await most(13_107), await most(13_108)], [500, 65_535, 65_536]);
    });

    it("can be MySQL, which refuses plain text and logs refused logins", async () => {
        const recording = await make({ engine: "mysql", engineVersion: "8.4" });
        assert.deepEqual(recording.inputs(types.instance, "db"), {
            ...whole,
            engine: "mysql",
            engineVersion: "8.4.preferred",
            autoMinorVersionUpgrade: true,
            enabledCloudwatchLogsExports: ["error", "iam-db-auth-error"],
        });
        assert.deepEqual(recording.inputs(types.parameters, "db"), {
            family: "mysql8.4",
            description: "parameters of db",
            parameters: [
                { name: "require_secure_transport", value: "1", applyMethod: "immediate" },
                { name: "log_error_verbosity", value: "3", applyMethod: "immediate" },
            ],
            tags: { Name: "db" },
        });
    });

    it("keeps its logs as long as configured", async () => {
        const recording = await make({ logs: { kmsKeyArn: "arn:logs", retentionInDays: 30 } });
        assert.deepEqual(
            recording.of(types.logs).map(({ inputs }) => inputs["name"]),
            ["iam-db-auth-error", "postgresql", "upgrade"].map((log) => `/aws/rds/instance/db-db-key/${log}`),
        );
    });

    it("is identified by its resource id in a connect ARN, not by its name", async () => {
        let values: unknown;
        await record(async () => {
            const { endpoint, readerEndpoint, arn, resourceId, masterSecretArn, target } = new RdsInstance("db", least);
            values = await Promise.all(
                [endpoint, readerEndpoint, arn, resourceId, masterSecretArn, target.dbInstanceIdentifier].map(
                    valueOf<string>,
                ),
            );
        });
        const host = "db.abc.eu-central-1.rds.amazonaws.com";
        assert.deepEqual(values, [
            host,
            host,
            "arn:aws:rds:eu-central-1:111122223333:db:db",
            "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db",
            "db-db-key",
        ]);
    });

    it("of another region's instance has its own key and groups, and neither master nor storage nor engine of its own", async () => {
        const recording = await make({ copyOf: "arn:aws:rds:eu-central-1:111122223333:db:source" });
        const own = [
            "engine",
            "engineVersion",
            "dbName",
            "username",
            "allocatedStorage",
            "manageMasterUserPassword",
            "masterUserSecretKmsKeyId",
            "finalSnapshotIdentifier",
        ];
        const copy = Object.fromEntries(Object.entries(whole).filter(([name]) => !own.includes(name)));
        assert.deepEqual(recording.inputs(types.instance, "db"), {
            ...copy,
            replicateSourceDb: "arn:aws:rds:eu-central-1:111122223333:db:source",
            skipFinalSnapshot: true,
        });
    });
});
