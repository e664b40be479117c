import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformContract } from "../../../components/platform/contract";
import { Platform, type PlatformArgs } from "../../../components/platform/platform";
import { record, valueOf, type Recording } from "../../support/mocks";

const network = { cidr: "10.20.0.0/16", zones: 2, nat: "one" } as const;
const cluster = { version: "1.33", nodes: { instanceType: "t3.large", min: 2, max: 4 } };
const existing = { identifier: "orders", replicas: [] };
const database = { kind: "aurora", engine: "postgres", databaseName: "orders", proxy: false, existing } as const;
const own: PlatformArgs = { network, cluster, database: { engineVersion: "16.6", databaseName: "app" }, logDays: 30 };

type Database = Extract<PlatformArgs["database"], { existing: unknown }>;

/** The platform with a database that exists, and its outputs. */
async function make(
    more: Partial<Database["existing"]> = {},
    { bastion, ...others }: Partial<Database> & { readonly bastion?: boolean } = {},
): Promise<{ recording: Recording; contract: Record<string, unknown> }> {
    const contract: Record<string, unknown> = {};
    const recording = await record(async () => {
        const args = { ...own, bastion, database: { ...database, ...others, existing: { ...existing, ...more } } };
        const platform = new Platform("keyless", args);
        const { endpoint, readerEndpoint, port, database: name, engineVersion, maxConnections } = platform.contract;
        const { serviceEndpoint, serviceReaderEndpoint, replicaEndpoint, clusterArn, clusterResourceId } =
            platform.contract;
        const { targets, temporarySecurityGroupId, routedCidrs, databaseCidrs, oidcProviderArn } = platform.contract;
        const outputs: Partial<Record<keyof PlatformContract, pulumi.Output<unknown>>> = {
            ...{ endpoint, readerEndpoint, port, database: name, engineVersion, maxConnections },
            ...{ serviceEndpoint, serviceReaderEndpoint, replicaEndpoint, clusterArn, clusterResourceId },
            ...{ targets, temporarySecurityGroupId, routedCidrs, databaseCidrs, oidcProviderArn },
        };
        for (const [key, output] of Object.entries(outputs)) {
            contract[key] = await valueOf(output);
        }
        const { proxy } = platform.contract;
        contract["proxy"] = proxy && (await valueOf(pulumi.output(proxy)));
    });
    return { recording, contract };
}

const group = "aws:ec2/securityGroup:SecurityGroup";
const rules = ["Egress", "Ingress"].map((kind) => `aws:vpc/securityGroup${kind}Rule:SecurityGroup${kind}Rule`);

/** The rules on the database's port: name, group, and the other side. */
function databaseRules(recording: Recording): (readonly unknown[])[] {
    return rules.flatMap((type) =>
        recording
            .of(type)
            .filter(({ inputs }) => inputs["fromPort"] === 5432)
            .map(({ name, inputs }) => [
                name,
                inputs["securityGroupId"],
                inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"],
            ]),
    );
}

const arn = (resource: string, region = "eu-central-1") => `arn:aws:rds:${region}:111122223333:${resource}`;

