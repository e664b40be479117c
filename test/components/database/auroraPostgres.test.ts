import assert from "node:assert/strict";
import { AuroraPostgres, type AuroraPostgresArgs } from "../../../components/database/auroraPostgres";
import { record, valueOf, type Recording } from "../../support/mocks";

const least: AuroraPostgresArgs = {
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupIds: ["sg-database"],
    engineVersion: "16.6",
    databaseName: "app",
};

function make(args: Partial<AuroraPostgresArgs> = {}): Promise<Recording> {
    return record(() => new AuroraPostgres("db", { ...least, ...args }));
}

describe("the Aurora PostgreSQL cluster", () => {
    it("has a key, a writer and a reader of its own", async () => {
        assert.deepEqual((await make()).inventory(), {
            "aws:kms/key:Key": 1,
            "aws:rds/cluster:Cluster": 1,
            "aws:rds/clusterInstance:ClusterInstance": 2,
            "aws:rds/clusterParameterGroup:ClusterParameterGroup": 1,
            "aws:rds/subnetGroup:SubnetGroup": 1,
            "keyless:database:AuroraPostgres": 1,
        });
    });

    it("takes IAM logins, encrypts all, keeps the master's password to itself and is not lost by mistake", async () => {
        const key = "arn:aws:kms:eu-central-1:111122223333:key/db";
        assert.deepEqual((await make()).inputs("aws:rds/cluster:Cluster", "db"), {
            engine: "aurora-postgresql",
            engineMode: "provisioned",
            engineVersion: "16.6",
            databaseName: "app",
            masterUsername: "keyless_master",
            manageMasterUserPassword: true,
            masterUserSecretKmsKeyId: key,
            iamDatabaseAuthenticationEnabled: true,
            storageEncrypted: true,
            kmsKeyId: key,
            dbSubnetGroupName: "db",
            vpcSecurityGroupIds: ["sg-database"],
            dbClusterParameterGroupName: "db",
            serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
            enabledCloudwatchLogsExports: ["iam-db-auth-error", "instance", "postgresql"],
            backupRetentionPeriod: 7,
            copyTagsToSnapshot: true,
            deletionProtection: true,
            skipFinalSnapshot: false,
            finalSnapshotIdentifier: "db-final-db-key",
            tags: { Name: "db" },
        });
    });

    it("forces TLS, with the parameters of the version's family", async () => {
        assert.deepEqual((await make({ engineVersion: "17" })).inputs("aws:rds/clusterParameterGroup:ClusterParameterGroup", "db"), {
            family: "aurora-postgresql17",
            description: "parameters of db",
            parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "immediate" }],
            tags: { Name: "db" },
        });
    });

    it("keeps a pinned version and lets AWS upgrade an open one", async () => {
        const upgrades = async (engineVersion: string) =>
            (await make({ engineVersion })).inputs("aws:rds/clusterInstance:ClusterInstance", "db-0")["autoMinorVersionUpgrade"];
        assert.deepEqual([await upgrades("16.6"), await upgrades("16")], [false, true]);
    });

    it("can be thrown away when it is not protected", async () => {
        const inputs = (await make({ protect: false })).inputs("aws:rds/cluster:Cluster", "db");
        assert.deepEqual([inputs["deletionProtection"], inputs["skipFinalSnapshot"]], [false, true]);
    });

    it("prefers the first reader when the writer fails", async () => {
        const recording = await make({ readers: 2 });
        assert.deepEqual(
            recording.of("aws:rds/clusterInstance:ClusterInstance").map(({ name, inputs }) => [name, inputs["promotionTier"]]),
            [
                ["db-0", 0],
                ["db-1", 1],
                ["db-2", 1],
            ],
        );
    });

    it("tells what others need to connect and to be allowed to", async () => {
        let values: unknown;
        await record(async () => {
            const database = new AuroraPostgres("db", least);
            values = await Promise.all(
                [database.endpoint, database.readerEndpoint, database.arn, database.resourceId, database.masterSecretArn].map(valueOf<string>),
            );
        });
        assert.deepEqual(values, [
            "db.cluster-abc.eu-central-1.rds.amazonaws.com",
            "db.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
            "arn:aws:rds:eu-central-1:111122223333:cluster:db",
            "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db",
        ]);
    });
});
