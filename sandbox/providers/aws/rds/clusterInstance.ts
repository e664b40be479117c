import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, Self, ValueRule } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { arnOf, between, conflict, oneOf } from "../declaring/rules";
import { DB_CLUSTER, DB_CLUSTER_INSTANCE, KEY, PARAMETER_GROUP, ROLE } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";
import { insightsRetention, missingKey } from "./cluster";
import { dependentArguments, fittingGroups } from "./clusterRules";
import { certificateAuthorities, familyOf } from "./engines";
import { hostName, resourceId } from "./hosts";
import { instancesSubnet, zoneFor } from "./subnetGroup";
import { offered } from "./version";
import { dailyWindow, identifier, monitoringRole, weeklyWindow } from "./names";

/** Aurora's instance classes. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html */
const auroraClass: ValueRule = (value) =>
    /^db\.(serverless|t3\.(medium|large)|t4g\.(medium|large)|[rx]\d[a-z]*\.\d*(large|xlarge))$/.test(String(value))
        ? undefined
        : `InvalidParameterCombination: RDS does not support creating a DB instance with the following combination: DBInstanceClass=${String(value)} and an Aurora engine. For supported combinations of instance class and database engine version, see the documentation.`;

export const clusterInstance: Declaration = {
    type: DB_CLUSTER_INSTANCE,
    id: ({ inputs }) => must(inputs, "identifier"),
    naming: { property: "identifier", made: "late", prefix: "tf-" },
    defaults: {
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: false,
        forceDestroy: false,
        monitoringInterval: 0,
        promotionTier: 0,
    },
    allowed: {
        identifier,
        engine: oneOf("aurora-mysql", "aurora-postgresql"),
        instanceClass: auroraClass,
        monitoringInterval: oneOf(0, 1, 5, 10, 15, 30, 60),
        monitoringRoleArn: arnOf("iam"),
        performanceInsightsKmsKeyId: arnOf("kms"),
        performanceInsightsRetentionPeriod: insightsRetention,
        promotionTier: between(0, 15),
        caCertIdentifier: (value) =>
            certificateAuthorities.includes(String(value))
                ? undefined
                : `CertificateNotFound: Certificate not found: ${String(value)}`,
        preferredBackupWindow: dailyWindow,
        preferredMaintenanceWindow: weeklyWindow,
    },
    rules: [
        conflict("identifier", "identifierPrefix"),
        monitoringRole,
        dependentArguments,
        (inputs, cloud) => fittingGroups(inputs, cloud, { property: "dbParameterGroupName", type: PARAMETER_GROUP }),
    ],
    references: {
        clusterIdentifier: blocksDeletion(DB_CLUSTER),
        dbParameterGroupName: blocksDeletion(PARAMETER_GROUP, { when: (name) => !name.startsWith("default.") }),
        monitoringRoleArn: to(ROLE),
        performanceInsightsKmsKeyId: to(KEY, { missing: missingKey }),
    },
    conflicts: [engineOfCluster, offered(false), serverlessCluster],
    deferred: ["caCertIdentifier", "instanceClass"],
    replace: [
        "availabilityZone",
        "clusterIdentifier",
        "customIamInstanceProfile",
        "dbSubnetGroupName",
        "engine",
        "identifier",
        "identifierPrefix",
    ],
    uses: instancesSubnet,
    serverDefaults: ({ id, inputs, cloud }) => {
        const cluster = clusterOf(inputs, cloud);
        return {
            applyImmediately: false,
            availabilityZone:
                zoneFor(text(cluster, "dbSubnetGroupName"), siblings(id, inputs, cloud).length, cloud) ?? "",
            caCertIdentifier: "rds-ca-rsa2048-g1",
            dbParameterGroupName: `default.${familyOf(must(cluster, "engine"), must(cluster, "engineVersionActual"))}`,
            dbSubnetGroupName: cluster["dbSubnetGroupName"] ?? "",
            engineVersion: cluster["engineVersion"] ?? "",
            preferredBackupWindow: cluster["preferredBackupWindow"] ?? "",
            preferredMaintenanceWindow: "sun:05:00-sun:05:30",
            performanceInsightsEnabled: false,
            publiclyAccessible: false,
        };
    },
    outputs: ({ id, inputs, cloud, keep }) => {
        const cluster = clusterOf(inputs, cloud);
        return {
            arn: cloud.arn("rds", `db:${id}`),
            dbiResourceId: keep("dbiResourceId", () => resourceId("db")),
            endpoint: hostName(id, "", cloud),
            port: cluster["port"] ?? 0,
            engineVersionActual: cluster["engineVersionActual"] ?? "",
            kmsKeyId: cluster["kmsKeyId"] ?? "",
            networkType: cluster["networkType"] ?? "",
            storageEncrypted: cluster["storageEncrypted"] ?? false,
            writer: keep("writer", () => siblings(id, inputs, cloud).length === 0),
        };
    },
    effects: { made: setMembers, gone: setMembers },
    missing: (id) => `DBInstanceNotFound: DBInstance ${id} not found.`,
    exists: () => "DBInstanceAlreadyExists: DB instance already exists",
};

function clusterOf(inputs: Self["inputs"], cloud: Cloud): Self["inputs"] {
    return cloud.state(DB_CLUSTER, text(inputs, "clusterIdentifier"));
}

function siblings(id: string, inputs: Self["inputs"], cloud: Cloud): string[] {
    const members = cloud
        .all(DB_CLUSTER_INSTANCE)
        .filter(({ state }) => state["clusterIdentifier"] === inputs["clusterIdentifier"]);
    return members.map((member) => member.id).filter((member) => member !== id);
}

/** A cluster lists its members. */
function setMembers({ inputs, cloud }: Self): void {
    const object = cloud.find(DB_CLUSTER, must(inputs, "clusterIdentifier"));
    if (object !== undefined) {
        cloud.store.put({ ...object, state: { ...object.state, clusterMembers: siblings("", inputs, cloud) } });
    }
}

function engineOfCluster({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const [own, wanted] = [text(inputs, "engine"), text(clusterOf(inputs, cloud), "engine")];
    return wanted === undefined || own === wanted
        ? undefined
        : `InvalidParameterCombination: The engine name requested for your DB instance (${own}) doesn't match the engine name of your DB cluster (${wanted}).`;
}

function serverlessCluster({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    return inputs["instanceClass"] === "db.serverless" &&
        clusterOf(inputs, cloud)["serverlessv2ScalingConfiguration"] === undefined
        ? "InvalidParameterValue: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance."
        : undefined;
}
