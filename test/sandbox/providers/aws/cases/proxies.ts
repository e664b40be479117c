import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Case } from "./case";

const iamRole = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

export const proxies: readonly Case[] = [
    {
        type: tokens.DB_INSTANCE,
        sample: ({ group = "" }) => ({
            ...{
                identifier: "orders",
                engine: "postgres",
                engineVersion: "16.9",
                instanceClass: "db.t4g.micro",
                allocatedStorage: 20,
                dbName: "app",
            },
            ...{
                username: "root1",
                manageMasterUserPassword: true,
                dbSubnetGroupName: "db",
                vpcSecurityGroupIds: [group],
            },
            ...{ iamDatabaseAuthenticationEnabled: true, skipFinalSnapshot: true, deletionProtection: true },
        }),
        refused: [
            [
                "no storage",
                () => ({ allocatedStorage: null }),
                () => "allocatedStorage: MissingParameter: The request must contain the parameter allocatedStorage",
            ],
            [
                "an Aurora engine",
                () => ({ engine: "aurora-postgresql", engineVersion: null }),
                () => 'engine: expected engine to be one of ["postgres" "mysql" "mariadb"], got aurora-postgresql',
            ],
            [
                "a final snapshot whose name begins with a digit",
                () => ({ finalSnapshotIdentifier: "1last" }),
                () =>
                    "finalSnapshotIdentifier: invalid value for finalSnapshotIdentifier (must begin with alphabetic character): 1last",
            ],
            [
                "a maximum storage that RDS does not have",
                () => ({ maxAllocatedStorage: 65_537 }),
                () =>
                    "maxAllocatedStorage: InvalidParameterCombination: Invalid max storage size for engine name postgres and storage type gp2: 65537",
            ],
            [
                "a maximum storage that is the storage",
                () => ({ maxAllocatedStorage: 20 }),
                () =>
                    "maxAllocatedStorage: InvalidParameterCombination: Max storage size must be greater than storage size",
            ],
            [
                "a maximum storage less than 10% above the storage",
                () => ({ maxAllocatedStorage: 21 }),
                () =>
                    "maxAllocatedStorage: InvalidParameterCombination: The maximum allocated storage must be increased by at least 10 percent.",
            ],
            [
                "an invalid instance class",
                () => ({ instanceClass: "db.tiny" }),
                () => "instanceClass: InvalidParameterValue: Invalid DB Instance class: db.tiny",
            ],
            [
                "a parameter group of another version",
                () => ({ parameterGroupName: "pg15" }),
                () =>
                    "parameterGroupName: InvalidParameterCombination: The Parameter Group pg15 with DBParameterGroupFamily postgres15 cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily postgres16",
            ],
            [
                "no subnet group and no default one",
                () => ({ dbSubnetGroupName: null }),
                () => "DBSubnetGroupNotFoundFault: DB subnet group 'default' does not exist.",
            ],
        ],
    },
    {
        type: tokens.GLOBAL_CLUSTER,
        sample: () => ({ globalClusterIdentifier: "planet", engine: "aurora-postgresql" }),
        refused: [
            [
                "neither engine nor source",
                () => ({ engine: null }),
                () =>
                    "engine: Invalid combination of arguments: only one of `engine,sourceDbClusterIdentifier` must be specified",
            ],
            [
                "an identifier that is taken",
                () => ({ globalClusterIdentifier: "world" }),
                () => "GlobalClusterAlreadyExistsFault: The requested global cluster 'world' already exists.",
            ],
        ],
    },
    {
        type: tokens.DB_PROXY,
        sample: ({ subnetA = "", subnetB = "", group = "" }) => ({
            ...{
                engineFamily: "POSTGRESQL",
                roleArn: iamRole("proxy"),
                vpcSubnetIds: [subnetA, subnetB],
                vpcSecurityGroupIds: [group],
            },
            ...{ requireTls: true, defaultAuthScheme: "IAM_AUTH" },
        }),
        refused: [
            [
                "capitals in its name",
                () => ({ name: "Front" }),
                () => 'name: only lowercase alphanumeric characters and hyphens allowed in "name": Front',
            ],
            [
                "no way to sign in",
                () => ({ defaultAuthScheme: null }),
                () => "auths: InvalidParameterValue: auth must be given when defaultAuthScheme is not IAM_AUTH",
            ],
            [
                "a role that RDS cannot assume",
                () => ({ roleArn: iamRole("service") }),
                () => `InvalidParameterValue: RDS is not authorized to assume the role ${iamRole("service")}`,
            ],
            [
                "one zone only",
                ({ subnetA = "" }) => ({ vpcSubnetIds: [subnetA] }),
                () =>
                    "vpcSubnetIds: InvalidSubnet: Your VPC subnets must cover at least two different Availability Zones",
            ],
            [
                "a secret that does not exist",
                () => ({
                    auths: [
                        {
                            authScheme: "SECRETS",
                            secretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:no-abcdef",
                        },
                    ],
                }),
                () =>
                    "InvalidParameterValue: The provided SecretArn arn:aws:secretsmanager:eu-central-1:111122223333:secret:no-abcdef does not exist",
            ],
            [
                "a name that is taken",
                () => ({ name: "front" }),
                () => "DBProxyAlreadyExistsFault: DB proxy front already exists.",
            ],
        ],
    },
    {
        type: tokens.DB_PROXY_TARGET_GROUP,
        sample: ({ proxy = "" }) => ({ dbProxyName: proxy, connectionPoolConfig: { maxConnectionsPercent: 80 } }),
        refused: [
            [
                "a proxy that does not exist",
                () => ({ dbProxyName: "no" }),
                () => "DBProxyNotFoundFault: DB proxy no doesn't exist.",
            ],
            [
                "more than 100 percent of the connections",
                () => ({ connectionPoolConfig: { maxConnectionsPercent: 120 } }),
                () =>
                    "connectionPoolConfig.maxConnectionsPercent: expected connectionPoolConfig.maxConnectionsPercent to be in the range (1 - 100), got 120",
            ],
        ],
    },
    {
        type: tokens.DB_PROXY_TARGET,
        sample: ({ proxy = "", cluster = "" }) => ({
            dbProxyName: proxy,
            targetGroupName: "default",
            dbClusterIdentifier: cluster,
        }),
        refused: [
            [
                "a cluster that does not exist",
                () => ({ dbClusterIdentifier: "no" }),
                () => "DBClusterNotFoundFault: DBCluster no not found.",
            ],
            [
                "a target group that does not exist",
                () => ({ targetGroupName: "other" }),
                () => "targetGroupName: DBProxyTargetGroupNotFoundFault: Target group other doesn't exist.",
            ],
            [
                "both a cluster and an instance",
                () => ({ dbInstanceIdentifier: "i" }),
                () =>
                    "dbClusterIdentifier: Invalid combination of arguments: only one of `dbClusterIdentifier,dbInstanceIdentifier` can be specified, but `dbClusterIdentifier,dbInstanceIdentifier` were specified",
            ],
        ],
    },
    {
        type: tokens.DB_PROXY_ENDPOINT,
        sample: ({ proxy = "", subnetA = "", subnetB = "" }) => ({
            dbProxyName: proxy,
            dbProxyEndpointName: "readers",
            vpcSubnetIds: [subnetA, subnetB],
            targetRole: "READ_ONLY",
        }),
        refused: [
            [
                "capitals in its name",
                () => ({ dbProxyEndpointName: "Readers" }),
                () =>
                    'dbProxyEndpointName: only lowercase alphanumeric characters and hyphens allowed in "dbProxyEndpointName": Readers',
            ],
            [
                "an invalid role",
                () => ({ targetRole: "READER" }),
                () => 'targetRole: expected targetRole to be one of ["READ_WRITE" "READ_ONLY"], got READER',
            ],
        ],
    },
];
