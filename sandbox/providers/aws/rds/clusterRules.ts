import type { Cloud } from "../../../cloud/aws/cloud";
import type { Fault, Live, ArgumentCheck, Self } from "../declaring/declaration";
import { flag, given, must, number, text, texts } from "../../../cloud/aws/values";
import {
    CLUSTER_PARAMETER_GROUP,
    DB_CLUSTER_SNAPSHOT,
    DB_SUBNET_GROUP,
    SECURITY_GROUP,
} from "../../../cloud/aws/tokens";
import { familyOf, versionIn } from "./engines";

type Inputs = Parameters<ArgumentCheck>[0];

/** A restored or replicated cluster has its source's master. */
function copied(inputs: Inputs): boolean {
    return [
        "replicationSourceIdentifier",
        "snapshotIdentifier",
        "restoreToPointInTime",
        "s3Import",
        "globalClusterIdentifier",
    ].some((name) => given(inputs, name));
}

export function masterCredentials(inputs: Inputs): ReturnType<ArgumentCheck> {
    if (given(inputs, "replicationSourceIdentifier") && flag(inputs, "manageMasterUserPassword")) {
        return [
            "manageMasterUserPassword",
            "InvalidParameterCombination: ManageMasterUserPassword is not supported for read replicas.",
        ];
    }
    if (copied(inputs)) {
        return undefined;
    }
    const faults: Fault[] = [];
    if (!given(inputs, "masterUsername")) {
        faults.push([
            "masterUsername",
            "InvalidParameterValue: The parameter MasterUsername must be provided and must not be blank.",
        ]);
    }
    if (!["masterPassword", "masterPasswordWo", "manageMasterUserPassword"].some((name) => given(inputs, name))) {
        faults.push([
            "masterPassword",
            "InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank.",
        ]);
    }
    return faults;
}

export function serverlessCapacity(inputs: Inputs): ReturnType<ArgumentCheck> {
    const [min, max] = ["minCapacity", "maxCapacity"].map((name) =>
        number(inputs, `serverlessv2ScalingConfiguration.${name}`),
    );
    const bad = [min, max].find((value) => value !== undefined && (value < 0 || value > 256 || value % 0.5 !== 0));
    if (bad !== undefined) {
        return [
            "serverlessv2ScalingConfiguration",
            `InvalidParameterValue: Serverless v2 capacity ${bad} isn't valid. The capacity must be a multiple of 0.5 between 0 and 256.`,
        ];
    }
    if (max !== undefined && max < 1) {
        return [
            "serverlessv2ScalingConfiguration.maxCapacity",
            `InvalidParameterValue: Serverless v2 maximum capacity ${max} isn't valid. The maximum capacity must be equal to or greater than 1.0.`,
        ];
    }
    return min !== undefined && max !== undefined && min > max
        ? [
              "serverlessv2ScalingConfiguration",
              `InvalidParameterValue: Serverless v2 maximum capacity ${max} can't be less than minimum capacity ${min}`,
          ]
        : undefined;
}

/** Known to be disabled, or not given. */
function off(inputs: Inputs, property: string): boolean {
    return (inputs[property] ?? false) === false;
}

/** Keys and retention require the feature that they belong to. */
export function dependentArguments(inputs: Inputs): ReturnType<ArgumentCheck> {
    const faults: Fault[] = [];
    if (given(inputs, "kmsKeyId") && off(inputs, "storageEncrypted")) {
        faults.push([
            "kmsKeyId",
            "InvalidParameterCombination: storageEncrypted must be true when kmsKeyId is specified",
        ]);
    }
    if (given(inputs, "masterUserSecretKmsKeyId") && off(inputs, "manageMasterUserPassword")) {
        faults.push([
            "masterUserSecretKmsKeyId",
            "InvalidParameterCombination: MasterUserSecretKmsKeyId requires ManageMasterUserPassword",
        ]);
    }
    const insights = !off(inputs, "performanceInsightsEnabled");
    if (
        !insights &&
        ["performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"].some((name) => given(inputs, name))
    ) {
        faults.push([
            "performanceInsightsEnabled",
            "InvalidParameterCombination: To enable Performance Insights, EnablePerformanceInsights must be set to 'true'",
        ]);
    }
    if (
        inputs["databaseInsightsMode"] === "advanced" &&
        (!insights || (number(inputs, "performanceInsightsRetentionPeriod") ?? 0) < 465)
    ) {
        faults.push([
            "databaseInsightsMode",
            "InvalidParameterCombination: To enable the Advanced mode of Database Insights, modify your cluster to enable Performance Insights and set the retention period for Performance Insights to at least 465 days.",
        ]);
    }
    return faults;
}

