import assert from "node:assert/strict";
import { Platform, type PlatformArgs } from "../../../components/platform/platform";
import { record, valueOf, type Recording } from "../../support/mocks";

const args: PlatformArgs = {
    network: { cidr: "10.20.0.0/16", zones: 2, nat: "one" },
    cluster: { version: "1.33", nodes: { instanceType: "t3.large", min: 2, max: 4 } },
    database: { engineVersion: "16.6", databaseName: "app", readers: 0 },
    databaseAccount: { role: "arn:aws:iam::444455556666:role/deploy", cidr: "10.30.0.0/16" },
    logDays: 30,
};
const ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

async function make(more: Partial<PlatformArgs> = {}): Promise<Recording> {
    return record(() => new Platform("keyless", { ...args, ...more }));
}

/** The rules to and from the database, and their targets. */
function databaseRules(recording: Recording): unknown[] {
    return [ingress, egress].flatMap((type) =>
        recording
            .of(type)
            .filter(({ inputs }) => inputs["fromPort"] === 5432)
            .map(({ name, inputs }) => [name, inputs["securityGroupId"], inputs["referencedSecurityGroupId"]]),
    );
}

describe("a database in another account", () => {
    it("has only its network, keys, logs and security groups there", async () => {
        const recording = await make();
        const there = [...new Set(recording.resources.map(({ type }) => type))].flatMap((type) =>
            recording
                .placesOf(type)
                .filter((place) => place.endsWith(" in 444455556666"))
                .map((place) => `${type.split(":").at(-1)} ${place.replace(" in 444455556666", "")}`),
        );
        assert.deepEqual(there.sort(), [
            "Cluster keyless-database",
            "ClusterInstance keyless-database-0",
            "ClusterParameterGroup keyless-database",
            "DefaultSecurityGroup keyless-database-account-network-default",
            "FlowLog keyless-database-account-network-flow",
            "Key keyless-database",
            "Key keyless-database-account-logs",
            "LogGroup keyless-database-account-network-flow",
            "LogGroup keyless-database-iam-db-auth-error",
            "LogGroup keyless-database-instance",
            "LogGroup keyless-database-postgresql",
            "OpenIdConnectProvider keyless-cluster",
            "Role keyless-database-account-network-flow",
            "RolePolicy keyless-database-account-network-flow",
            "Route keyless-database-account-peering-back-0",
            "RouteTable keyless-database-account-network",
            "RouteTableAssociation keyless-database-account-network-isolated-0",
            "RouteTableAssociation keyless-database-account-network-isolated-1",
            "SecurityGroup keyless-tiers-database",
            "SecurityGroup keyless-tiers-temporary",
            "SecurityGroupIngressRule keyless-deployers-database-from-deployers",
            "SecurityGroupIngressRule keyless-tiers-database-from-app",
            "Subnet keyless-database-account-network-isolated-0",
            "Subnet keyless-database-account-network-isolated-1",
            "SubnetGroup keyless-database",
            "Vpc keyless-database-account-network",
            "VpcPeeringConnectionAccepter keyless-database-account-peering",
        ]);
    });

    it("is managed through a role there, and refuses other accounts", async () => {
        const { region, assumeRoles, allowedAccountIds } = (await make()).inputs(
            "pulumi:providers:aws",
            "keyless-database-account",
        );
        assert.deepEqual(
            [region, assumeRoles, allowedAccountIds],
            ["eu-central-1", '[{"roleArn":"arn:aws:iam::444455556666:role/deploy"}]', '["444455556666"]'],
        );
    });

    it("admits the app tier and deployers by their groups, and no addresses", async () => {
        const recording = await make();
        assert.deepEqual(databaseRules(recording), [
            [
                "keyless-deployers-database-from-deployers",
                "keyless-tiers-database-id",
                "111122223333/keyless-deployers-id",
            ],
            ["keyless-tiers-database-from-app", "keyless-tiers-database-id", "111122223333/keyless-tiers-app-id"],
            [
                "keyless-deployers-deployers-to-database",
                "keyless-deployers-id",
                "444455556666/keyless-tiers-database-id",
            ],
            ["keyless-tiers-app-to-database", "keyless-tiers-app-id", "444455556666/keyless-tiers-database-id"],
        ]);
        assert.deepEqual(
            recording.inputs("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "keyless-database-account-peering"),
            {
                vpcId: "keyless-network-id",
                peerVpcId: "keyless-database-account-network-id",
                peerOwnerId: "444455556666",
                peerRegion: "eu-central-1",
                autoAccept: false,
                tags: { Name: "keyless-database-account-peering" },
            },
        );
    });

    it("is reached through a proxy and a bastion likewise", async () => {
        assert.deepEqual(databaseRules(await make({ database: { ...args.database, proxy: true }, bastion: true })), [
            ["keyless-bastion-database-from", "keyless-tiers-database-id", "111122223333/keyless-bastion-id"],
            [
                "keyless-deployers-database-from-deployers",
                "keyless-tiers-database-id",
                "111122223333/keyless-deployers-id",
            ],
            ["keyless-deployers-proxy-from-deployers", "keyless-tiers-proxy-id", "111122223333/keyless-deployers-id"],
            ["keyless-tiers-database-from-proxy", "keyless-tiers-database-id", "keyless-tiers-proxy-id"],
            ["keyless-tiers-proxy-from-app", "keyless-tiers-proxy-id", "111122223333/keyless-tiers-app-id"],
            ["keyless-bastion-to-database", "keyless-bastion-id", "444455556666/keyless-tiers-database-id"],
            [
                "keyless-deployers-deployers-to-database",
                "keyless-deployers-id",
                "444455556666/keyless-tiers-database-id",
            ],
            ["keyless-deployers-deployers-to-proxy", "keyless-deployers-id", "444455556666/keyless-tiers-proxy-id"],
            ["keyless-tiers-app-to-proxy", "keyless-tiers-app-id", "444455556666/keyless-tiers-proxy-id"],
            ["keyless-tiers-proxy-to-database", "keyless-tiers-proxy-id", "keyless-tiers-database-id"],
        ]);
    });

    it("outputs the ranges of its subnets there", async () => {
        let cidrs: unknown;
        await record(async () => {
            cidrs = await valueOf(new Platform("keyless", args).contract.databaseCidrs);
        });
        assert.deepEqual(cidrs, ["10.30.160.0/22", "10.30.164.0/22"]);
    });
});
