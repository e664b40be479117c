import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { join } from "node:path";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Store } from "../../sandbox/cloud/store";
import { InlineStack } from "../support/inlineStack";

const CLUSTER = "aws:rds/cluster:Cluster";
const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

interface Wish {
    readonly engineVersion?: string;
    readonly description?: string;
    readonly protect?: boolean;
    readonly replica?: boolean;
    readonly subnet?: string;
    readonly extra?: () => void;
}

/** A network, a database and the principals that may reach it. */
function program({
    engineVersion = "16.9",
    description = "the database tier",
    protect = false,
    replica = false,
    subnet,
    extra,
}: Wish = {}) {
    return async () => {
        const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.20.0.0/16" });
        const zones = await aws.getAvailabilityZones({ state: "available" });
        const subnets = zones.names.slice(0, 2).map(
            (availabilityZone, i) =>
                new aws.ec2.Subnet(`data-${i}`, {
                    vpcId: vpc.id,
                    availabilityZone,
                    cidrBlock: i === 0 && subnet !== undefined ? subnet : `10.20.${i}.0/24`,
                }),
        );
        const group = new aws.ec2.SecurityGroup("db", { vpcId: vpc.id, description });
        const app = new aws.ec2.SecurityGroup("app", { vpcId: vpc.id, description: "the app tier" });
        new aws.vpc.SecurityGroupIngressRule("db-from-app", {
            ...{
                securityGroupId: group.id,
                referencedSecurityGroupId: app.id,
                ipProtocol: "tcp",
                fromPort: 5432,
                toPort: 5432,
            },
        });
        const subnetGroup = new aws.rds.SubnetGroup("db", { subnetIds: subnets.map(({ id }) => id) });
        const cluster = new aws.rds.Cluster("db", {
            ...{
                engine: "aurora-postgresql",
                engineVersion,
                applyImmediately: true,
                databaseName: "app",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            },
            ...{
                dbSubnetGroupName: subnetGroup.name,
                vpcSecurityGroupIds: [group.id],
                skipFinalSnapshot: true,
                deletionProtection: protect,
            },
        });
        new aws.rds.ClusterInstance("db-0", {
            clusterIdentifier: cluster.id,
            engine: "aurora-postgresql",
            instanceClass: "db.r7g.large",
        });
        const role = new aws.iam.Role("app", {
            assumeRolePolicy: {
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
            },
        });
        const arn = pulumi.interpolate`arn:aws:rds-db:${cluster.region}:${vpc.ownerId}:dbuser:${cluster.clusterResourceId}/app`;
        new aws.iam.RolePolicy("connect", {
            role,
            policy: pulumi.jsonStringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: arn }],
            }),
        });
        if (replica) {
            const elsewhere = new aws.Provider("ireland", { region: "eu-west-1" });
            const far = new aws.ec2.Vpc("far", { cidrBlock: "10.30.0.0/16" }, { provider: elsewhere });
            new aws.cloudwatch.LogGroup("far", { name: "/far", region: "us-east-1" }, { provider: elsewhere });
            return { arn, endpoint: cluster.endpoint, cluster: cluster.id, far: far.arn };
        }
        extra?.();
        return { arn, endpoint: cluster.endpoint, cluster: cluster.id };
    };
}

