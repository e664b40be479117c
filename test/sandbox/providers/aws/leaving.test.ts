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

        it("includes implicit objects", async () => {
            const made = await stage.create(tokens.VPC, { cidrBlock: "10.50.0.0/16" });
            const group = must(made.state, "defaultSecurityGroupId");
            equal(stage.store.get(tokens.SECURITY_GROUP, group)?.state["name"], "default");
            await stage.remove(tokens.VPC, made);
            equal(stage.store.get(tokens.SECURITY_GROUP, group), undefined);
        });
    });

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
