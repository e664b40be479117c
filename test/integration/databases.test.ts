import assert from "node:assert/strict";
import { mock } from "node:test";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Aurora, type AuroraArgs } from "../../components/database/aurora";
import { RdsInstance } from "../../components/database/rdsInstance";
import { Developers, type DeveloperEntry } from "../../components/security/developers";
import { Store } from "../../sandbox/cloud/store";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import { CLUSTER_PARAMETER_GROUP, DB_CLUSTER, DB_CLUSTER_SNAPSHOT, KEY } from "../../sandbox/cloud/aws/tokens";
import { runMaintenance } from "../../sandbox/providers/aws/maintenance";
import { runDue } from "../../sandbox/providers/aws/scheduler/clock";
import { InlineStack } from "../support/inlineStack";

const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

/** A network with two isolated subnets. */
function network() {
    const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
    const subnetIds = ["a", "b"].map(
        (zone, index) =>
            new aws.ec2.Subnet(zone, {
                vpcId: vpc.id,
                cidrBlock: `10.0.${index}.0/24`,
                availabilityZone: `eu-central-1${zone}`,
            }).id,
    );
    const group = new aws.ec2.SecurityGroup("group", { vpcId: vpc.id, description: "database" });
    return { subnetIds, securityGroupIds: [group.id], groupId: group.id };
}

describe("an Aurora cluster that was created under the component's former type token", () => {
    let stack: InlineStack;

    before(async () => {
        stack = await InlineStack.inProcess();
    });

    after(() => stack.remove());

    /** The component's cluster when it supported only PostgreSQL; the provider chose its name. */
    class AuroraPostgres extends pulumi.ComponentResource {
        constructor(name: string, { subnetIds, securityGroupIds }: ReturnType<typeof network>) {
            super("keyless:database:AuroraPostgres", name);
            const parent = { parent: this };
            const key = new aws.kms.Key(name, { enableKeyRotation: true }, parent);
            const subnets = new aws.rds.SubnetGroup(
                name,
                { description: `isolated subnets of ${name}`, subnetIds },
                parent,
            );
            const group = new aws.rds.ClusterParameterGroup(
                name,
                { family: "aurora-postgresql16", description: `parameters of ${name}` },
                parent,
            );
            const cluster = new aws.rds.Cluster(
                name,
                {
                    engine: "aurora-postgresql",
                    engineMode: "provisioned",
                    engineVersion: "16.9",
                    databaseName: "app",
                    masterUsername: "keyless_master",
                    manageMasterUserPassword: true,
                    masterUserSecretKmsKeyId: key.arn,
                    storageEncrypted: true,
                    kmsKeyId: key.arn,
                    dbSubnetGroupName: subnets.name,
                    vpcSecurityGroupIds: securityGroupIds,
                    dbClusterParameterGroupName: group.name,
                    serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
                    skipFinalSnapshot: true,
                },
                parent,
            );
            new aws.rds.ClusterInstance(
                `${name}-0`,
                { clusterIdentifier: cluster.id, engine: "aurora-postgresql", instanceClass: "db.serverless" },
                parent,
            );
        }
    }

    it("is kept, with its key and its data", async () => {
        await stack.up(async () => void new AuroraPostgres("db", network()));
        const store = new Store(`${stack.stateDir}/cloud`);
        const before = store
            .list("aws:rds/cluster:Cluster")
            .map(({ state }) => [state["clusterResourceId"], state["kmsKeyId"]]);
        const { changes } = await stack.up(async () => {
            new Aurora("db", { ...network(), engineVersion: "16.9", databaseName: "app", readers: 0, protect: false });
        });
        assert.deepEqual(
            store.list("aws:rds/cluster:Cluster").map(({ state }) => [state["clusterResourceId"], state["kmsKeyId"]]),
            before,
        );
        assert.deepEqual([changes.create, changes.delete, changes.replace], [undefined, undefined, undefined]);
    });
});

