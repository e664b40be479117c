import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Aurora, type AuroraArgs } from "../../../components/database/aurora";
import { record, valueOf, type Recording } from "../../support/mocks";

const least: AuroraArgs = {
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-database"],
    engineVersion: "16.6",
    databaseName: "app",
};
const types = {
    cluster: "aws:rds/cluster:Cluster",
    instance: "aws:rds/clusterInstance:ClusterInstance",
    parameters: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    logs: "aws:cloudwatch/logGroup:LogGroup",
};
const key = "arn:aws:kms:eu-central-1:111122223333:key/db";

function make(args: Partial<AuroraArgs> = {}): Promise<Recording> {
    return record(() => new Aurora("db", { ...least, ...args }));
}

const whole = {
    clusterIdentifier: "db-db-key",
    engine: "aurora-postgresql",
    engineMode: "provisioned",
    engineVersion: "16.6",
    databaseName: "app",
    masterUsername: "keyless_master",
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: key,
    applyImmediately: true,
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    kmsKeyId: key,
    dbSubnetGroupName: "db",
    vpcSecurityGroupIds: ["sg-database"],
    dbClusterParameterGroupName: "db",
    serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
    enabledCloudwatchLogsExports: ["iam-db-auth-error", "instance", "postgresql"],
    backupRetentionPeriod: 7,
    preferredBackupWindow: "01:00-02:00",
    preferredMaintenanceWindow: "sun:03:00-sun:04:00",
    copyTagsToSnapshot: true,
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "db-final-db-key",
    tags: { Name: "db" },
};