describe("the aws stand-in under the real engine", () => {
    let stack: InlineStack;
    let store: Store;
    let outputs: Record<string, unknown>;

    before(async () => {
        stack = await InlineStack.create();
        store = new Store(join(stack.stateDir, "cloud"));
    });

    after(() => stack.remove());

    const refused = (wish: Wish, message: RegExp) =>
        rejects(stack.up(program(wish)), (error: Error) => message.test(error.message.replace(/\s+/g, " ")));

    it("previews unknown values and creates nothing", async () => {
        deepEqual(await stack.preview(program()), { create: 12 });
        deepEqual(store.list(CLUSTER), []);
    });

    it("makes it", async () => {
        const outcome = await stack.up(program());
        deepEqual(outcome.changes, { create: 12 });
        outputs = outcome.outputs;
        match(String(outputs["arn"]), /^arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-[A-Z0-9]{26}\/app$/);
    });

    it("changes nothing in a second run, with or without a refresh", async () => {
        deepEqual((await stack.up(program(), true)).changes, { same: 12 });
    });

    it("updates in place where AWS can, and keeps ids and endpoint", async () => {
        const outcome = await stack.up(program({ engineVersion: "16.10" }));
        deepEqual(outcome.changes, { same: 11, update: 1 });
        deepEqual(outcome.outputs, outputs);
        equal(store.list(CLUSTER)[0]?.state["engineVersionActual"], "16.10");
    });

    it("replaces resources that cannot be updated, and their dependents", async () => {
        const [before] = store.list(RULE);
        deepEqual((await stack.up(program({ engineVersion: "16.10", description: "databases" }))).changes, {
            replace: 2,
            same: 9,
            update: 1,
        });
        const [after] = store.list(RULE);
        ok(before !== undefined && after !== undefined && before.id !== after.id);
    });

    it("recreates resources that were deleted outside the program", async () => {
        store.remove(RULE, store.list(RULE)[0]?.id ?? "");
        const settled = program({ engineVersion: "16.10", description: "databases" });
        deepEqual((await stack.up(settled, true)).changes, { create: 1, same: 11 });
        equal(store.list(RULE).length, 1);
    });

    it("works in several regions at once", async () => {
        const settled = { engineVersion: "16.10", description: "databases" };
        const outcome = await stack.up(program({ ...settled, replica: true }));
        deepEqual(outcome.changes, { create: 3, same: 12 });
        match(String(outcome.outputs["far"]), /^arn:aws:ec2:eu-west-1:111122223333:vpc\/vpc-0[0-9a-f]{16}$/);
        deepEqual(
            store.list("aws:cloudwatch/logGroup:LogGroup").map(({ region, id }) => [region, id]),
            [["us-east-1", "/far"]],
        );
        deepEqual((await stack.up(program(settled))).changes, { delete: 3, same: 12 });
    });

    it("refuses detectably invalid arguments in the preview", async () => {
        await rejects(
            stack.preview(
                program({ extra: () => new aws.ec2.SecurityGroup("bad", { vpcId: "vpc-0123456789abcdef0" }) }),
            ),
            /InvalidVpcID\.NotFound: The vpc ID 'vpc-0123456789abcdef0' does not exist/,
        );
    });

    it("refuses a document that IAM would refuse, and creates nothing from it", async () => {
        const document = JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Action: "rds-db:connect" }],
        });
        await refused(
            { extra: () => new aws.iam.Policy("bad", { policy: document }) },
            /property policy value .* has a problem: MalformedPolicyDocument: Policy statement must contain resources\./,
        );
        deepEqual(store.list("aws:iam/policy:Policy"), []);
    });

    it("refuses unknown types and arguments", async () => {
        await refused(
            { extra: () => void new aws.sqs.Queue("bad") },
            /does not support the resource type aws:sqs\/queue:Queue/,
        );
        const args: pulumi.Inputs = { cidrBlock: "10.40.0.0/16", colour: "red" };
        class Odd extends pulumi.CustomResource {}
        await refused({ extra: () => new Odd("aws:ec2/vpc:Vpc", "bad", args) }, /colour .*Invalid or unknown key/);
    });

    it("refuses to delete a protected cluster until the protection is removed", async () => {
        const settled = { engineVersion: "16.10", description: "databases" };
        await stack.up(program({ ...settled, protect: true }));
        await rejects(
            stack.destroy(program()),
            /InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again\./,
        );
        equal(store.list(CLUSTER).length, 1);
        await stack.up(program(settled));
        await stack.destroy(program());
        deepEqual(
            ["aws:ec2/vpc:Vpc", "aws:ec2/securityGroup:SecurityGroup", "aws:iam/role:Role", CLUSTER].flatMap((type) =>
                store.list(type),
            ),
            [],
        );
    });
});
