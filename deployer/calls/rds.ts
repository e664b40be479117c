import type { Call, Row, Rows } from "./row";

const tags = ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"] as const;

/** On the first database of an account: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html */
const serviceRole: Call = [
    "iam:CreateServiceLinkedRole",
    "arn:{partition}:iam::{account}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS",
    { service: "rds" },
];

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html ("Authorizing use of a customer managed key") */
const encrypts = (property: string): Call => [
    "kms:CreateGrant kms:DescribeKey",
    `{${property}}`,
    { service: "rds.{region}" },
];

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html ("Permissions required for Secrets Manager integration") */
const masterSecret = (kind: "cluster" | "db"): Call[] => [
    [
        "secretsmanager:CreateSecret secretsmanager:TagResource",
        `~secretsmanager secret:rds!${kind}-*`,
        { given: "manageMasterUserPassword" },
    ],
    [
        "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:GenerateDataKey",
        "{masterUserSecretKmsKeyId}",
        { given: "manageMasterUserPassword", service: "secretsmanager.{region}" },
    ],
];

const monitoring = (changed?: string): Call => [
    "iam:PassRole",
    "{monitoringRoleArn}",
    { service: "monitoring.rds", ...(changed === undefined ? {} : { changed }) },
];

/** Dependent actions of deleting with a final snapshot, per the Service Authorization Reference. */
const finalSnapshot = (kind: "cluster" | "db"): Call[] => [
    [
        `rds:CreateDB${kind === "cluster" ? "Cluster" : ""}Snapshot`,
        ["self", `~rds ${kind === "cluster" ? "cluster-snapshot" : "snapshot"}:{finalSnapshotIdentifier}`],
        { given: "finalSnapshotIdentifier" },
    ],
    [
        "rds:AddTagsToResource",
        `~rds ${kind === "cluster" ? "cluster-snapshot" : "snapshot"}:{finalSnapshotIdentifier}`,
        { given: "finalSnapshotIdentifier" },
    ],
];

const instanceTargets = [
    "self",
    "rds cluster:{clusterIdentifier}",
    "rds subgrp:{dbSubnetGroupName}",
    "rds pg:{dbParameterGroupName}",
    "rds pg:{parameterGroupName}",
    // Default groups, by the examples of https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html
    "~rds pg:default.*",
    "~rds og:default:*",
];