/** The backup and maintenance windows must not overlap. */
export function windowsApart(
    inputs: Inputs,
    backupProperty = "preferredBackupWindow",
    maintenanceProperty = "preferredMaintenanceWindow",
): ReturnType<ArgumentCheck> {
    const [backup, maintenance] = [text(inputs, backupProperty), text(inputs, maintenanceProperty)];
    const minutes = (window: string): number[] =>
        [...window.matchAll(/(\d\d):(\d\d)/g)].map(([, hours, rest]) => Number(hours) * 60 + Number(rest));
    const [from = 0, to = 0] = minutes(backup ?? "");
    const [start = 0, end = 0] = minutes(maintenance ?? "");
    return backup !== undefined && maintenance !== undefined && from < end && start < to
        ? [backupProperty, "InvalidParameterValue: The backup window and maintenance window must not overlap."]
        : undefined;
}

/** A database's groups must fit it: the same network, the same family. */
export function fittingGroups(
    inputs: Inputs,
    cloud: Cloud,
    parameterGroup: { property: string; type: string } = {
        property: "dbClusterParameterGroupName",
        type: CLUSTER_PARAMETER_GROUP,
    },
): Fault[] {
    const network = text(cloud.state(DB_SUBNET_GROUP, text(inputs, "dbSubnetGroupName")), "vpcId");
    const foreign = texts(inputs, "vpcSecurityGroupIds").filter((id) => {
        const own = cloud.state(SECURITY_GROUP, id)["vpcId"];
        return network !== undefined && own !== undefined && own !== network;
    });
    const group = text(inputs, parameterGroup.property);
    const family = text(cloud.state(parameterGroup.type, group), "family");
    const version = versionIn(inputs);
    const wanted = version === undefined ? family : familyOf(must(inputs, "engine"), version);
    return [
        ...foreign.map((id): Fault => [
            "vpcSecurityGroupIds",
            `InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in ${network} and the EC2 security group ${id} is not`,
        ]),
        ...(family !== undefined && family !== wanted
            ? [
                  [
                      parameterGroup.property,
                      `InvalidParameterCombination: The Parameter Group ${group} with DBParameterGroupFamily ${family} cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${wanted}`,
                  ] as const,
              ]
            : []),
    ];
}

/** The sandbox has no default VPC, and therefore no default subnet group. */
export function needsSubnetGroup({ id, inputs }: Parameters<Live>[0]): string | undefined {
    return id === undefined && !given(inputs, "dbSubnetGroupName")
        ? "DBSubnetGroupNotFoundFault: DB subnet group 'default' does not exist."
        : undefined;
}

/** Why a cluster cannot be deleted. */
export function keptCluster({ id, inputs, cloud, known = {} }: Self): string | undefined {
    // The provider removes a cluster from the global database that its state names, and AWS deletes no member of one:
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/cluster.go (`resourceClusterDelete`)
    const joined = text(inputs, "globalClusterIdentifier");
    if (joined !== undefined && joined !== "" && text(known, "globalClusterIdentifier") !== joined) {
        return "InvalidDBClusterStateFault: This cluster is a part of a global cluster, please remove it from globalcluster first";
    }
    if (inputs["deletionProtection"] === true) {
        return "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.";
    }
    if (inputs["skipFinalSnapshot"] === true) {
        return undefined;
    }
    const snapshot = text(inputs, "finalSnapshotIdentifier");
    if (snapshot === undefined) {
        return "RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false";
    }
    return cloud.find(DB_CLUSTER_SNAPSHOT, snapshot) === undefined
        ? undefined
        : `DBClusterSnapshotAlreadyExistsFault: Cannot create the cluster snapshot because one with the identifier ${snapshot} already exists (cluster ${id}).`;
}

/** The final snapshot outlives its cluster. */
export function takeFinalSnapshot({ id, inputs, cloud }: Self): void {
    const snapshot = text(inputs, "finalSnapshotIdentifier");
    if (inputs["skipFinalSnapshot"] !== true && snapshot !== undefined) {
        const state = {
            dbClusterSnapshotIdentifier: snapshot,
            dbClusterIdentifier: id,
            engine: must(inputs, "engine"),
            engineVersion: text(inputs, "engineVersionActual") ?? "",
            kmsKeyId: text(inputs, "kmsKeyId") ?? "",
            storageEncrypted: flag(inputs, "storageEncrypted"),
            region: cloud.region,
        };
        cloud.store.put({
            type: DB_CLUSTER_SNAPSHOT,
            id: snapshot,
            ...cloud.home(DB_CLUSTER_SNAPSHOT),
            inputs: state,
            state,
        });
    }
}
