import { deepEqual, equal, match } from "node:assert/strict";

import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import { Stage, context, refusal } from "./stage";
import type { World } from "./world";
import { allow, furnish, trust } from "./world";

describe("an AWS resource at the end of its lifecycle", () => {
    let original: Stage;
    let stage: Stage;
    let world: World;

    before(async () => {
        original = await Stage.open();
        world = await furnish(original);
    });

    beforeEach(async () => {
        stage = await original.copy();
    });

    describe("deletion", () => {
        const refused: [string, string, (id: string) => string][] = [
            [tokens.VPC, "vpc", (id) => `DependencyViolation: The vpc '${id}' has dependencies and cannot be deleted.`],
            [
                tokens.SUBNET,
                "subnetA",
                (id) => `DependencyViolation: The subnet '${id}' has dependencies and cannot be deleted.`,
            ],
            [tokens.SECURITY_GROUP, "group", (id) => `DependencyViolation: resource ${id} has a dependent object`],
        ];
        for (const [type, name, message] of refused) {
            it(`of ${type} is refused while another resource uses it`, async () => {
                const id = world[name] ?? "";
                equal(
                    await refusal(stage.remove(type, { id, state: stage.store.get(type, id)?.state ?? {} })),
                    message(id),
                );
            });
        }

        it("of a role is refused while it has attached or inline policies, unless it is forced", async () => {
            const made = await stage.create(tokens.ROLE, { assumeRolePolicy: trust("ec2.amazonaws.com") });
            const attachment = await stage.create(tokens.ROLE_POLICY_ATTACHMENT, {
                role: made.id,
                policyArn: world["policy"] ?? "",
            });
            equal(
                await refusal(stage.remove(tokens.ROLE, made)),
                "DeleteConflict: Cannot delete entity, must detach all policies first.",
            );
            const policy = { id: world["policy"] ?? "", state: {} };
            equal(
                await refusal(stage.remove(tokens.POLICY, policy)),
                "DeleteConflict: Cannot delete a policy attached to entities.",
            );
            await stage.remove(tokens.ROLE_POLICY_ATTACHMENT, attachment);
            await stage.create(tokens.ROLE_POLICY, { role: made.id, policy: allow("s3:GetObject") });
            equal(
                await refusal(stage.remove(tokens.ROLE, made)),
                "DeleteConflict: Cannot delete entity, must delete policies first.",
            );
            const { state } = await stage.change(tokens.ROLE, made, { ...made.inputs, forceDetachPolicies: true });
            await stage.remove(tokens.ROLE, { id: made.id, state });
            equal(stage.store.get(tokens.ROLE, made.id), undefined);
        });

        it("of a cluster is refused while it is protected, has instances, or would leave no final snapshot", async () => {
            const base = {
                clusterIdentifier: "c",
                engine: "aurora-postgresql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            };
            const made = await stage.create(tokens.DB_CLUSTER, { ...base, deletionProtection: true });
            const instance = await stage.create(tokens.DB_CLUSTER_INSTANCE, {
                identifier: "i",
                clusterIdentifier: "c",
                engine: "aurora-postgresql",
                instanceClass: "db.r7g.large",
            });
            deepEqual(stage.store.get(tokens.DB_CLUSTER, "c")?.state["clusterMembers"], ["i"]);
            const remove = () =>
                stage.remove(tokens.DB_CLUSTER, {
                    id: "c",
                    state: stage.store.get(tokens.DB_CLUSTER, "c")?.state ?? {},
                });
            equal(
                await refusal(remove()),
                "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
            );
            await stage.change(tokens.DB_CLUSTER, made, { ...base, deletionProtection: false });
            equal(
                await refusal(remove()),
                "RDS Cluster final_snapshot_identifier is required when skip_final_snapshot is false",
            );
            await stage.change(tokens.DB_CLUSTER, made, { ...base, finalSnapshotIdentifier: "last" });
            equal(
                await refusal(remove()),
                "InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
            );
            await stage.remove(tokens.DB_CLUSTER_INSTANCE, instance);
            await remove();
            await stage.create(tokens.DB_CLUSTER, { ...base, finalSnapshotIdentifier: "last" });
            match(await refusal(remove()), /^DBClusterSnapshotAlreadyExistsFault: .* identifier last already exists/);
        });

        it("of a security group is refused while nodes have it, which only their launch template says", async () => {
            const group = await stage.create(tokens.SECURITY_GROUP, { vpcId: world["vpc"] ?? "", name: "nodes" });
            const nodes = await nodesWith(group.id);
            equal(
                await refusal(stage.remove(tokens.SECURITY_GROUP, group)),
                `DependencyViolation: resource ${group.id} has a dependent object`,
            );
            await stage.remove(tokens.NODE_GROUP, nodes);
            await stage.remove(tokens.SECURITY_GROUP, group);
        });

        it("of nodes whose role has lost its policies leaves their interfaces, which hold group and subnet", async () => {
            const group = await stage.create(tokens.SECURITY_GROUP, { vpcId: world["vpc"] ?? "", name: "nodes" });
            const nodes = await nodesWith(group.id);
            for (const { id, state } of stage.store.list(tokens.ROLE_POLICY_ATTACHMENT)) {
                await stage.remove(tokens.ROLE_POLICY_ATTACHMENT, { id, state });
            }
            await stage.remove(tokens.NODE_GROUP, nodes);
            equal(
                await refusal(stage.remove(tokens.SECURITY_GROUP, group)),
                `DependencyViolation: resource ${group.id} has a dependent object`,
            );
        });

        it("of an EKS cluster leaves its security group while another group's rule names it", async () => {
            const id = world["kubernetes"] ?? "";
            const { state = {} } = stage.store.get(tokens.EKS_CLUSTER, id) ?? {};
            await stage.create(tokens.ROLE_POLICY_ATTACHMENT, {
                role: "eks",
                policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
            });
            const group = must(state, "vpcConfig.clusterSecurityGroupId");
            const rule = { securityGroupId: world["group"] ?? "", referencedSecurityGroupId: group, ipProtocol: "-1" };
            const keeper = await stage.copy();
            await stage.create(tokens.EGRESS_RULE, rule);
            await stage.remove(tokens.EKS_CLUSTER, { id, state });
            await keeper.remove(tokens.EKS_CLUSTER, { id, state });
            deepEqual(
                [stage, keeper].map(({ store }) => store.get(tokens.SECURITY_GROUP, group) !== undefined),
                [true, false],
            );
        });

        it("of a log group is undone by a service that still writes to it", async () => {
            const { state = {} } = stage.store.get(tokens.EKS_CLUSTER, world["kubernetes"] ?? "") ?? {};
            const name = `/aws/eks/${world["kubernetes"] ?? ""}/cluster`;
            const made = await stage.create(tokens.LOG_GROUP, { name, retentionInDays: 30 });
            await stage.remove(tokens.LOG_GROUP, made);
            equal(stage.store.get(tokens.LOG_GROUP, name), undefined);
            const again = await stage.create(tokens.LOG_GROUP, { name, retentionInDays: 30 });
            const cluster = stage.store.get(tokens.EKS_CLUSTER, world["kubernetes"] ?? "") ?? never();
            stage.store.put({ ...cluster, state: { ...state, enabledClusterLogTypes: ["audit"] } });
            await stage.remove(tokens.LOG_GROUP, again);
            equal(stage.store.get(tokens.LOG_GROUP, name)?.state["retentionInDays"], 0);
        });

        it("of a bucket is refused once a trail has written to it, unless it is forced", async () => {
            const bucket = stage.store.get(tokens.BUCKET, world["bucket"] ?? "") ?? never();
            const trail = await stage.create(tokens.TRAIL, { name: "all", s3BucketName: bucket.id });
            await stage.remove(tokens.TRAIL, trail);
            match(await refusal(stage.remove(tokens.BUCKET, bucket)), /^BucketNotEmpty: /);
            stage.store.put({ ...bucket, state: { ...bucket.state, forceDestroy: true } });
            await stage.remove(tokens.BUCKET, bucket);
            equal(stage.store.get(tokens.BUCKET, bucket.id), undefined);
        });

        it("of a member of a global database is refused, unless the provider knows of the membership and ends it", async () => {
            const base = {
                clusterIdentifier: "c",
                engine: "aurora-postgresql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                masterPassword: "0123456789",
                skipFinalSnapshot: true,
            };
            const made = await stage.create(tokens.DB_CLUSTER, base);
            await stage.create(tokens.GLOBAL_CLUSTER, {
                globalClusterIdentifier: "all",
                sourceDbClusterIdentifier: must(made.state, "arn"),
                forceDestroy: true,
            });
            match(
                await refusal(stage.remove(tokens.DB_CLUSTER, made)),
                /^InvalidDBClusterStateFault: This cluster is a part/,
            );
            const read = stage.store.get(tokens.DB_CLUSTER, "c") ?? never();
            await stage.remove(tokens.DB_CLUSTER, read);
            equal(stage.store.get(tokens.DB_CLUSTER, "c"), undefined);
        });

        it("of a subnet from a DB subnet group is refused while an instance is in it", async () => {
            const cluster = {
                clusterIdentifier: "c",
                engine: "aurora-postgresql",
                dbSubnetGroupName: "both",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            };
            const [subnetA = "", subnetB = ""] = [world["subnetA"], world["subnetB"]];
            const third = await stage.create(tokens.SUBNET, {
                vpcId: world["vpc"] ?? "",
                cidrBlock: "10.20.7.0/24",
                availabilityZone: "eu-central-1c",
            });
            const both = { name: "both", subnetIds: [subnetA, subnetB, third.id] };
            const group = await stage.create(tokens.DB_SUBNET_GROUP, both);
            await stage.create(tokens.DB_CLUSTER, cluster);
            const member = { clusterIdentifier: "c", engine: "aurora-postgresql", instanceClass: "db.r7g.large" };
            const instances: { identifier: string; made: Awaited<ReturnType<Stage["create"]>> }[] = [];
            for (const identifier of ["i0", "i1", "i2"]) {
                instances.push({
                    identifier,
                    made: await stage.create(tokens.DB_CLUSTER_INSTANCE, { ...member, identifier }),
                });
            }
            deepEqual(
                instances.map(({ made }) => made.state["availabilityZone"]),
                ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
            );
            const shrink = () =>
                stage.change(tokens.DB_SUBNET_GROUP, group, { ...both, subnetIds: [subnetA, subnetB] });
            equal(
                await refusal(shrink()),
                `InvalidParameterValue: Some of the subnets to be deleted are currently in use: ${third.id}`,
            );
            await stage.remove(tokens.DB_CLUSTER_INSTANCE, instances[2]?.made ?? never());
            deepEqual((await shrink()).changed, ["subnetIds"]);
        });

        it("includes implicit objects", async () => {
            const made = await stage.create(tokens.VPC, { cidrBlock: "10.50.0.0/16" });
            const group = must(made.state, "defaultSecurityGroupId");
            equal(stage.store.get(tokens.SECURITY_GROUP, group)?.state["name"], "default");
            await stage.remove(tokens.VPC, made);
            equal(stage.store.get(tokens.SECURITY_GROUP, group), undefined);
        });
    });

    /** Nodes with a security group, whose role has the policies that EKS needs. */
    async function nodesWith(group: string) {
        for (const policy of ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"]) {
            await stage.create(tokens.ROLE_POLICY_ATTACHMENT, {
                role: "service",
                policyArn: `arn:aws:iam::aws:policy/${policy}`,
            });
        }
        const template = await stage.create(tokens.LAUNCH_TEMPLATE, { name: "others", vpcSecurityGroupIds: [group] });
        return stage.create(tokens.NODE_GROUP, {
            clusterName: world["kubernetes"] ?? "",
            nodeGroupName: "nodes",
            nodeRoleArn: world["roleArn"] ?? "",
            subnetIds: [world["subnetA"] ?? ""],
            scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 1 },
            launchTemplate: { id: template.id, version: "1" },
        });
    }

    describe("drift", () => {
        it("detects that an object was deleted", async () => {
            const made = await stage.create(tokens.LOG_GROUP, { name: "a" });
            stage.store.remove(tokens.LOG_GROUP, "a");
            equal(
                await stage.kind(tokens.LOG_GROUP).read("a", made.state, made.inputs, context(tokens.LOG_GROUP, "x")),
                undefined,
            );
        });

        it("detects that an object was changed outside Pulumi", async () => {
            const made = await stage.create(tokens.LOG_GROUP, { name: "a", retentionInDays: 30 });
            const object = stage.store.get(tokens.LOG_GROUP, "a");
            stage.store.put({ ...(object ?? never()), state: { ...object?.state, retentionInDays: 1 } });
            const current = await stage
                .kind(tokens.LOG_GROUP)
                .read("a", made.state, made.inputs, context(tokens.LOG_GROUP, "x"));
            equal(current?.inputs["retentionInDays"], 1);
            deepEqual(
                (await stage.kind(tokens.LOG_GROUP).diff("a", current?.state ?? {}, current?.inputs ?? {}, made.inputs))
                    .changed,
                ["retentionInDays"],
            );
        });

        it("detects that a rule was deleted with its group", async () => {
            const rule = await stage.create(tokens.INGRESS_RULE, {
                securityGroupId: world["group"] ?? "",
                ipProtocol: "-1",
                cidrIpv4: "10.0.0.0/8",
            });
            stage.store.remove(tokens.SECURITY_GROUP, world["group"] ?? "");
            equal(
                await stage
                    .kind(tokens.INGRESS_RULE)
                    .read(rule.id, rule.state, rule.inputs, context(tokens.INGRESS_RULE, "x")),
                undefined,
            );
        });

        it("makes an update fail if the object was deleted", async () => {
            const made = await stage.create(tokens.LOG_GROUP, { name: "a" });
            stage.store.remove(tokens.LOG_GROUP, "a");
            equal(
                await refusal(stage.change(tokens.LOG_GROUP, made, { name: "a", retentionInDays: 1 })),
                "ResourceNotFoundException: The specified log group does not exist: a",
            );
        });
    });
});

function never(): never {
    throw new Error("the object must exist");
}