export const rds: Rows = {
    "aws:rds/subnetGroup:SubnetGroup": {
        source: "rds/subnet_group.go",
        self: "rds subgrp:{name}",
        tags,
        create: [["rds:CreateDBSubnetGroup"]],
        read: [["rds:DescribeDBSubnetGroups rds:ListTagsForResource"]],
        update: [["rds:ModifyDBSubnetGroup"]],
        delete: [["rds:DeleteDBSubnetGroup rds:DescribeDBSubnetGroups"]],
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": parameterGroup("Cluster", "cluster-pg"),
    "aws:rds/parameterGroup:ParameterGroup": parameterGroup("", "pg"),
    "aws:rds/cluster:Cluster": {
        source: "rds/cluster.go",
        self: "rds cluster:{clusterIdentifier}",
        tags,
        create: [
            [
                "rds:CreateDBCluster",
                [
                    "self",
                    "rds subgrp:{dbSubnetGroupName}",
                    "rds cluster-pg:{dbClusterParameterGroupName}",
                    "~rds og:default:*",
                    "arn:{partition}:rds::{account}:global-cluster:{globalClusterIdentifier}",
                ],
            ],
            serviceRole,
            encrypts("kmsKeyId"),
            encrypts("performanceInsightsKmsKeyId"),
            ...masterSecret("cluster"),
            monitoring(),
        ],
        read: [
            ["rds:DescribeDBClusters"],
            ["rds:DescribeGlobalClusters", "~arn:{partition}:rds::{account}:global-cluster:*"],
        ],
        update: [
            ["rds:ModifyDBCluster", ["self", "rds cluster-pg:{dbClusterParameterGroupName}", "~rds og:default:*"]],
            monitoring("monitoringRoleArn"),
        ],
        delete: [
            ["rds:DeleteDBCluster", ["self", "~rds cluster-snapshot:{finalSnapshotIdentifier}"]],
            ...finalSnapshot("cluster"),
            [
                "rds:RemoveFromGlobalCluster",
                ["self", "arn:{partition}:rds::{account}:global-cluster:{globalClusterIdentifier}"],
                { given: "globalClusterIdentifier" },
            ],
            ["rds:DescribeDBClusters"],
        ],
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        source: "rds/cluster_instance.go",
        self: "rds db:{identifier}",
        tags,
        create: [
            ["rds:CreateDBInstance", instanceTargets],
            serviceRole,
            encrypts("performanceInsightsKmsKeyId"),
            monitoring(),
        ],
        then: [["rds:ModifyDBInstance rds:RebootDBInstance", "self", { given: "caCertIdentifier" }]],
        read: [["rds:DescribeDBInstances"], ["rds:DescribeDBClusters", "rds cluster:{clusterIdentifier}"]],
        update: [
            ["rds:ModifyDBInstance", ["self", "rds pg:{dbParameterGroupName}", "~rds pg:default.*"]],
            monitoring("monitoringRoleArn"),
        ],
        delete: [["rds:DeleteDBInstance rds:DescribeDBInstances"]],
    },
    "aws:rds/instance:Instance": {
        source: "rds/instance.go",
        self: "rds db:{identifier}",
        tags,
        create: [
            ["rds:CreateDBInstance", instanceTargets],
            [
                "rds:CreateDBInstanceReadReplica",
                [...instanceTargets, "~{replicateSourceDb}"],
                { given: "replicateSourceDb" },
            ],
            serviceRole,
            encrypts("kmsKeyId"),
            encrypts("performanceInsightsKmsKeyId"),
            ...masterSecret("db"),
            monitoring(),
        ],
        read: [["rds:DescribeDBInstances"]],
        update: [
            ["rds:ModifyDBInstance", ["self", "rds pg:{parameterGroupName}", "~rds pg:default.*", "~rds og:default:*"]],
            monitoring("monitoringRoleArn"),
        ],
        delete: [
            ["rds:DeleteDBInstance", ["self", "~rds snapshot:{finalSnapshotIdentifier}"]],
            ...finalSnapshot("db"),
            ["rds:DescribeDBInstances"],
        ],
    },
    "aws:rds/globalCluster:GlobalCluster": {
        source: "rds/global_cluster.go",
        self: "arn:{partition}:rds::{account}:global-cluster:{globalClusterIdentifier}",
        tags,
        create: [["rds:CreateGlobalCluster", ["self", "{sourceDbClusterIdentifier}"]]],
        read: [["rds:DescribeGlobalClusters"]],
        update: [["rds:ModifyGlobalCluster"]],
        delete: [
            ["rds:RemoveFromGlobalCluster", ["self", "{sourceDbClusterIdentifier}"], { given: "forceDestroy" }],
            ["rds:DeleteGlobalCluster rds:DescribeGlobalClusters"],
        ],
    },
};

function parameterGroup(kind: "Cluster" | "", resource: string): Row {
    return {
        source: `rds/${kind === "Cluster" ? "cluster_parameter_group" : "parameter_group"}.go`,
        self: `rds ${resource}:{name}`,
        tags,
        create: [[`rds:CreateDB${kind}ParameterGroup`]],
        then: [[`rds:ModifyDB${kind}ParameterGroup`, "self", { given: "parameters" }]],
        read: [[`rds:DescribeDB${kind}ParameterGroups rds:DescribeDB${kind}Parameters rds:ListTagsForResource`]],
        update: [[`rds:ModifyDB${kind}ParameterGroup rds:ResetDB${kind}ParameterGroup`]],
        delete: [[`rds:DeleteDB${kind}ParameterGroup`]],
    };
}
