import assert from "node:assert/strict";
import { exportIamErrors } from "../../../policy/rules/exportIamErrors";
import { forbidPublicDatabases } from "../../../policy/rules/forbidPublicDatabases";
import { protectDeletion } from "../../../policy/rules/protectDeletion";
import { requireEncryption } from "../../../policy/rules/requireEncryption";
import { requireIamAuthentication } from "../../../policy/rules/requireIamAuthentication";
import { judge, unknown } from "./harness";

const cluster = "aws:rds/cluster:Cluster";
const instance = "aws:rds/instance:Instance";
const member = "aws:rds/clusterInstance:ClusterInstance";
const nativeCluster = "aws-native:rds:DbCluster";
const nativeInstance = "aws-native:rds:DbInstance";

const good: Readonly<Record<string, Record<string, unknown>>> = {
    [cluster]: {
        engine: "aurora-postgresql",
        iamDatabaseAuthenticationEnabled: true,
        enabledCloudwatchLogsExports: ["postgresql", "iam-db-auth-error"],
        storageEncrypted: true,
        deletionProtection: true,
    },
    [instance]: {
        engine: "postgres",
        iamDatabaseAuthenticationEnabled: true,
        enabledCloudwatchLogsExports: ["iam-db-auth-error"],
        storageEncrypted: true,
        deletionProtection: true,
        publiclyAccessible: false,
    },
    [nativeCluster]: {
        engine: "aurora-mysql",
        enableIamDatabaseAuthentication: true,
        enableCloudwatchLogsExports: ["iam-db-auth-error"],
        storageEncrypted: true,
        deletionProtection: true,
    },
    [nativeInstance]: {
        engine: "mariadb",
        enableIamDatabaseAuthentication: true,
        enableCloudwatchLogsExports: ["iam-db-auth-error"],
        storageEncrypted: true,
        deletionProtection: true,
    },
};

const rules = [requireIamAuthentication, exportIamErrors, requireEncryption, protectDeletion, forbidPublicDatabases];

describe("the rules about a database's settings", () => {
    for (const [type, props] of Object.entries(good)) {
        it(`pass a compliant ${type}`, () => {
            assert.deepEqual(
                rules.flatMap((rule) => judge(rule, { type, name: "db", props })),
                [],
            );
        });
    }

    const on = (rule: (typeof rules)[number], type: string, change: Record<string, unknown>): string[] =>
        judge(rule, { type, name: "db", props: { ...good[type], ...change } });

    it("refuse IAM authentication that is off, absent or null", () => {
        const refusal = (argument: string): string[] => [
            `[as set] db: IAM authentication is off, so users need passwords\n  fix: set ${argument} to true`,
        ];
        for (const value of [false, undefined, null, "no"]) {
            assert.deepEqual(
                on(requireIamAuthentication, cluster, { iamDatabaseAuthenticationEnabled: value }),
                refusal("iamDatabaseAuthenticationEnabled"),
            );
            assert.deepEqual(
                on(requireIamAuthentication, instance, { iamDatabaseAuthenticationEnabled: value }),
                refusal("iamDatabaseAuthenticationEnabled"),
            );
            assert.deepEqual(
                on(requireIamAuthentication, nativeInstance, { enableIamDatabaseAuthentication: value }),
                refusal("enableIamDatabaseAuthentication"),
            );
        }
    });

    it("ignore engines without IAM authentication", () => {
        for (const engine of ["sqlserver-ex", "oracle-se2", "custom-oracle-ee"]) {
            assert.deepEqual(
                on(requireIamAuthentication, instance, { engine, iamDatabaseAuthenticationEnabled: false }),
                [],
            );
            assert.deepEqual(on(exportIamErrors, instance, { engine, enabledCloudwatchLogsExports: [] }), []);
        }
    });

    it("refuse a cluster that does not export the log of failed logins", () => {
        const refusal = [
            '[as set] db: the log iam-db-auth-error is not exported; nothing else records failed IAM logins\n  fix: add "iam-db-auth-error" to enabledCloudwatchLogsExports',
        ];
        assert.deepEqual(
            [
                on(exportIamErrors, cluster, { enabledCloudwatchLogsExports: ["postgresql"] }),
                on(exportIamErrors, cluster, { enabledCloudwatchLogsExports: undefined }),
            ],
            [refusal, refusal],
        );
    });

    it("refuse an unencrypted database, but not a copy that inherits encryption from its source", () => {
        assert.deepEqual(on(requireEncryption, cluster, { storageEncrypted: undefined }), [
            "[as set] db: the storage is not encrypted; encrypting it later requires a new database\n  fix: set storageEncrypted to true",
        ]);
        assert.deepEqual(
            on(requireEncryption, cluster, { storageEncrypted: undefined, snapshotIdentifier: "before" }),
            [],
        );
        assert.equal(
            on(requireEncryption, cluster, { storageEncrypted: false, snapshotIdentifier: "before" }).length,
            1,
        );
    });

    it("refuse a database without deletion protection", () => {
        assert.deepEqual(on(protectDeletion, instance, { deletionProtection: false }), [
            "[as set] db: one API call, or one mistake in the program, can delete the database\n  fix: set deletionProtection to true",
        ]);
    });

    it("refuse a public address of an instance or a cluster instance", () => {
        const refusal = [
            "[as set] db: the database has a public address, which anyone can try to connect to\n  fix: set publiclyAccessible to false",
        ];
        assert.deepEqual(
            [
                on(forbidPublicDatabases, instance, { publiclyAccessible: true }),
                judge(forbidPublicDatabases, { type: member, name: "db", props: { publiclyAccessible: true } }),
            ],
            [refusal, refusal],
        );
        assert.deepEqual(on(forbidPublicDatabases, nativeCluster, { publiclyAccessible: true }), refusal);
    });

    it("ignore settings of a cluster instance that the cluster decides", () => {
        assert.deepEqual(
            rules.flatMap((rule) =>
                judge(rule, {
                    type: member,
                    name: "db",
                    props: { engine: "aurora-postgresql", clusterIdentifier: "c" },
                }),
            ),
            [],
        );
        assert.deepEqual(
            rules.flatMap((rule) =>
                judge(rule, {
                    type: nativeInstance,
                    name: "db",
                    props: { engine: "aurora-postgresql", dbClusterIdentifier: "c" },
                }),
            ),
            [],
        );
    });

    it("report a setting that is not known yet as unproven", () => {
        const later = (argument: string, fix: string): string[] => [
            `[advisory] db: ${argument} is not known yet\n  fix: ${fix}; the rule checks the value once it is known`,
        ];
        assert.deepEqual(
            on(requireEncryption, cluster, { storageEncrypted: unknown }),
            later("storageEncrypted", "set storageEncrypted to true"),
        );
        assert.deepEqual(
            on(exportIamErrors, cluster, { enabledCloudwatchLogsExports: ["postgresql", unknown] }),
            later("enabledCloudwatchLogsExports", 'add "iam-db-auth-error" to enabledCloudwatchLogsExports'),
        );
        assert.deepEqual(
            on(exportIamErrors, cluster, { enabledCloudwatchLogsExports: [unknown, "iam-db-auth-error"] }),
            [],
        );
        assert.deepEqual(
            on(forbidPublicDatabases, instance, { publiclyAccessible: unknown }),
            later("publiclyAccessible", "set publiclyAccessible to false"),
        );
    });

    it("check the known settings of a database whose engine is not known", () => {
        assert.equal(
            on(requireIamAuthentication, cluster, { engine: unknown, iamDatabaseAuthenticationEnabled: false }).length,
            1,
        );
    });
});
