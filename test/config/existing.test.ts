import assert from "node:assert/strict";
import { parseSettings, SettingsError } from "../../config";

const database = { engineVersion: "16" };
const databaseSubnets = ["subnet-0123456789abcdef0", "Name=data-b"];
const nodeSubnets = ["Name=private-a", "Name=private-b"];
const vpcId = "vpc-0123456789abcdef0";
const own = { version: "1.33" };
const theirs = { existing: { name: "production" } };

function problemsOf(values: Record<string, unknown>): string[] {
    try {
        parseSettings(values);
        return [];
    } catch (error) {
        assert.ok(error instanceof SettingsError);
        return error.problems.map(({ path, wrong }) => `${path}: ${wrong}`);
    }
}

describe("a platform in which parts exist", () => {
    for (const [what, platform] of [
        [
            "a created cluster and database in an existing network",
            { cluster: own, network: { existing: { vpcId, nodeSubnets, databaseSubnets } } },
        ],
        ["a created database for an existing cluster", { cluster: theirs, network: { existing: { databaseSubnets } } }],
        [
            "its VPC, too",
            { cluster: theirs, network: { existing: { vpcId, databaseSubnets }, webFrom: ["10.0.0.0/8"] } },
        ],
        ["a bastion", { cluster: theirs, bastion: true, network: { existing: { nodeSubnets, databaseSubnets } } }],
        [
            "pods with groups of their own",
            { cluster: { ...theirs, appTier: "pods" }, network: { existing: { databaseSubnets } } },
        ],
    ] as const) {
        it(`may have ${what}`, () => {
            assert.deepEqual(problemsOf({ platform: { ...platform, database } }), []);
        });
    }

    it("has defaults that change nothing of what exists", () => {
        const { platform } = parseSettings({
            platform: { cluster: theirs, network: { existing: { databaseSubnets } }, database },
        });
        assert.ok(typeof platform === "object" && "cluster" in platform);
        assert.deepEqual(platform.cluster, {
            existing: { name: "production", createOidcProvider: false, fargateNamespaces: [], admitDeployers: false },
            appTier: "nodes",
        });
        assert.deepEqual(platform.network, { existing: { databaseSubnets }, webFrom: [] });
    });

    for (const [what, platform, expected] of [
        [
            "a network without what the created parts need",
            { cluster: own, network: { existing: {} } },
            [
                "platform.network.existing.vpcId: missing",
                "platform.network.existing.nodeSubnets: missing; platform.cluster needs it",
                "platform.network.existing.databaseSubnets: missing; platform.database needs it",
            ],
        ],
        [
            "a bastion without a subnet",
            { cluster: theirs, bastion: true, network: { existing: { databaseSubnets } } },
            ["platform.network.existing.nodeSubnets: missing; platform.bastion needs it"],
        ],
        [
            "one subnet, twice",
            { cluster: theirs, network: { existing: { databaseSubnets: ["Name=a", "Name=a"] } } },
            ["platform.network.existing.databaseSubnets: fewer than two subnets"],
        ],
        [
            "a created network for an existing cluster",
            { cluster: theirs },
            [
                "platform.network: the existing cluster is in a network that exists, and the stack would create another one",
            ],
        ],
        [
            "keys that configure a created part, beside existing",
            {
                cluster: { ...theirs, version: "1.33", people: [], nodes: { min: 2 } },
                network: { existing: { databaseSubnets }, cidr: "10.0.0.0/16", routedRanges: [] },
            },
            [
                "platform.network.cidr: unknown key",
                "platform.network.routedRanges: unknown key",
                "platform.cluster.version: unknown key",
                "platform.cluster.people: unknown key",
                "platform.cluster.nodes: unknown key",
            ],
        ],
        [
            "names that cannot be right",
            {
                cluster: { existing: { name: "-", clientSecurityGroupIds: ["web"], fargateNamespaces: ["A"] } },
                network: { existing: { vpcId: "vpc", databaseSubnets: ["subnet-1", "Name=data-*"] } },
            },
            [
                "platform.network.existing.vpcId: not the id of a VPC",
                "platform.network.existing.databaseSubnets[0]: neither the id of a subnet nor a tag",
                "platform.network.existing.databaseSubnets[1]: neither the id of a subnet nor a tag",
                "platform.cluster.existing.name: not the name of an EKS cluster",
                "platform.cluster.existing.clientSecurityGroupIds[0]: not the id of a security group",
                "platform.cluster.existing.fargateNamespaces[0]: not an RFC 1123 label",
            ],
        ],
        [
            "networks that need routes in one that exists",
            {
                cluster: theirs,
                network: { existing: { databaseSubnets } },
                replica: { region: "eu-west-1", cidr: "10.21.0.0/16" },
                databaseAccount: { role: "arn:aws:iam::444455556666:role/deploy", cidr: "10.30.0.0/16" },
            },
            [
                "platform.replica: its network needs routes in this one, whose route tables exist and are not changed",
                "platform.databaseAccount: its network needs routes in this one, whose route tables exist and are not changed",
            ],
        ],
        [
            "security groups of nodes, where only pods reach the database",
            {
                cluster: { existing: { name: "p", clientSecurityGroupIds: ["sg-0123456789abcdef0"] }, appTier: "pods" },
                network: { existing: { databaseSubnets } },
            },
            [
                "platform.cluster.existing.clientSecurityGroupIds: with appTier: pods, only pods with a security group of the stack's reach the database",
            ],
        ],
        [
            "no client at all",
            {
                cluster: { existing: { name: "p", clientSecurityGroupIds: [] } },
                network: { existing: { databaseSubnets } },
            },
            ["platform.cluster.existing.clientSecurityGroupIds: empty: nothing would reach the database"],
        ],
    ] as const) {
        it(`must not have ${what}`, () => {
            assert.deepEqual(problemsOf({ platform: { ...platform, database } }), [...expected]);
        });
    }

    it("must not run a service with Pod Identity on Fargate", () => {
        const platform = {
            cluster: { existing: { name: "p", fargateNamespaces: ["shop"] } },
            network: { existing: { databaseSubnets } },
            database,
        };
        const tenants = [
            { name: "shop", identity: "podIdentity" },
            { name: "billing", identity: "podIdentity" },
            { name: "search", namespace: "shop" },
        ];
        assert.deepEqual(problemsOf({ platform, access: { tenants } }), [
            "access.tenants[0].identity: EKS Pod Identity does not work on Fargate, where the pods of the namespace shop run",
        ]);
    });

    it("leaves the routes of an existing network to the run that looks them up", () => {
        const platform = { cluster: theirs, network: { existing: { databaseSubnets } }, database };
        const developers = [
            { cidr: "192.0.2.1/32", owner: "ada", until: new Date(Date.now() + 86_400_000).toISOString() },
        ];
        assert.deepEqual(
            problemsOf({ platform, access: { developers, networkPolicy: true, tenants: [{ name: "shop" }] } }),
            [],
        );
    });
});
