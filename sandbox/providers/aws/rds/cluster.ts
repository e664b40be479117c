import { ensureLogGroup } from "../cloudwatch/logGroup";
import type { Declaration, Self } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { zonesOf } from "../../../cloud/aws/region";
import { arnOf, between, conflict, oneOf } from "../declaring/rules";
import {
    CLUSTER_PARAMETER_GROUP,
    DB_CLUSTER,
    DB_CLUSTER_INSTANCE,
    DB_SUBNET_GROUP,
    GLOBAL_CLUSTER,
    KEY,
    ROLE,
    SECURITY_GROUP,
    VPC,
} from "../../../cloud/aws/tokens";
import { must, number, text, texts } from "../../../cloud/aws/values";
import {
    dependentArguments,
    fittingGroups,
    keptCluster,
    masterCredentials,
    needsSubnetGroup,
    serverlessCapacity,
    takeFinalSnapshot,
    windowsApart,
} from "./clusterRules";
import { globalMembership, masterOf, replicationSource } from "./replication";
import { certificateAuthorities, engineOf, familyOf, runningVersion } from "./engines";
import { hostName, hostedZone, resourceId } from "./hosts";
import {
    dailyWindow,
    databaseName,
    exportedLogs,
    identifier,
    masterPassword,
    masterUsername,
    monitoringRole,
    snapshotIdentifier,
    weeklyWindow,
} from "./names";
import { masterSecret, masterUserSecrets } from "./secret";
import { keptCapacity, pausable } from "./serverless";
import { offered, upgrade, versionsOf } from "./version";

export const missingKey = (arn: string): string =>
    `KMSKeyNotAccessibleFault: The specified KMS key [${arn}] does not exist, is not enabled or you do not have permissions to access it.`;

export const missingGroup = (id: string): string =>
    `InvalidParameterValue: Invalid security group , groupId= ${id}, groupName=.`;

/** Seven days, whole months, or two years. */
export const insightsRetention = (value: unknown, property: string): string | undefined =>
    typeof value === "number" && (value === 7 || value === 731 || (value % 31 === 0 && value > 0 && value <= 713))
        ? undefined
        : `InvalidParameterValue: ${property} must be 7, 731 or a multiple of 31, got ${String(value)}`;