describe("the Aurora cluster", () => {
    it("has a key, a writer and a reader of its own", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:kms/key:Key": 1,
            [types.cluster]: 1,
            [types.instance]: 2,
            [types.parameters]: 1,
            "aws:rds/subnetGroup:SubnetGroup": 1,
            "keyless:database:Aurora": 1,
        });
    });

    it("accepts IAM logins, encrypts everything, manages the master's password and is protected from deletion", async () => {
        assert.deepEqual((await make()).inputs(types.cluster, "db"), whole);
    });

    it("has instances with Performance Insights under its own key, and a certificate of the chosen authority", async () => {
        const wanted = {
            clusterIdentifier: "db-id",
            engine: "aurora-postgresql",
            instanceClass: "db.serverless",
            promotionTier: 0,
            applyImmediately: true,
            preferredMaintenanceWindow: "sun:03:00-sun:04:00",
            autoMinorVersionUpgrade: false,
            publiclyAccessible: false,
            copyTagsToSnapshot: true,
            caCertIdentifier: "rds-ca-rsa2048-g1",
            performanceInsightsEnabled: true,
            performanceInsightsKmsKeyId: key,
            performanceInsightsRetentionPeriod: 7,
            tags: { Name: "db-0" },
        };
        assert.deepEqual((await make()).inputs(types.instance, "db-0"), wanted);
        assert.deepEqual(
            (await make({ insightsDays: 0, certificateAuthority: "rds-ca-ecc384-g1" })).inputs(types.instance, "db-0"),
            {
                ...without(wanted, "performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"),
                performanceInsightsEnabled: false,
                caCertIdentifier: "rds-ca-ecc384-g1",
            },
        );
    });

    it("refuses plain text, and logs connections and changes of structure and privileges", async () => {
        assert.deepEqual((await make({ engineVersion: "17" })).inputs(types.parameters, "db"), {
            family: "aurora-postgresql17",
            description: "parameters of db",
            parameters: [
                { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
                { name: "log_connections", value: "1", applyMethod: "immediate" },
                { name: "log_disconnections", value: "1", applyMethod: "immediate" },
                { name: "temp_file_limit", value: "8388608", applyMethod: "immediate" },
                {
                    name: "shared_preload_libraries",
                    value: "pg_stat_statements,pgaudit",
                    applyMethod: "pending-reboot",
                },
                { name: "pgaudit.log", value: "ddl,role", applyMethod: "immediate" },
            ],
            tags: { Name: "db" },
        });
    });

    it("names the stages of a connection that PostgreSQL 18 logs in place of a switch", async () => {
        const { parameters } = (await make({ engineVersion: "18" })).inputs(types.parameters, "db") as {
            parameters: { name: string; value: string }[];
        };
        assert.equal(
            parameters.find(({ name }) => name === "log_connections")?.value,
            "receipt,authentication,authorization",
        );
    });

    it("omits pgaudit without classes to record", async () => {
        const { parameters } = (await make({ audit: [] })).inputs(types.parameters, "db") as {
            parameters: { name: string }[];
        };
        assert.deepEqual(
            parameters.map(({ name }) => name),
            ["rds.force_ssl", "log_connections", "log_disconnections", "temp_file_limit"],
        );
    });

    it("limits a process's temporary files to the given size", async () => {
        const { parameters } = (await make({ temporaryFiles: 2 })).inputs(types.parameters, "db") as {
            parameters: { name: string; value: string }[];
        };
        assert.equal(parameters.find(({ name }) => name === "temp_file_limit")?.value, "2097152");
    });

    it("can be MySQL", async () => {
        const recording = await make({ engine: "mysql", engineVersion: "8.0.mysql_aurora.3.08.0" });
        assert.deepEqual(recording.inputs(types.cluster, "db"), {
            ...whole,
            engine: "aurora-mysql",
            engineVersion: "8.0.mysql_aurora.3.08.0",
            enabledCloudwatchLogsExports: ["audit", "error", "iam-db-auth-error", "instance"],
        });
        assert.deepEqual(recording.inputs(types.parameters, "db"), {
            family: "aurora-mysql8.0",
            description: "parameters of db",
            parameters: [
                { name: "require_secure_transport", value: "ON", applyMethod: "immediate" },
                { name: "server_audit_logging", value: "1", applyMethod: "immediate" },
                { name: "server_audit_events", value: "CONNECT,QUERY_DCL,QUERY_DDL", applyMethod: "immediate" },
            ],
            tags: { Name: "db" },
        });
        assert.equal(recording.inputs(types.instance, "db-1")["engine"], "aurora-mysql");
    });

    it("can have instances of a class instead of a capacity", async () => {
        const recording = await make({ instanceClass: "db.r7g.large", readers: 0 });
        assert.deepEqual(recording.inputs(types.cluster, "db"), without(whole, "serverlessv2ScalingConfiguration"));
        assert.deepEqual(
            recording.of(types.instance).map(({ name, inputs }) => [name, inputs["instanceClass"]]),
            [["db-0", "db.r7g.large"]],
        );
    });

    it("keeps its logs as long as configured, under the logs' key, in groups created before RDS creates them", async () => {
        const recording = await make({ logs: { kmsKeyArn: "arn:logs", retentionInDays: 30 } });
        assert.deepEqual(
            recording.of(types.logs).map(({ inputs }) => inputs),
            ["iam-db-auth-error", "instance", "postgresql"].map((log) => ({
                name: `/aws/rds/cluster/db-db-key/${log}`,
                kmsKeyId: "arn:logs",
                retentionInDays: 30,
            })),
        );
    });

    it("keeps a pinned version and lets AWS upgrade an open one", async () => {
        const upgrades = async (engineVersion: string, engine: "postgres" | "mysql" = "postgres") =>
            (await make({ engine, engineVersion })).inputs(types.instance, "db-0")["autoMinorVersionUpgrade"];
        assert.deepEqual([await upgrades("16.6"), await upgrades("16")], [false, true]);
        assert.deepEqual(
            [await upgrades("8.0.mysql_aurora.3.08.0", "mysql"), await upgrades("8.0", "mysql")],
            [false, true],
        );
    });

    it("leaves a final snapshot when its protection has been taken away, unless none is wanted", async () => {
        const left = async (args: Partial<AuroraArgs>) => {
            const { deletionProtection, skipFinalSnapshot } = (await make(args)).inputs(types.cluster, "db");
            return [deletionProtection, skipFinalSnapshot];
        };
        assert.deepEqual(await left({ protect: false }), [false, false]);
        assert.deepEqual(await left({ protect: false, finalSnapshot: false }), [false, true]);
    });

    it("sets rds.force_ssl at once where it is off by default, and asserts it where RDS has it on", async () => {
        const method = async (engineVersion: string) => {
            const { parameters } = (await make({ engineVersion })).inputs(types.parameters, "db") as {
                parameters: { name: string; applyMethod: string }[];
            };
            return parameters.find(({ name }) => name === "rds.force_ssl")?.applyMethod;
        };
        assert.deepEqual([await method("16.6"), await method("17.4")], ["immediate", "pending-reboot"]);
    });

    it("is created with the minor version that AWS prefers where only the major one is given", async () => {
        const version = async (engineVersion: string) =>
            (await make({ engineVersion })).inputs(types.cluster, "db")["engineVersion"];
        assert.deepEqual([await version("16"), await version("16.6")], ["16.preferred", "16.6"]);
    });

    it("may be upgraded to another major version in one run, and waits for the maintenance window if it should", async () => {
        const given = { allowMajorVersionUpgrade: true, applyImmediately: false };
        const recording = await make(given);
        const { allowMajorVersionUpgrade, applyImmediately } = recording.inputs(types.cluster, "db");
        assert.deepEqual({ allowMajorVersionUpgrade, applyImmediately }, given);
        assert.equal(recording.inputs(types.instance, "db-1")["applyImmediately"], false);
    });

    it("uses the data and the users of the global database that it copies, and has no master of its own", async () => {
        const rest = without(
            whole,
            "databaseName",
            "masterUsername",
            "manageMasterUserPassword",
            "masterUserSecretKmsKeyId",
            "finalSnapshotIdentifier",
        );
        assert.deepEqual((await make({ copyOf: "global-1", sourceVersion: "16.8" })).inputs(types.cluster, "db"), {
            ...rest,
            engineVersion: "16.8",
            globalClusterIdentifier: "global-1",
            skipFinalSnapshot: true,
        });
    });

    it("prefers the first reader when the writer fails", async () => {
        const recording = await make({ readers: 2 });
        assert.deepEqual(
            recording.of(types.instance).map(({ name, inputs }) => [name, inputs["promotionTier"]]),
            [
                ["db-0", 0],
                ["db-1", 1],
                ["db-2", 1],
            ],
        );
    });

    it("outputs what clients need to connect and to be permitted", async () => {
        let values: unknown;
        await record(async () => {
            const database = new Aurora("db", least);
            const { endpoint, readerEndpoint, arn, resourceId, masterSecretArn, target } = database;
            values = await Promise.all(
                [endpoint, readerEndpoint, arn, resourceId, masterSecretArn, target.dbClusterIdentifier].map(
                    valueOf<string>,
                ),
            );
        });
        assert.deepEqual(values, [
            "db.cluster-abc.eu-central-1.rds.amazonaws.com",
            "db.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
            "arn:aws:rds:eu-central-1:111122223333:cluster:db",
            "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db",
            "db-db-key",
        ]);
    });

    it("has clients wait for its first instance only, so that a reader's preview leaves their addresses known", async () => {
        const recording = await record(() => {
            const { endpoint, readerEndpoint, target } = new Aurora("db", { ...least, readers: 2 });
            const value = pulumi.interpolate`${endpoint} ${readerEndpoint} ${target.dbClusterIdentifier}`;
            return new aws.ssm.Parameter("client", { type: "String", value });
        });
        const { dependencies = [] } = recording.registered().find(({ name }) => name === "client") ?? {};
        assert.deepEqual(
            dependencies.filter((urn) => urn.includes(types.instance)).map((urn) => urn.split("::").at(-1)),
            ["db-0"],
        );
    });
});

function without(inputs: Readonly<Record<string, unknown>>, ...names: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));
}
