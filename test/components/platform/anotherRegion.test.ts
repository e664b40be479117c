import assert from "node:assert/strict";
import { globalName } from "../../../components/platform/anotherRegion";
import { Platform, type PlatformArgs } from "../../../components/platform/platform";
import { record, valueOf, type Recording } from "../../support/mocks";

const least: PlatformArgs = {
    network: { cidr: "10.20.0.0/16", nat: "one" },
    cluster: { version: "1.33", nodes: { instanceType: "t3.large", min: 2, max: 4 } },
    database: { engineVersion: "16.6", databaseName: "app" },
    replica: { region: "eu-west-1", cidr: "10.21.0.0/16" },
    logDays: 30,
};
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

async function make(): Promise<Recording> {
    return record(() => new Platform("keyless", least));
}

/** The resources that exist only with a copy. */
function added(whole: Record<string, number>, without: Record<string, number>): Record<string, number> {
    return Object.fromEntries(
        Object.entries(whole)
            .map(([type, count]) => [type, count - (without[type] ?? 0)] as const)
            .filter(([, count]) => count !== 0),
    );
}

describe("a copy in another region", () => {
    it("is a network, a key, a database and a peering", async () => {
        const without = await record(() => new Platform("keyless", { ...least, replica: undefined }));
        assert.deepEqual(added((await make()).inventory(), without.inventory()), {
            "aws:cloudwatch/logGroup:LogGroup": 4,
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
            "aws:ec2/flowLog:FlowLog": 1,
            "aws:ec2/route:Route": 4,
            "aws:ec2/routeTable:RouteTable": 1,
            "aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
            "aws:ec2/securityGroup:SecurityGroup": 1,
            "aws:ec2/subnet:Subnet": 2,
            "aws:ec2/vpc:Vpc": 1,
            "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": 1,
            "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": 1,
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "aws:kms/key:Key": 2,
            "aws:rds/cluster:Cluster": 1,
            "aws:rds/clusterInstance:ClusterInstance": 1,
            "aws:rds/clusterParameterGroup:ClusterParameterGroup": 1,
            "aws:rds/globalCluster:GlobalCluster": 1,
            "aws:rds/subnetGroup:SubnetGroup": 1,
            [egress]: 1,
            [ingress]: 1,
            "keyless:alarms:LogKey": 1,
            "keyless:database:Aurora": 1,
            "keyless:network:FlowLogs": 1,
            "keyless:network:IsolatedNetwork": 1,
            "keyless:network:Peering": 1,
            "keyless:platform:AnotherRegion": 1,
            "pulumi:providers:aws": 1,
        });
    });

    it("admits the app tier's addresses on the engine's port, and no other traffic", async () => {
        const recording = await make();
        const rule = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
        assert.deepEqual(
            recording
                .of(ingress)
                .filter(({ inputs }) => "cidrIpv4" in inputs)
                .map(({ inputs }) => inputs),
            [
                {
                    ...rule,
                    securityGroupId: "keyless-replica-database-id",
                    cidrIpv4: "10.20.0.0/17",
                    description: "from the peered app tier",
                },
            ],
        );
        assert.deepEqual(
            recording
                .of(egress)
                .filter(({ inputs }) => "cidrIpv4" in inputs)
                .map(({ inputs }) => inputs),
            [
                {
                    ...rule,
                    securityGroupId: "keyless-tiers-app-id",
                    cidrIpv4: "10.21.160.0/19",
                    description: "to the peered database tier",
                },
            ],
        );
    });

    it("is routed to and from the private subnets here only", async () => {
        const routes = (await make())
            .of("aws:ec2/route:Route")
            .filter(({ inputs }) => "vpcPeeringConnectionId" in inputs);
        assert.deepEqual(
            routes.map(({ inputs }) => [inputs["routeTableId"], inputs["destinationCidrBlock"]]),
            [
                ["keyless-replica-network-id", "10.20.0.0/17"],
                ...[0, 1, 2].map((zone) => [`keyless-network-private-${zone}-id`, "10.21.160.0/19"]),
            ],
        );
    });

    it("is configured like its source, with its own key, as part of a global database created from it", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:rds/globalCluster:GlobalCluster", "keyless-replica"), {
            globalClusterIdentifier: "keyless-replica-abcdefgh",
            sourceDbClusterIdentifier: "arn:aws:rds:eu-central-1:111122223333:cluster:keyless-database",
            forceDestroy: true,
        });
        const copy = recording.inputs("aws:rds/cluster:Cluster", "keyless-replica-database");
        assert.deepEqual(
            [
                "globalClusterIdentifier",
                "kmsKeyId",
                "engine",
                "engineVersion",
                "manageMasterUserPassword",
                "masterUsername",
                "databaseName",
            ].map((name) => copy[name]),
            [
                "keyless-replica-id",
                "arn:aws:kms:eu-west-1:111122223333:key/keyless-replica-database",
                "aurora-postgresql",
                "running",
                undefined,
                undefined,
                undefined,
            ],
        );
    });

    it("of an instance is its read replica, with a key and a parameter group of its own", async () => {
        const recording = await record(
            () => new Platform("keyless", { ...least, database: { ...least.database, kind: "instance" } }),
        );
        const { replicateSourceDb, kmsKeyId, parameterGroupName, username } = recording.inputs(
            "aws:rds/instance:Instance",
            "keyless-replica-database",
        );
        assert.deepEqual(
            [
                replicateSourceDb,
                kmsKeyId,
                parameterGroupName,
                username,
                recording.of("aws:rds/globalCluster:GlobalCluster"),
            ],
            [
                "arn:aws:rds:eu-central-1:111122223333:db:keyless-database",
                "arn:aws:kms:eu-west-1:111122223333:key/keyless-replica-database",
                "keyless-replica-database",
                undefined,
                [],
            ],
        );
    });

    it("works in the account of the platform only", async () => {
        const { region, allowedAccountIds } = (await make()).inputs("pulumi:providers:aws", "keyless-replica");
        assert.deepEqual([region, allowedAccountIds], ["eu-west-1", '["111122223333"]']);
    });

    it("is a second database that every service may connect to, with its own id", async () => {
        let targets: unknown;
        await record(async () => {
            targets = await valueOf(new Platform("keyless", least).contract.targets);
        });
        const id = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        assert.deepEqual(targets, [
            { arn: "arn:aws:rds:eu-central-1:111122223333:cluster:keyless-database", resourceId: id },
            { arn: "arn:aws:rds:eu-west-1:111122223333:cluster:keyless-replica-database", resourceId: id },
        ]);
    });

    it("is among the egress ranges of services, so that a network policy does not cut them off from it", async () => {
        let cidrs: unknown;
        await record(async () => {
            cidrs = await valueOf(new Platform("keyless", least).contract.databaseCidrs);
        });
        assert.deepEqual(cidrs, [
            "10.20.160.0/22",
            "10.20.164.0/22",
            "10.20.168.0/22",
            "10.21.160.0/22",
            "10.21.164.0/22",
        ]);
    });

    it("has a unique global database name", () => {
        assert.equal(globalName("keyless-replica", "cluster-ABCDEFGHIJ"), "keyless-replica-abcdefgh");
    });
});