describe("a platform whose database exists", () => {
    it("creates nothing of a database, nothing in its network, and one egress rule for each client", async () => {
        const { recording } = await make();
        const created = (await record(() => new Platform("keyless", own))).inventory();
        const inventory = recording.inventory();
        const types = [...new Set([...Object.keys(created), ...Object.keys(inventory)])].sort();
        const difference = types.flatMap((type) => {
            const more = (inventory[type] ?? 0) - (created[type] ?? 0);
            return more === 0 ? [] : [[type, more]];
        });
        assert.deepEqual(difference, [
            ["aws:cloudwatch/logGroup:LogGroup", -3],
            [group, -2],
            ["aws:kms/key:Key", -1],
            ["aws:rds/cluster:Cluster", -1],
            ["aws:rds/clusterInstance:ClusterInstance", -2],
            ["aws:rds/clusterParameterGroup:ClusterParameterGroup", -1],
            ["aws:rds/subnetGroup:SubnetGroup", -1],
            ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", -2],
            ["keyless:database:Aurora", -1],
            ["keyless:security:ServiceTiers", 1],
            ["keyless:security:ThreeTiers", -1],
            ["pulumi:index:Stash", 1],
        ]);
        assert.deepEqual(databaseRules(recording), [
            ["keyless-deployers-deployers-to-database", "keyless-deployers-id", "10.30.0.0/23"],
            ["keyless-tiers-app-to-database", "keyless-tiers-app-id", "10.30.0.0/23"],
        ]);
    });

    it("has outputs that lookups supply", async () => {
        const { contract } = await make();
        assert.deepEqual(contract, {
            endpoint: "orders.cluster-abc.eu-central-1.rds.amazonaws.com",
            readerEndpoint: "orders.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
            port: 5432,
            database: "orders",
            engineVersion: "16",
            maxConnections: 0,
            serviceEndpoint: "orders.cluster-abc.eu-central-1.rds.amazonaws.com",
            serviceReaderEndpoint: "orders.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
            replicaEndpoint: "",
            clusterArn: arn("cluster:orders"),
            clusterResourceId: "cluster-ORDERS",
            targets: [{ arn: arn("cluster:orders"), resourceId: "cluster-ORDERS" }],
            temporarySecurityGroupId: "",
            routedCidrs: [],
            databaseCidrs: ["10.30.0.0/24", "10.30.1.0/24"],
            oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123",
            proxy: undefined,
        });
    });

    it("adds ingress rules to its group only where the config names the group", async () => {
        const addRulesTo = "sg-0e000000000000001";
        const { recording } = await make({ addRulesTo }, { bastion: true });
        assert.deepEqual(databaseRules(recording), [
            ["keyless-bastion-bastion-to-database", "keyless-bastion-id", "10.30.0.0/23"],
            ["keyless-deployers-deployers-to-database", "keyless-deployers-id", "10.30.0.0/23"],
            ["keyless-tiers-app-to-database", "keyless-tiers-app-id", "10.30.0.0/23"],
            ["keyless-bastion-database-from-bastion", addRulesTo, "keyless-bastion-id"],
            ["keyless-deployers-database-from-deployers", addRulesTo, "keyless-deployers-id"],
            ["keyless-tiers-database-from-app", addRulesTo, "keyless-tiers-app-id"],
        ]);
        assert.equal(recording.of(group).length, 4);
    });

    it("makes each copy a target of its own, in its region", async () => {
        const replicas = [{ identifier: "orders-copy" }, { identifier: "orders-copy", region: "eu-west-1" }];
        const { recording, contract } = await make({ replicas }, { kind: "instance" });
        assert.deepEqual(
            [contract["targets"], contract["replicaEndpoint"]],
            [
                [
                    { arn: arn("db:orders"), resourceId: "db-ORDERS" },
                    { arn: arn("db:orders-copy"), resourceId: "db-ORDERSCOPY" },
                    { arn: arn("db:orders-copy", "eu-west-1"), resourceId: "db-ORDERSCOPY" },
                ],
                "orders-copy.cluster-abc.eu-central-1.rds.amazonaws.com",
            ],
        );
        assert.deepEqual(
            databaseRules(recording).map(([name]) => name),
            [
                "keyless-deployers-deployers-to-database",
                "keyless-tiers-app-to-copies-eu-west-1",
                "keyless-tiers-app-to-database",
            ],
        );
    });

    it("sends services to a proxy, and grants its role something only where the config says so", async () => {
        const front = { proxy: "front", addProxyRulesTo: "sg-0e000000000000002" };
        const { recording, contract } = await make(front);
        const { targets, serviceEndpoint, endpoint, databaseCidrs, proxy } = contract;
        assert.deepEqual(
            { targets, serviceEndpoint, endpoint, databaseCidrs, proxy },
            {
                targets: [{ arn: arn("db-proxy:prx-0existing"), resourceId: "prx-0existing" }],
                serviceEndpoint: "front.proxy-abc.eu-central-1.rds.amazonaws.com",
                endpoint: "orders.cluster-abc.eu-central-1.rds.amazonaws.com",
                databaseCidrs: ["10.30.0.0/24", "10.30.1.0/24"],
                proxy: undefined,
            },
        );
        assert.deepEqual(databaseRules(recording), [
            ["keyless-deployers-deployers-to-database", "keyless-deployers-id", "10.30.0.0/23"],
            ["keyless-tiers-app-to-database", "keyless-tiers-app-id", "10.30.1.0/24"],
            ["keyless-deployers-proxy-from-deployers", "sg-0e000000000000002", "keyless-deployers-id"],
            ["keyless-tiers-proxy-from-app", "sg-0e000000000000002", "keyless-tiers-app-id"],
        ]);
        assert.deepEqual((await make(front, { proxy: true })).contract["proxy"], {
            roleName: "front-role",
            target: { arn: arn("cluster:orders"), resourceId: "cluster-ORDERS" },
        });
    });

    it("looks it up in another account through a role there, and names the clients' groups with their account", async () => {
        const role = "arn:aws:iam::444455556666:role/deploy";
        const { recording, contract } = await make({ role, addRulesTo: "sg-0e000000000000001" });
        const there = [...new Set(recording.resources.map(({ type }) => type))].flatMap((type) =>
            recording.placesOf(type).filter((place) => place.endsWith(" in 444455556666")),
        );
        assert.deepEqual(there.sort(), [
            "keyless-cluster in 444455556666",
            "keyless-deployers-database-from-deployers in 444455556666",
            "keyless-tiers-database-from-app in 444455556666",
        ]);
        assert.deepEqual(databaseRules(recording).slice(2), [
            ["keyless-deployers-database-from-deployers", "sg-0e000000000000001", "111122223333/keyless-deployers-id"],
            ["keyless-tiers-database-from-app", "sg-0e000000000000001", "111122223333/keyless-tiers-app-id"],
        ]);
        assert.deepEqual(
            [contract["clusterArn"], contract["oidcProviderArn"]],
            [
                "arn:aws:rds:eu-central-1:444455556666:cluster:orders",
                "arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123",
            ],
        );
    });
});
