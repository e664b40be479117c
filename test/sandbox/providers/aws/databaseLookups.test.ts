import { deepEqual, equal, throws } from "node:assert/strict";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import { DB_CLUSTER, DB_INSTANCE, DB_PROXY, DB_SUBNET_GROUP, SUBNET } from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import { putExisting } from "../../../../sandbox/providers/aws/existing";
import { invoke } from "../../../../sandbox/providers/aws/functions";
import { argumentsOf, resultsOf } from "../../../../sandbox/providers/aws/declaring/schema";
import { Stage } from "./stage";

const [CLUSTER, INSTANCE, PROXY, GROUP] = ["Cluster", "Instance", "Proxy", "SubnetGroup"].map(
    (name) => `aws:rds/get${name}:get${name}`,
) as [string, string, string, string];

const subnets = ["subnet-0a", "subnet-0b"];
const common = {
    ...{ engineVersion: "16.9", iamDatabaseAuthenticationEnabled: true, dbSubnetGroupName: "orders" },
    vpcSecurityGroupIds: ["sg-0a"],
};

describe("the lookups of databases", () => {
    let cloud: Cloud;
    const look = (token: string, args: Props): Props => invoke(token, args, cloud) ?? {};
    /** Of an answer, those of the properties that it has. */
    const some = (answer: Props, ...names: readonly string[]) => names.map((name) => answer[name]);

    before(async () => {
        cloud = new Cloud((await Stage.open()).store, "eu-central-1");
        putExisting(cloud, [
            ...subnets.map((id) => ({
                type: SUBNET,
                id,
                inputs: { vpcId: "vpc-0a", cidrBlock: "10.30.0.0/24", availabilityZone: `eu-central-1${id.slice(-1)}` },
            })),
            { type: DB_SUBNET_GROUP, id: "orders", inputs: { name: "orders", subnetIds: subnets } },
            {
                type: DB_CLUSTER,
                id: "orders",
                inputs: {
                    ...common,
                    ...{ clusterIdentifier: "orders", engine: "aurora-postgresql", masterUsername: "admin_user" },
                    manageMasterUserPassword: true,
                },
            },
            {
                type: DB_INSTANCE,
                id: "db-TICKETS",
                region: "eu-west-1",
                inputs: {
                    ...common,
                    ...{
                        identifier: "tickets",
                        engine: "postgres",
                        instanceClass: "db.t4g.medium",
                        username: "admin_user",
                    },
                    ...{ allocatedStorage: 20, password: "the-sandbox-has-no-secrets" },
                },
            },
            {
                type: DB_PROXY,
                id: "front",
                inputs: {
                    ...{ name: "front", engineFamily: "POSTGRESQL", defaultAuthScheme: "IAM_AUTH" },
                    ...{ roleArn: "arn:aws:iam::111122223333:role/front", vpcSubnetIds: subnets },
                },
            },
        ]);
    });

    it("return exactly what the provider does, nothing of a secret", () => {
        const answers = {
            [CLUSTER]: look(CLUSTER, { clusterIdentifier: "orders" }),
            [INSTANCE]: look(INSTANCE, { dbInstanceIdentifier: "tickets", region: "eu-west-1" }),
            [PROXY]: look(PROXY, { name: "front" }),
            [GROUP]: look(GROUP, { name: "orders" }),
        };
        for (const [token, answer] of Object.entries(answers)) {
            // `tags` is a map, without a value that stands for none.
            const declared = [...resultsOf(token).keys()].filter((name) => name !== "tags");
            deepEqual(
                Object.keys(answer)
                    .filter((name) => name !== "tags")
                    .sort(),
                declared.sort(),
                token,
            );
        }
    });

    it("of a cluster say whether IAM authentication is on, and of an instance do not", () => {
        const cluster = look(CLUSTER, { clusterIdentifier: "orders" });
        equal(cluster["iamDatabaseAuthenticationEnabled"], true);
        equal(
            "iamDatabaseAuthenticationEnabled" in
                look(INSTANCE, { dbInstanceIdentifier: "tickets", region: "eu-west-1" }),
            false,
        );
    });

    it("of a cluster have its endpoints, its groups and the secret of its master", () => {
        const cluster = look(CLUSTER, { clusterIdentifier: "orders" });
        const [secret] = cluster["masterUserSecrets"] as Props[];
        deepEqual(
            some(
                cluster,
                "arn",
                "engineVersion",
                "port",
                "dbSubnetGroupName",
                "vpcSecurityGroupIds",
                "replicationSourceIdentifier",
            ),
            ["arn:aws:rds:eu-central-1:111122223333:cluster:orders", "16.9", 5432, "orders", ["sg-0a"], ""],
        );
        equal(
            /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!cluster-/.test(
                secret?.["secretArn"] as string,
            ),
            true,
        );
    });

    it("of an instance find it in its region, under the names that the data source has", () => {
        const instance = look(INSTANCE, { dbInstanceIdentifier: "tickets", region: "eu-west-1" });
        deepEqual(
            some(
                instance,
                "id",
                "dbInstanceArn",
                "resourceId",
                "dbSubnetGroup",
                "vpcSecurityGroups",
                "dbClusterIdentifier",
                "region",
            ),
            [
                "tickets",
                "arn:aws:rds:eu-west-1:111122223333:db:tickets",
                "db-TICKETS",
                "orders",
                ["sg-0a"],
                "",
                "eu-west-1",
            ],
        );
    });

    it("of a proxy and a subnet group have their subnets", () => {
        const proxy = look(PROXY, { name: "front" });
        deepEqual(some(proxy, "vpcSubnetIds", "vpcId", "defaultAuthScheme"), [subnets, "vpc-0a", "IAM_AUTH"]);
        deepEqual(look(GROUP, { name: "orders" })["subnetIds"], subnets);
    });

    for (const [token, name, message] of [
        [CLUSTER, "clusterIdentifier", "reading RDS Cluster (no): couldn't find resource"],
        [INSTANCE, "dbInstanceIdentifier", "no matching RDS DB Instance found"],
        [PROXY, "name", "reading RDS DB Proxy (no): couldn't find resource"],
        [GROUP, "name", "no matching RDS DB Subnet Group found"],
    ] as const) {
        it(`are refused by ${token} for something that does not exist, and for an unknown argument`, () => {
            equal(argumentsOf(token).has(name), true);
            throws(() => look(token, { [name]: "no" }), { message });
            throws(() => look(token, { [name]: "no", nam: "x" }), /nam: Invalid or unknown key/);
        });
    }
});
