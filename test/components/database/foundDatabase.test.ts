import assert from "node:assert/strict";
import type * as aws from "@pulumi/aws";
import {
    foundProblems,
    proxyProblems,
    type DeclaredDatabase,
    type FoundDatabase,
} from "../../../components/database/foundDatabase";

const cluster: FoundDatabase = {
    kind: "aurora",
    identifier: "orders",
    arn: "arn:aws:rds:eu-central-1:111122223333:cluster:orders",
    resourceId: "cluster-ORDERS",
    endpoint: "orders.cluster-abc.eu-central-1.rds.amazonaws.com",
    readerEndpoint: "orders.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
    port: 5432,
    engine: "aurora-postgresql",
    engineVersion: "16.9",
    iam: true,
    masterUsername: "orders_admin",
    subnetGroup: "orders",
    securityGroupIds: ["sg-0e000000000000001"],
    masterSecretArn: "",
    source: "",
    cluster: "",
};
const instance: FoundDatabase = {
    ...cluster,
    kind: "instance",
    arn: "arn:aws:rds:eu-central-1:111122223333:db:orders",
    engine: "postgres",
    iam: undefined,
};
const declared: DeclaredDatabase = { path: "p", kind: "aurora", engine: "postgres" };
const ofInstance: DeclaredDatabase = { ...declared, kind: "instance" };
const copyOf = { identifier: "orders", arn: instance.arn };

describe("a database that is looked up", () => {
    for (const [what, found, expected, ...problems] of [
        ["a cluster as declared is taken", cluster, { ...declared, securityGroupId: "sg-0e000000000000001" }],
        [
            "an instance is taken, of which the lookup does not say whether IAM authentication is on",
            instance,
            ofInstance,
        ],
        ["a read replica of the region is taken as one", { ...instance, source: "orders" }, { ...ofInstance, copyOf }],
        [
            "a read replica of another region is taken as one",
            { ...instance, source: instance.arn },
            { ...ofInstance, copyOf },
        ],
        [
            "a cluster of another region is taken as a copy, since the lookup names no global database",
            { ...cluster, arn: "arn:aws:rds:eu-west-1:111122223333:cluster:orders-copy" },
            { ...declared, copyOf: cluster },
        ],
        [
            "a cluster of the region, which can only be a clone, is refused as a copy",
            { ...cluster, identifier: "clone", arn: "arn:aws:rds:eu-central-1:111122223333:cluster:clone" },
            { ...declared, copyOf: cluster },
            "p.identifier: clone is in the region of orders, where it can be a clone, but no copy: give it a platform of its own, and list clusters of the global database in other regions; readers need no entry",
        ],
        [
            "a cluster of the region that replicates the database's binary log is taken as a copy",
            { ...cluster, identifier: "binlog", source: cluster.arn },
            { ...declared, copyOf: cluster },
        ],
        [
            "a cluster that replicates another one is refused as a copy",
            {
                ...cluster,
                arn: "arn:aws:rds:eu-west-1:111122223333:cluster:other",
                source: "arn:aws:rds:eu-central-1:111122223333:cluster:sales",
            },
            { ...declared, copyOf: cluster },
            "p.identifier: orders is a read replica of sales: list read replicas of orders",
        ],
        [
            "IAM authentication that is off is refused with the command that turns it on",
            { ...cluster, iam: false },
            declared,
            "p: IAM authentication is off: `aws rds modify-db-cluster --db-cluster-identifier orders --region eu-central-1 --enable-iam-database-authentication --apply-immediately`",
        ],
        [
            "another engine is refused with what to write",
            { ...cluster, engine: "aurora-mysql" },
            declared,
            "p.engine: orders runs aurora-mysql, and postgres of the kind aurora is aurora-postgresql: write kind: aurora and engine: mysql",
        ],
        [
            "a Multi-AZ cluster, which is not Aurora, is refused",
            { ...cluster, engine: "postgres" },
            declared,
            "p.engine: orders runs postgres, and postgres of the kind aurora is aurora-postgresql: write kind: instance and engine: postgres",
        ],
        [
            "a member of a cluster is refused with its cluster",
            { ...instance, identifier: "orders-1", engine: "aurora-postgresql", cluster: "orders" },
            ofInstance,
            "p.identifier: orders-1 is an instance of the cluster orders: name the cluster, with kind: aurora",
        ],
        [
            "a security group that the database does not have is refused with those that it has",
            cluster,
            { ...declared, securityGroupId: "sg-0e000000000000009" },
            "p.addRulesTo: orders is not in the security group sg-0e000000000000009, but in sg-0e000000000000001: name one of these",
        ],
        [
            "a read replica, on which no role can be created, is refused as the database",
            { ...instance, source: "main" },
            ofInstance,
            "p.identifier: orders is a copy of main: name that one, and list this one in replicas",
        ],
        [
            "an instance that replicates nothing is refused as a copy",
            { ...instance, identifier: "other" },
            { ...ofInstance, copyOf },
            "p.identifier: other is not a read replica: list read replicas of orders",
        ],
        [
            "another database's read replica is refused as a copy",
            { ...instance, identifier: "other", source: "arn:aws:rds:eu-west-1:111122223333:db:sales" },
            { ...ofInstance, copyOf },
            "p.identifier: other is a read replica of sales: list read replicas of orders",
        ],
        [
            "everything that is wrong is reported together",
            { ...cluster, iam: false, engine: "aurora-mysql" },
            declared,
            "p.engine: orders runs aurora-mysql, and postgres of the kind aurora is aurora-postgresql: write kind: aurora and engine: mysql",
            "p: IAM authentication is off: `aws rds modify-db-cluster --db-cluster-identifier orders --region eu-central-1 --enable-iam-database-authentication --apply-immediately`",
        ],
    ] as const) {
        it(what, () => {
            assert.deepEqual(foundProblems(found, expected), problems);
        });
    }
});

describe("a proxy that is looked up", () => {
    const proxy = {
        name: "front",
        engineFamily: "POSTGRESQL",
        defaultAuthScheme: "IAM_AUTH",
        vpcSecurityGroupIds: ["sg-0e000000000000002"],
    } as aws.rds.GetProxyResult;

    for (const [what, found, securityGroupId, ...problems] of [
        ["is taken if it signs in with IAM", proxy, "sg-0e000000000000002"],
        [
            "is refused if it signs in with secrets",
            { ...proxy, defaultAuthScheme: "NONE" },
            undefined,
            "p.proxy: front signs in to the database with secrets, and the logins here have no password: `aws rds modify-db-proxy --db-proxy-name front --default-auth-scheme IAM_AUTH`",
        ],
        [
            "is refused for another engine",
            { ...proxy, engineFamily: "MYSQL" },
            undefined,
            "p.proxy: front is for MYSQL, and the database is POSTGRESQL: name another proxy",
        ],
        [
            "is refused with another group",
            proxy,
            "sg-0e000000000000009",
            "p.addProxyRulesTo: front is not in the security group sg-0e000000000000009, but in sg-0e000000000000002: name one of these",
        ],
    ] as const) {
        it(what, () => {
            assert.deepEqual(proxyProblems(found, { path: "p", engine: "postgres", securityGroupId }), problems);
        });
    }
});
