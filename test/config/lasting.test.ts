import assert from "node:assert/strict";
import { lastingProblems, type Outputs } from "../../config/lasting";
import { parseSettings } from "../../config/settings";

const arn = "arn:aws:rds:eu-central-1:111122223333:cluster:keyless-database-1a2b3c4d";
const role = "arn:aws:iam::444455556666:role/keyless-deploy";
const base = "organization/keyless/base";

const cluster = {
    clusterArn: arn,
    clusterResourceId: "cluster-ONE",
    kubernetesArn: "arn:aws:eks:eu-central-1:111122223333:cluster/keyless",
    masterSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:master",
    engine: "postgres",
    database: "app",
    networkCidrs: { network: "10.20.0.0/16" },
    connectTargets: [{ arn, resourceId: "cluster-ONE" }],
    tenants: [
        { name: "shop", database: "app" },
        { name: "billing", database: "reports" },
    ],
};
const replicated = {
    ...cluster,
    networkCidrs: { network: "10.20.0.0/16", replica: "10.21.0.0/16" },
    connectTargets: [
        ...cluster.connectTargets,
        { arn: arn.replace("eu-central-1", "eu-west-1"), resourceId: "cluster-C" },
    ],
};
const server = {
    ...cluster,
    clusterArn: arn.replace(":cluster:", ":db:"),
    kubernetesArn: "",
    networkCidrs: undefined,
};
const access = { ...cluster, masterSecretArn: undefined, networkCidrs: undefined, platformStack: base };

const database = { engineVersion: "16" };
const platform = { cluster: { version: "1.33" }, database };
const mysql = { ...cluster, engine: "mysql", tenants: [{ name: "shop", database: "shop" }] };
const ofMysql = {
    platform: { ...platform, database: { engine: "mysql", engineVersion: "8.0" } },
    access: { tenants: [{ name: "shop" }] },
};
const ofServer = {
    server: {
        securityGroupId: "sg-0123456789abcdef0",
        subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    },
    database: { ...database, kind: "instance" },
};
const replica = { region: "eu-west-1", cidr: "10.21.0.0/16" };
const databaseAccount = { role, cidr: "10.30.0.0/16" };

const subnets = (...names: string[]) => names.map((name) => `Name=${name}`);
const found = {
    network: {
        existing: { nodeSubnets: subnets("private-a", "private-b"), databaseSubnets: subnets("data-a", "data-b") },
    },
    cluster: { existing: { name: "theirs" } },
    database,
};
const inVpc = { ...found, network: { existing: { ...found.network.existing, vpcId: "vpc-0123456789abcdef0" } } };
const existing = {
    ...cluster,
    networkCidrs: {},
    existingVpcId: "vpc-0123456789abcdef0",
    existingClusterArn: "arn:aws:eks:eu-central-1:111122223333:cluster/theirs",
};

/** What is refused, and the value that is allowed. */
function refused(config: Record<string, unknown>, deployed: Outputs): string[] {
    return lastingProblems(parseSettings(config), deployed).map(({ path, allowed }) => `${path}: ${allowed}`);
}

