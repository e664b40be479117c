import assert from "node:assert/strict";
import { Platform, type PlatformArgs } from "../../../components/platform/platform";
import { inVpc } from "../../../components/platform/clusterPart";
import { sameVpc } from "../../../components/platform/networkPart";
import { record, type Recording } from "../../support/mocks";

const least: PlatformArgs = {
    network: { existing: { databaseSubnets: ["subnet-data-a", "Name=data-b"] } },
    cluster: { existing: { name: "theirs" } },
    database: { engineVersion: "16.6", databaseName: "app", readers: 0 },
    logDays: 30,
};
const types = {
    egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    issuer: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
};

function make(args: Partial<PlatformArgs> = {}): Promise<Recording> {
    return record(() => new Platform("keyless", { ...least, ...args }));
}

async function rulesOf(args: Partial<PlatformArgs>): Promise<string[]> {
    const recording = await make(args);
    return [types.egress, types.ingress].flatMap((type) =>
        recording.of(type).map(({ inputs }) => {
            const { securityGroupId, referencedSecurityGroupId, fromPort, description } = inputs;
            return `${String(securityGroupId)} ${String(referencedSecurityGroupId)} ${String(fromPort)}: ${String(description)}`;
        }),
    );
}

/** The rules between the tiers, which every platform has. */
const tierRules = [
    "keyless-tiers-web-id keyless-tiers-app-id 8080: to the app tier",
    "keyless-tiers-app-id keyless-tiers-database-id 5432: to the database tier",
    "keyless-deployers-id keyless-tiers-database-id 5432: to the database tier",
    "keyless-deployers-id sg-cluster 443: to the api tier",
    "keyless-tiers-app-id keyless-tiers-web-id 8080: from the web tier",
    "keyless-tiers-database-id keyless-tiers-app-id 5432: from the app tier",
    "keyless-tiers-database-id keyless-deployers-id 5432: from the deployers tier",
];

describe("a platform in an existing network with an existing cluster", () => {
    it("creates a database in its tier, and nothing of the network or the cluster", async () => {
        const recording = await make();
        assert.deepEqual(recording.inventory(), {
            "aws:cloudwatch/logGroup:LogGroup": 3,
            "aws:ec2/securityGroup:SecurityGroup": 5,
            "aws:kms/key:Key": 2,
            "aws:rds/cluster:Cluster": 1,
            "aws:rds/clusterInstance:ClusterInstance": 1,
            "aws:rds/clusterParameterGroup:ClusterParameterGroup": 1,
            "aws:rds/subnetGroup:SubnetGroup": 1,
            [types.egress]: 4,
            [types.ingress]: 4,
            "keyless:alarms:LogKey": 1,
            "keyless:cluster:ExistingCluster": 1,
            "keyless:database:Aurora": 1,
            "keyless:network:ExistingNetwork": 1,
            "keyless:platform:Platform": 1,
            "keyless:security:DeployerGroup": 1,
            "keyless:security:ThreeTiers": 1,
        });
        assert.deepEqual(recording.inputs("aws:rds/subnetGroup:SubnetGroup", "keyless-database")["subnetIds"], [
            "subnet-data-a",
            "subnet-data-b",
        ]);
    });

    it("admits the cluster's own group to the database, and gives that group no rule", async () => {
        assert.deepEqual(
            (await rulesOf({})).sort(),
            [...tierRules, "keyless-tiers-database-id sg-cluster 5432: from the cluster"].sort(),
        );
    });

    it("admits the groups that are named instead", async () => {
        const cluster = { existing: { name: "theirs", clientSecurityGroupIds: ["sg-karpenter", "sg-own"] } };
        assert.deepEqual(
            (await rulesOf({ cluster })).sort(),
            [
                ...tierRules,
                "keyless-tiers-database-id sg-karpenter 5432: from the members of sg-karpenter",
                "keyless-tiers-database-id sg-own 5432: from the members of sg-own",
            ].sort(),
        );
    });

    it("admits only pods with the app tier's group, if they are the app tier", async () => {
        const cluster = { ...least.cluster, appTier: "pods" } as const;
        assert.deepEqual((await rulesOf({ cluster })).sort(), [...tierRules].sort());
        let groups: unknown;
        await record(() => {
            new Platform("keyless", { ...least, cluster }).contract.podSecurityGroupIds.apply((ids) => (groups = ids));
        });
        assert.deepEqual(groups, ["sg-cluster", "keyless-tiers-app-id"]);
    });

    it("gives the cluster's group rules if it is told to", async () => {
        const cluster = { existing: { name: "theirs", admitDeployers: true } };
        const rules = await rulesOf({ cluster });
        assert.deepEqual(
            rules.filter((rule) => rule.startsWith("sg-cluster")),
            ["sg-cluster keyless-deployers-id 443: from the deployers tier"],
        );
    });

    it("creates the cluster's OIDC provider if it is told to, and leaves it behind", async () => {
        const recording = await make({ cluster: { existing: { name: "theirs", createOidcProvider: true } } });
        assert.deepEqual(recording.inputs(types.issuer, "keyless-cluster-issuer"), {
            url: "https://oidc.eks.eu-central-1.amazonaws.com/id/0123",
            clientIdLists: ["sts.amazonaws.com"],
        });
    });

    it("has a bastion in a subnet of the nodes, which the cluster's owner admits", async () => {
        const network = {
            existing: {
                ...least.network,
                nodeSubnets: ["Name=private-a", "Name=private-b"],
                databaseSubnets: ["subnet-data-a", "subnet-data-b"],
            },
        };
        const recording = await make({ network, bastion: true });
        assert.equal(recording.inputs("aws:ec2/instance:Instance", "keyless-bastion")["subnetId"], "subnet-private-a");
        assert.deepEqual(
            recording.of(types.ingress).filter(({ inputs }) => inputs["securityGroupId"] === "sg-cluster"),
            [],
        );
    });
});