export const cluster: Declaration = {
    type: DB_CLUSTER,
    id: ({ inputs }) => must(inputs, "clusterIdentifier"),
    naming: { property: "clusterIdentifier", made: "late", prefix: "tf-" },
    defaults: {
        copyTagsToSnapshot: false,
        deleteAutomatedBackups: true,
        enableGlobalWriteForwarding: false,
        enableHttpEndpoint: false,
        enableLocalWriteForwarding: false,
        engineMode: "provisioned",
        skipFinalSnapshot: false,
    },
    allowed: {
        clusterIdentifier: identifier,
        engine: oneOf("aurora-mysql", "aurora-postgresql"),
        engineMode: oneOf("global", "parallelquery", "provisioned", "serverless"),
        databaseName,
        masterUsername,
        masterPassword,
        port: between(1150, 65535),
        backupRetentionPeriod: between(1, 35),
        preferredBackupWindow: dailyWindow,
        preferredMaintenanceWindow: weeklyWindow,
        finalSnapshotIdentifier: snapshotIdentifier,
        storageType: oneOf("", "aurora", "aurora-iopt1"),
        networkType: oneOf("IPV4", "DUAL"),
        engineLifecycleSupport: oneOf("open-source-rds-extended-support", "open-source-rds-extended-support-disabled"),
        databaseInsightsMode: oneOf("standard", "advanced"),
        performanceInsightsRetentionPeriod: insightsRetention,
        monitoringInterval: oneOf(0, 1, 5, 10, 15, 30, 60),
        caCertificateIdentifier: oneOf(...certificateAuthorities),
        kmsKeyId: arnOf("kms"),
        performanceInsightsKmsKeyId: arnOf("kms"),
        monitoringRoleArn: arnOf("iam"),
    },
    rules: [
        conflict("clusterIdentifier", "clusterIdentifierPrefix"),
        conflict("masterPassword", "masterPasswordWo", "manageMasterUserPassword"),
        masterCredentials,
        exportedLogs,
        serverlessCapacity,
        dependentArguments,
        monitoringRole,
        (inputs) => windowsApart(inputs),
        (inputs, cloud) => fittingGroups(inputs, cloud),
    ],
    references: {
        dbSubnetGroupName: blocksDeletion(DB_SUBNET_GROUP),
        dbClusterParameterGroupName: blocksDeletion(CLUSTER_PARAMETER_GROUP, {
            when: (name) => !name.startsWith("default."),
            missing: (name) => `DBClusterParameterGroupNotFound: DBClusterParameterGroup not found: ${name}`,
        }),
        vpcSecurityGroupIds: blocksDeletion(SECURITY_GROUP, { missing: missingGroup }),
        kmsKeyId: to(KEY, { missing: missingKey }),
        masterUserSecretKmsKeyId: to(KEY, { missing: missingKey }),
        performanceInsightsKmsKeyId: to(KEY, { missing: missingKey }),
        globalClusterIdentifier: to(GLOBAL_CLUSTER),
        monitoringRoleArn: to(ROLE),
        iamRoles: to(ROLE),
    },
    conflicts: [
        needsSubnetGroup,
        replicationSource,
        globalMembership,
        offered(true),
        upgrade(DB_CLUSTER, true),
        pausable,
    ],
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ClusterPendingModifiedValues.html
    deferred: ["allocatedStorage", "engineVersion", "iops", "storageType"],
    replace: [
        "availabilityZones",
        "clusterIdentifier",
        "clusterIdentifierPrefix",
        "databaseName",
        "dbSubnetGroupName",
        "dbSystemId",
        "engine",
        "engineMode",
        "kmsKeyId",
        "masterUsername",
        "restoreToPointInTime",
        "snapshotIdentifier",
        "sourceRegion",
        "storageEncrypted",
    ],
    serverDefaults: chosenOf,
    outputs: (self) => {
        const { id, cloud, keep } = self;
        return {
            arn: cloud.arn("rds", `cluster:${id}`),
            clusterResourceId: keep("clusterResourceId", () => resourceId("cluster")),
            endpoint: hostName(id, "cluster-", cloud),
            readerEndpoint: hostName(id, "cluster-ro-", cloud),
            hostedZoneId: hostedZone,
            ...defaultGroup(self),
            ...versionsOf(self, true),
            ...keptCapacity(self),
            upgradeRolloutOrder: "second",
            clusterMembers: membersOf(self),
            ...masterUserSecrets("cluster", self),
        };
    },
    implicitObjects: masterSecret,
    effects: {
        made: ({ id, inputs, cloud }) => {
            const [engineVersion, engineVersionActual] = [
                must(inputs, "engineVersion"),
                must(inputs, "engineVersionActual"),
            ];
            // An upgrade of the cluster is one of its instances.
            for (const member of cloud.all(DB_CLUSTER_INSTANCE)) {
                if (member.state["clusterIdentifier"] === id) {
                    cloud.store.put({ ...member, state: { ...member.state, engineVersion, engineVersionActual } });
                }
            }
            for (const log of texts(inputs, "enabledCloudwatchLogsExports")) {
                ensureLogGroup(`/aws/rds/cluster/${id}/${log}`, cloud);
            }
        },
        gone: takeFinalSnapshot,
    },
    deletionProtection: keptCluster,
    missing: (id) => `DBClusterNotFoundFault: DBCluster ${id} not found.`,
    exists: () => "DBClusterAlreadyExistsFault: DB Cluster already exists",
    inUse: () =>
        "InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
};

function chosenOf({ inputs, cloud }: Self): Self["inputs"] {
    const engine = must(inputs, "engine");
    const version = runningVersion(engine, text(inputs, "engineVersion"));
    const encrypted = inputs["storageEncrypted"] === true;
    const network = text(cloud.state(DB_SUBNET_GROUP, text(inputs, "dbSubnetGroupName")), "vpcId");
    return {
        ...masterOf({ inputs, cloud }),
        applyImmediately: false,
        autoMinorVersionUpgrade: true,
        availabilityZones: zonesOf(cloud.region).slice(0, 3),
        backupRetentionPeriod: 1,
        databaseInsightsMode: "standard",
        dbClusterParameterGroupName: `default.${familyOf(engine, version)}`,
        engineLifecycleSupport: "open-source-rds-extended-support",
        engineVersion: version,
        kmsKeyId: encrypted ? cloud.arn("kms", "alias/aws/rds") : "",
        monitoringInterval: 0,
        networkType: "IPV4",
        port: number(inputs, "port") ?? engineOf(engine)?.port ?? 0,
        preferredBackupWindow: "03:00-03:30",
        preferredMaintenanceWindow: "sun:05:00-sun:05:30",
        storageEncrypted: false,
        vpcSecurityGroupIds: [must(cloud.state(VPC, network), "defaultSecurityGroupId")],
    };
}

/** A default group changes with the major version. */
function defaultGroup(self: Self): Self["inputs"] {
    const group = text(self.inputs, "dbClusterParameterGroupName") ?? "";
    const { engineVersionActual } = versionsOf(self, true);
    return group.startsWith("default.")
        ? { dbClusterParameterGroupName: `default.${familyOf(must(self.inputs, "engine"), engineVersionActual)}` }
        : {};
}

function membersOf({ id, cloud }: Self): string[] {
    return cloud
        .all(DB_CLUSTER_INSTANCE)
        .filter(({ state }) => state["clusterIdentifier"] === id)
        .map((instance) => instance.id);
}