describe("settings that cannot change on a running stack", () => {
    for (const [what, config, deployed] of [
        ["the first run", { platform }, {}],
        ["a stack of an earlier version", { platform }, { ...cluster, networkCidrs: undefined }],
        ["the same platform", { platform }, cluster],
        ["a replica that is new", { platform: { ...platform, replica } }, cluster],
        ["a replica that stays", { platform: { ...platform, replica } }, replicated],
        ["a replica that goes", { platform }, replicated],
        ["the same platform for a server", { platform: ofServer }, server],
        ["tenants of MySQL, whose databases have their names", ofMysql, mysql],
        ["another stack's platform", { platformStack: "organization/keyless/base" }, access],
        ["the first run in an existing network", { platform: found }, {}],
        ["the same existing network and cluster", { platform: inVpc }, existing],
        [
            "another existing cluster of the network",
            { platform: { ...found, cluster: { existing: { name: "others" } } } },
            existing,
        ],
        [
            "a cluster of the stack's own in the place of an existing one, which stays",
            { platform: { ...inVpc, cluster: platform.cluster } },
            existing,
        ],
    ] as const) {
        it(`permit ${what}`, () => {
            assert.deepEqual(refused(config, deployed), []);
        });
    }

    for (const [what, config, deployed, expected] of [
        [
            "another range of the network",
            { platform: { ...platform, network: { cidr: "10.40.0.0/16" } } },
            cluster,
            ["platform.network.cidr: 10.20.0.0/16"],
        ],
        [
            "another range and region of the replica",
            { platform: { ...platform, replica: { region: "eu-west-2", cidr: "10.41.0.0/16" } } },
            replicated,
            ["platform.replica.cidr: 10.21.0.0/16", "platform.replica.region: eu-west-1"],
        ],
        [
            "another kind, engine and name of the database",
            {
                platform: {
                    ...platform,
                    database: { engine: "mysql", engineVersion: "8.0", kind: "instance", name: "other" },
                },
            },
            cluster,
            ["platform.database.kind: aurora", "platform.database.engine: postgres", "platform.database.name: app"],
        ],
        [
            "another account for the database",
            { platform: { ...platform, databaseAccount } },
            cluster,
            ["platform.databaseAccount.role: 111122223333"],
        ],
        ["a platform with a cluster, for a server", { platform: ofServer }, cluster, ["platform: platform.cluster"]],
        ["a platform for a server, with a cluster", { platform }, server, ["platform: platform.server"]],
        [
            "a platform of the stack's own, in place of another stack's",
            { platform },
            access,
            ["platform: platformStack"],
        ],
        [
            "another stack's platform, in place of the stack's own",
            { platformStack: "organization/keyless/base" },
            cluster,
            ["platformStack: platform"],
        ],
        [
            "an existing network and cluster in place of the stack's own",
            { platform: found },
            cluster,
            [
                "platform.network.existing: the keys of a network that the stack creates",
                "platform.cluster.existing: the keys of a cluster that the stack creates",
            ],
        ],
        [
            "a network of the stack's own in place of an existing one",
            { platform },
            existing,
            ["platform.network: existing"],
        ],
        [
            "another existing network",
            {
                platform: {
                    ...found,
                    network: { existing: { ...found.network.existing, vpcId: "vpc-0123456789abcdef1" } },
                },
            },
            existing,
            ["platform.network.existing.vpcId: vpc-0123456789abcdef0"],
        ],
    ] as const) {
        it(`refuse ${what}`, () => {
            assert.deepEqual(refused(config, deployed), expected);
        });
    }

    it("refuse another database of a tenant, which would drop its schema", () => {
        const databases = [{ name: "reports" }];
        const moved = [{ name: "shop", database: "reports" }, { name: "billing" }, { name: "new" }];
        assert.deepEqual(refused({ platform, access: { databases, tenants: moved } }, cluster), [
            "access.tenants[0].database: app",
            "access.tenants[1].database: reports",
        ]);
        const kept = [{ name: "shop" }, { name: "billing", database: "reports" }];
        assert.deepEqual(refused({ platform, access: { databases, tenants: kept } }, cluster), []);
    });

    it("refuse to create the schema of a tenant whose schema exists, and the other way round", () => {
        const deployed = { ...cluster, tenants: [{ name: "shop" }, { name: "old", schemas: ["old"] }] };
        const existing = { model: "existing", actsAs: "api", schemas: ["live"] };
        const now = (one: object, other: object) => ({
            platform,
            access: {
                tenants: [
                    { name: "shop", ...one },
                    { name: "old", ...other },
                ],
            },
        });
        assert.deepEqual(refused(now({}, existing), deployed), []);
        assert.deepEqual(refused(now(existing, {}), deployed), [
            "access.tenants[0].model: split, owner",
            "access.tenants[1].model: existing",
        ]);
    });

    it("refuse to take what the stack created in the cluster for what others created: it would be deleted", () => {
        const place = { namespace: "shop", serviceAccount: "shop" };
        const now = (existing: readonly string[], other: object = {}) => ({
            platform,
            access: { tenants: [{ name: "shop", ...place, ...other, existing }] },
        });
        const deployed = (existing?: readonly string[]) => ({
            ...cluster,
            tenants: [{ name: "shop", database: "app", ...place, existing }],
        });
        const allowed = "access.tenants[0].existing: what others created";
        const both = ["namespace", "serviceAccount"];
        assert.deepEqual(refused(now(both), deployed()), [allowed, allowed]);
        assert.deepEqual(refused(now(both), deployed(["namespace"])), [allowed]);
        assert.deepEqual(refused(now(both, { serviceAccount: "other" }), deployed(["namespace"])), []);
        assert.deepEqual(refused(now(["namespace"]), deployed(both)), []);
        assert.deepEqual(refused(now(both, { namespace: "other" }), deployed()), []);
    });

    for (const [what, platformStack, clusterResourceId, expected] of [
        ["another stack's platform with another database", "organization/keyless/other", "cluster-TWO", [base]],
        ["another stack's platform with the same database", "organization/keyless/other", "cluster-ONE", []],
        ["a new database of the same platform", base, "cluster-TWO", []],
    ] as const) {
        it(`${expected.length > 0 ? "refuse" : "permit"} ${what}, for a stack that gives access`, () => {
            const problems = lastingProblems(parseSettings({ platformStack }), access, { clusterResourceId });
            assert.deepEqual(
                problems.map(({ allowed }) => allowed),
                expected,
            );
        });
    }

    it("say what is deployed, and what to do instead", () => {
        const other = parseSettings({ platform: { ...platform, network: { cidr: "10.40.0.0/16" } } });
        assert.deepEqual(lastingProblems(other, cluster), [
            {
                path: "platform.network.cidr",
                given: "10.40.0.0/16",
                wrong: "the network has 10.20.0.0/16, which AWS cannot change",
                allowed: "10.20.0.0/16",
                fix: "write 10.20.0.0/16; for another one, deploy another stack and move the data",
            },
        ]);
    });
});