describe("a platform in an existing network", () => {
    it("creates its cluster in the subnets of the nodes", async () => {
        const recording = await make({
            network: {
                existing: {
                    vpcId: "vpc-existing",
                    nodeSubnets: ["subnet-node-a", "Name=node-b", "subnet-node-c"],
                    databaseSubnets: ["subnet-data-a", "subnet-data-b"],
                },
            },
            cluster: { version: "1.33", nodes: { instanceType: "t3.large", min: 3, max: 3 } },
        });
        const cluster = recording.inputs("eks:index:Cluster", "keyless-cluster");
        assert.deepEqual(
            [cluster["vpcId"], cluster["privateSubnetIds"]],
            ["vpc-existing", ["subnet-node-a", "subnet-node-b"]],
        );
        assert.deepEqual(
            recording.of("eks:index:ManagedNodeGroup").map(({ inputs }) => inputs["subnetIds"]),
            [["subnet-node-a"], ["subnet-node-b"], ["subnet-node-c"]],
        );
        assert.deepEqual(
            recording.resources.filter(({ type }) => /^aws:ec2\/(vpc|subnet|route)/.test(type)),
            [],
        );
    });

    it("refuses a peering, whose routes would be in its route tables", async () => {
        await assert.rejects(
            make({ replica: { region: "eu-west-1", cidr: "10.21.0.0/16" } }),
            /a peering needs routes in a network that the program creates/,
        );
    });

    it("is the network of the existing cluster", () => {
        assert.equal(sameVpc(undefined, "vpc-1"), "vpc-1");
        assert.throws(() => sameVpc("vpc-2", "vpc-1"), {
            message:
                "platform.network.existing.vpcId is vpc-2, the existing cluster is in vpc-1: write that one, or remove the key",
        });
        assert.throws(() => inVpc("sg-1", "vpc-1", "vpc-2"), {
            message:
                "platform.cluster.existing.clientSecurityGroupIds: sg-1 is in vpc-2, the cluster in vpc-1: name a group of vpc-1",
        });
    });
});
