import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Case } from "./case";

const nowhere = "0123456789abcdef0";

export const rds: readonly Case[] = [
    {
        type: tokens.DB_SUBNET_GROUP,
        sample: ({ subnetA = "", subnetB = "" }) => ({ subnetIds: [subnetA, subnetB] }),
        refused: [
            [
                "one zone only",
                ({ subnetA = "" }) => ({ subnetIds: [subnetA] }),
                () =>
                    "subnetIds: DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: eu-central-1a. Add subnets to cover at least 2 AZs.",
            ],
            [
                "subnets of two VPCs",
                ({ subnetA = "", otherSubnetB = "" }) => ({ subnetIds: [subnetA, otherSubnetB] }),
                () => "subnetIds: InvalidSubnet: The subnets of a DB subnet group must all be in the same VPC.",
            ],
            [
                "a subnet that does not exist",
                ({ subnetA = "" }) => ({ subnetIds: [subnetA, `subnet-${nowhere}`] }),
                () =>
                    `subnetIds: DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: eu-central-1a. Add subnets to cover at least 2 AZs.\nsubnetIds[1]: InvalidSubnet: Some input subnets in :[subnet-${nowhere}] are invalid.`,
            ],
            [
                "capitals in its name",
                () => ({ name: "Db" }),
                () =>
                    'name: only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces allowed in "name": Db',
            ],
            [
                "a reserved name",
                () => ({ name: "default" }),
                () => 'name: "name" cannot be longer than 255 characters or be "default": default',
            ],
            [
                "a name that is taken",
                () => ({ name: "db" }),
                () => "DBSubnetGroupAlreadyExists: The DB subnet group 'db' already exists.",
            ],
        ],
    },
    {
        type: tokens.CLUSTER_PARAMETER_GROUP,
        sample: () => ({
            family: "aurora-postgresql16",
            parameters: [
                { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
                { name: "shared_preload_libraries", value: "pgaudit", applyMethod: "pending-reboot" },
                { name: "pgaudit.log", value: "ddl,role", applyMethod: "immediate" },
            ],
        }),
        refused: [
            [
                "a family that does not exist",
                () => ({ family: "aurora-postgresql99" }),
                () =>
                    "family: InvalidParameterValue: ParameterGroupFamily aurora-postgresql99 is not a valid parameter group family",
            ],
            [
                "a parameter that does not exist",
                () => ({ parameters: [{ name: "force_ssl", value: "1" }] }),
                () => "parameters[0].name: InvalidParameterValue: Could not find parameter with name: force_ssl",
            ],
            [
                "a static parameter applied immediately",
                () => ({ parameters: [{ name: "shared_preload_libraries", value: "pgaudit" }] }),
                () =>
                    "parameters[0].applyMethod: InvalidParameterCombination: cannot use immediate apply method for static parameter: shared_preload_libraries",
            ],
            [
                "a number that is not allowed",
                () => ({ parameters: [{ name: "temp_file_limit", value: "4GB" }] }),
                () =>
                    "parameters[0].value: InvalidParameterValue: Invalid parameter value: 4GB for: temp_file_limit allowed values are: -1-2147483647",
            ],
            [
                "a value that is not allowed",
                () => ({ parameters: [{ name: "rds.force_ssl", value: "on" }] }),
                () =>
                    "parameters[0].value: InvalidParameterValue: Invalid parameter value: on for: rds.force_ssl allowed values are: 0,1",
            ],
        ],
    },
    {
        type: tokens.PARAMETER_GROUP,
        sample: () => ({ family: "postgres16", parameters: [{ name: "log_connections", value: "1" }] }),
        refused: [
            [
                "a switch where PostgreSQL 18 has a list of stages",
                () => ({ family: "postgres18" }),
                () =>
                    "parameters[0].value: InvalidParameterValue: Invalid parameter value: 1 for: log_connections allowed values are: receipt,authentication,authorization,setup_durations,all",
            ],
            ...(
                [
                    ["1abc", 'first character of parameter group "name" must be a letter'],
                    ["-abc", 'first character of parameter group "name" must be a letter'],
                    ["abc-", 'parameter group "name" cannot end with a hyphen'],
                    ["a--b", 'parameter group "name" cannot contain two consecutive hyphens'],
                    [
                        "a_b",
                        'only lowercase alphanumeric characters, periods, and hyphens allowed in parameter group "name"',
                    ],
                    [
                        "a b",
                        'only lowercase alphanumeric characters, periods, and hyphens allowed in parameter group "name"',
                    ],
                ] as const
            ).map(([name, reason]): Case["refused"][number] => [
                `the name ${name}`,
                () => ({ name }),
                () => `name: ${reason}: ${name}`,
            ]),
        ],
    },
    {
        type: tokens.DB_CLUSTER,
        sample: ({ group = "", key = "" }) => ({
            ...{
                clusterIdentifier: "orders",
                engine: "aurora-postgresql",
                engineVersion: "16.9",
                databaseName: "app",
                masterUsername: "root1",
            },
            ...{
                manageMasterUserPassword: true,
                dbSubnetGroupName: "db",
                dbClusterParameterGroupName: "pg16",
                vpcSecurityGroupIds: [group],
            },
            ...{
                storageEncrypted: true,
                kmsKeyId: key,
                iamDatabaseAuthenticationEnabled: true,
                enabledCloudwatchLogsExports: ["postgresql", "iam-db-auth-error"],
            },
            ...{
                serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
                deletionProtection: true,
                skipFinalSnapshot: true,
            },
        }),
        refused: [
            [
                "an unavailable version",
                () => ({ engineVersion: "16.99" }),
                () => "InvalidParameterCombination: Cannot find version 16.99 for aurora-postgresql",
            ],
            [
                "an unknown engine",
                () => ({ engine: "aurora" }),
                () => 'engine: expected engine to be one of ["aurora-mysql" "aurora-postgresql"], got aurora',
            ],
            [
                "capitals in its identifier",
                () => ({ clusterIdentifier: "Orders" }),
                () =>
                    'clusterIdentifier: only lowercase alphanumeric characters and hyphens allowed in "clusterIdentifier": Orders',
            ],
            [
                "an identifier that is taken",
                () => ({ clusterIdentifier: "main" }),
                () => "DBClusterAlreadyExistsFault: DB Cluster already exists",
            ],
            [
                "a reserved master",
                () => ({ masterUsername: "rdsadmin" }),
                () =>
                    "masterUsername: InvalidParameterValue: MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine",
            ],
            [
                "a port out of range",
                () => ({ port: 80 }),
                () => "port: expected port to be in the range (1150 - 65535), got 80",
            ],
            [
                "a password together with a managed one",
                () => ({ masterPassword: "correcthorse" }),
                () =>
                    'masterPassword: Conflicting configuration arguments: "masterPassword": conflicts with manageMasterUserPassword',
            ],
            [
                "no password at all",
                () => ({ manageMasterUserPassword: null }),
                () =>
                    "masterPassword: InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank.",
            ],
            [
                "a short password",
                () => ({ manageMasterUserPassword: null, masterPassword: "short" }),
                () =>
                    "masterPassword: InvalidParameterValue: The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
            ],
            [
                "logs of another engine",
                () => ({ enabledCloudwatchLogsExports: ["audit"] }),
                () =>
                    "enabledCloudwatchLogsExports: InvalidParameterCombination: You cannot use the log types 'audit' with engine version aurora-postgresql 16.9. For supported log types, see the documentation.",
            ],
            [
                "a minimum capacity above the maximum",
                () => ({ serverlessv2ScalingConfiguration: { minCapacity: 4, maxCapacity: 2 } }),
                () =>
                    "serverlessv2ScalingConfiguration: InvalidParameterValue: Serverless v2 maximum capacity 2 can't be less than minimum capacity 4",
            ],
            [
                "a key without encryption",
                () => ({ storageEncrypted: false }),
                () => "kmsKeyId: InvalidParameterCombination: storageEncrypted must be true when kmsKeyId is specified",
            ],
            [
                "a security group of another VPC",
                ({ otherGroup = "" }) => ({ vpcSecurityGroupIds: [otherGroup] }),
                ({ vpc, otherGroup }) =>
                    `vpcSecurityGroupIds: InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpc} and the EC2 security group ${otherGroup} is not`,
            ],
            [
                "a security group that does not exist",
                () => ({ vpcSecurityGroupIds: [`sg-${nowhere}`] }),
                () =>
                    `vpcSecurityGroupIds[0]: InvalidParameterValue: Invalid security group , groupId= sg-${nowhere}, groupName=.`,
            ],
            [
                "a subnet group that does not exist",
                () => ({ dbSubnetGroupName: "no" }),
                () => "DBSubnetGroupNotFoundFault: DB subnet group 'no' not found.",
            ],
            [
                "no subnet group and no default one",
                () => ({ dbSubnetGroupName: null }),
                () => "DBSubnetGroupNotFoundFault: DB subnet group 'default' does not exist.",
            ],
            [
                "a parameter group of another version",
                () => ({ dbClusterParameterGroupName: "pg15" }),
                () =>
                    "dbClusterParameterGroupName: InvalidParameterCombination: The Parameter Group pg15 with DBParameterGroupFamily aurora-postgresql15 cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily aurora-postgresql16",
            ],
            [
                "an unknown nested key",
                () => ({ serverlessv2ScalingConfiguration: { min: 1, maxCapacity: 2, minCapacity: 1 } }),
                () =>
                    "serverlessv2ScalingConfiguration.min: Invalid or unknown key; allowed are maxCapacity, minCapacity, secondsUntilAutoPause",
            ],
            [
                "overlapping windows",
                () => ({ preferredBackupWindow: "04:00-05:00", preferredMaintenanceWindow: "sun:04:30-sun:05:30" }),
                () =>
                    "preferredBackupWindow: InvalidParameterValue: The backup window and maintenance window must not overlap.",
            ],
            [
                "advanced insights without their retention",
                () => ({
                    databaseInsightsMode: "advanced",
                    performanceInsightsEnabled: true,
                    performanceInsightsRetentionPeriod: 7,
                }),
                () =>
                    "databaseInsightsMode: InvalidParameterCombination: To enable the Advanced mode of Database Insights, modify your cluster to enable Performance Insights and set the retention period for Performance Insights to at least 465 days.",
            ],
        ],
    },
    {
        type: tokens.DB_CLUSTER_INSTANCE,
        sample: ({ cluster = "" }) => ({
            clusterIdentifier: cluster,
            engine: "aurora-postgresql",
            instanceClass: "db.r7g.large",
        }),
        refused: [
            [
                "a cluster that does not exist",
                () => ({ clusterIdentifier: "no" }),
                () => "DBClusterNotFoundFault: DBCluster no not found.",
            ],
            [
                "another engine than its cluster's",
                () => ({ engine: "aurora-mysql" }),
                () =>
                    "InvalidParameterCombination: The engine name requested for your DB instance (aurora-mysql) doesn't match the engine name of your DB cluster (aurora-postgresql).",
            ],
            [
                "serverless in a cluster without capacity",
                () => ({ instanceClass: "db.serverless" }),
                () =>
                    "InvalidParameterValue: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
            ],
            [
                "a class that Aurora does not support",
                () => ({ instanceClass: "db.t3.micro" }),
                () =>
                    "instanceClass: InvalidParameterCombination: RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t3.micro and an Aurora engine. For supported combinations of instance class and database engine version, see the documentation.",
            ],
            [
                "monitoring without a role",
                () => ({ monitoringInterval: 60 }),
                () =>
                    "monitoringRoleArn: InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
            ],
            [
                "an expired certificate authority",
                () => ({ caCertIdentifier: "rds-ca-2019" }),
                () => "caCertIdentifier: CertificateNotFound: Certificate not found: rds-ca-2019",
            ],
        ],
    },
];