describe("an Aurora cluster from its first day to its last", () => {
    let stack: InlineStack;

    before(async () => {
        stack = await InlineStack.inProcess();
    });

    after(() => stack.remove());

    const program = (args: Partial<AuroraArgs>) => async () => {
        const { subnetIds, securityGroupIds } = network();
        new Aurora("db", {
            ...{ subnetIds, securityGroupIds, engineVersion: "16", databaseName: "app", readers: 0 },
            ...args,
        });
    };
    const store = () => new Store(`${stack.stateDir}/cloud`);
    const clusters = (...names: string[]) =>
        store()
            .list(DB_CLUSTER)
            .map(({ state }) => names.map((name) => state[name]));
    const groups = () =>
        store()
            .list(CLUSTER_PARAMETER_GROUP)
            .map(({ state }) => state["family"]);

    it("settles after AWS raised its minor version, moves to another major one when allowed, and leaves a snapshot", async () => {
        await assert.rejects(
            stack.preview(program({ engineVersion: "16.20" })),
            /RDS does not offer aurora-postgresql 16\.20 for new databases here; it offers 16\.11, 16\.13, 16\.14/,
        );
        await stack.up(program({}));
        runMaintenance(new Cloud(store(), "eu-central-1"));
        assert.deepEqual(clusters("engineVersionActual"), [["16.14"]]);
        const { same, ...changes } = await stack.preview(program({}));
        assert.ok(same !== undefined && same > 0);
        assert.deepEqual(changes, {});
        await stack.up(program({ backupDays: 14, instanceClass: "db.r7g.large" }), true);
        assert.deepEqual(clusters("engineVersionActual", "serverlessv2ScalingConfiguration"), [
            ["16.14", { minCapacity: 0.5, maxCapacity: 4 }],
        ]);
        await assert.rejects(
            stack.preview(program({ engineVersion: "17" })),
            /platform\.database\.engineVersion: 16\.14 to 17 is a major upgrade: /,
        );
        await assert.rejects(
            stack.preview(program({ engineVersion: "16.15", replicated: true })),
            /engineVersion: 16\.15 cannot be set here while there is a copy in another region/,
        );
        await stack.up(program({ engineVersion: "17.5", allowMajorVersionUpgrade: true, protect: false }));
        assert.deepEqual([clusters("engineVersionActual"), groups()], [[["17.5"]], ["aurora-postgresql17"]]);
        const keys = clusters("kmsKeyId");
        await stack.destroy(program({ engineVersion: "17.5", protect: false }));
        const left = store()
            .list(DB_CLUSTER_SNAPSHOT)
            .map(({ state }) => [state["kmsKeyId"]]);
        assert.deepEqual([clusters(), left], [[], keys]);
        assert.deepEqual(
            store()
                .list(KEY)
                .map(({ state }) => [state["arn"]]),
            keys,
        );
    });
});

describe("an RDS instance", () => {
    let stack: InlineStack;

    before(async () => {
        stack = await InlineStack.inProcess();
    });

    after(() => stack.remove());

    it("gets more storage, and is refused less, which RDS cannot take away", async () => {
        const program = (storage: number) => async () => {
            new RdsInstance("db", { ...network(), engineVersion: "16", databaseName: "app", storage });
        };
        await stack.up(program(20));
        await stack.up(program(40));
        await assert.rejects(
            stack.preview(program(30)),
            /platform\.database\.storage: RDS cannot take away storage: the database was given 40 GiB; write 40/,
        );
    });
});

describe("a developer's access in the sandbox", () => {
    let stack: InlineStack;

    before(async () => {
        stack = await InlineStack.inProcess();
    });

    after(() => stack.remove());
    afterEach(() => mock.restoreAll());

    const run = (...entries: DeveloperEntry[]) =>
        stack.up(async () => {
            const { entries: developers } = new Developers("dev", {
                entries,
                securityGroupId: network().groupId,
                port: 5432,
                routedCidrs: [],
                output: "developers",
            });
            return { developers };
        });
    const rules = () => new Store(`${stack.stateDir}/cloud`).list(RULE).map(({ state }) => state["cidrIpv4"]);
    const HOUR = 3_600_000;

    it("ends by itself; the next run deletes its resources, and the one after that changes nothing", async () => {
        const now = Date.now.bind(Date);
        // A schedule has no part of a second.
        const until = new Date(Math.ceil(now() / 1000) * 1000 + HOUR);
        const jane: DeveloperEntry = { cidr: "10.8.0.7/32", owner: "jane", until: until.toISOString() };
        const { outputs } = await run(jane);
        assert.deepEqual([outputs["developers"], rules()], [[jane], ["10.8.0.7/32"]]);
        // What AWS does on time, the sandbox does on access, without this stack's program.
        const cloud = new Cloud(new Store(`${stack.stateDir}/cloud`), "eu-central-1");
        runDue(cloud, new Date(until.getTime() - 1));
        assert.deepEqual(rules(), ["10.8.0.7/32"]);
        runDue(cloud, until);
        assert.deepEqual(rules(), []);
        // The program runs in this process, whose clock is an hour ahead from here.
        mock.method(Date, "now", () => now() + HOUR);
        const { changes, outputs: later } = await run(jane);
        // The rule, its schedule, and the group, the role and the policy that no other entry needs.
        assert.deepEqual([changes.delete, changes.create, later["developers"]], [5, undefined, [jane]]);
        const { changes: again } = await run(jane);
        assert.deepEqual([again.delete, again.create, again.update], [undefined, undefined, undefined]);
    });

    it("is refused if its end precedes its start", async () => {
        const john: DeveloperEntry = { cidr: "10.8.0.8/32", owner: "john", until: "2020-01-31T18:00:00Z" };
        await assert.rejects(
            run(john),
            /the end is in the past, and the address was never let in: 10\.8\.0\.8\/32 of john until 2020-01-31T18:00:00Z/,
        );
        assert.deepEqual(rules(), []);
    });
});
