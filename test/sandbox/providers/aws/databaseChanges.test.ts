import { deepEqual, equal } from "node:assert/strict";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import type { Props } from "../../../../sandbox/cloud/props";
import { invoke } from "../../../../sandbox/providers/aws/functions";
import { runMaintenance } from "../../../../sandbox/providers/aws/maintenance";
import { Stage, context, refusal } from "./stage";
import { furnish, type World } from "./world";

const master = { masterUsername: "root1", manageMasterUserPassword: true };
const cluster = { clusterIdentifier: "orders", engine: "aurora-postgresql", dbSubnetGroupName: "db", ...master };
const instance = {
    ...{ identifier: "orders", engine: "postgres", instanceClass: "db.t4g.micro", allocatedStorage: 20 },
    ...{ username: "root1", manageMasterUserPassword: true, dbSubnetGroupName: "db", skipFinalSnapshot: true },
};

describe("a database that runs in the RDS stand-in", () => {
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

    const maintain = () => runMaintenance(new Cloud(stage.store, "eu-central-1"));
    const stateOf = (type: string, id: string): Props => stage.store.get(type, id)?.state ?? {};
    /** What the engine knows after a refresh. */
    const refreshed = async (type: string, { id, state, inputs }: { id: string; state: Props; inputs: Props }) => {
        const current = await stage.kind(type).read(id, state, inputs, context(type, "x"));
        return { id, state: current?.state ?? {}, inputs: current?.inputs ?? {} };
    };

    describe("and whose version AWS raises", () => {
        it("is a cluster of a major version alone: every later change sends that again, and is refused", async () => {
            const made = await stage.create(tokens.DB_CLUSTER, { ...cluster, engineVersion: "16" });
            equal(made.state["engineVersionActual"], "16.11");
            maintain();
            const { engineVersion, engineVersionActual } = stateOf(tokens.DB_CLUSTER, "orders");
            deepEqual([engineVersion, engineVersionActual], ["16", "16.14"]);
            for (const known of [made, await refreshed(tokens.DB_CLUSTER, made)]) {
                equal(
                    await refusal(
                        stage.change(tokens.DB_CLUSTER, known, { ...known.inputs, backupRetentionPeriod: 14 }),
                    ),
                    "InvalidParameterCombination: Cannot upgrade aurora-postgresql from 16.14 to 16.11",
                );
            }
        });

        it("is a cluster of a full version: no later change sends it, refreshed or not", async () => {
            const made = await stage.create(tokens.DB_CLUSTER, { ...cluster, engineVersion: "16.10" });
            maintain();
            const changed = await stage.change(tokens.DB_CLUSTER, made, { ...made.inputs, backupRetentionPeriod: 14 });
            equal(changed.state["engineVersionActual"], "16.14");
            const current = await refreshed(tokens.DB_CLUSTER, made);
            equal(current.inputs["engineVersion"], "16.14");
            const again = { ...current.inputs, backupRetentionPeriod: 21 };
            equal((await stage.change(tokens.DB_CLUSTER, current, again)).state["engineVersionActual"], "16.14");
        });

        it("is an instance, whose version is sent when it changes only", async () => {
            const made = await stage.create(tokens.DB_INSTANCE, { ...instance, engineVersion: "17" });
            maintain();
            const changed = await stage.change(tokens.DB_INSTANCE, made, { ...made.inputs, multiAz: true });
            equal(changed.state["engineVersionActual"], "17.9");
        });
    });

    describe("and is changed without applyImmediately", () => {
        const larger = {
            instanceClass: "db.t4g.small",
            multiAz: true,
            engineVersion: "16.11",
            autoMinorVersionUpgrade: false,
        };

        it("keeps its class until the maintenance window, and the change is a difference until then", async () => {
            const made = await stage.create(tokens.DB_INSTANCE, { ...instance, engineVersion: "16.9" });
            const news = { ...made.inputs, ...larger, backupRetentionPeriod: 7 };
            const { state } = await stage.change(tokens.DB_INSTANCE, made, news);
            deepEqual(
                ["instanceClass", "multiAz", "engineVersion", "engineVersionActual", "backupRetentionPeriod"].map(
                    (name) => state[name],
                ),
                ["db.t4g.micro", false, "16.11", "16.9", 7],
            );
            const applied = { id: made.id, state, inputs: news };
            deepEqual((await stage.change(tokens.DB_INSTANCE, applied, news)).changed, ["instanceClass", "multiAz"]);
            maintain();
            const current = await refreshed(tokens.DB_INSTANCE, applied);
            deepEqual((await stage.change(tokens.DB_INSTANCE, current, news)).changed, []);
            equal(current.state["engineVersionActual"], "16.11");
        });

        it("is changed at once with it", async () => {
            const made = await stage.create(tokens.DB_INSTANCE, { ...instance, engineVersion: "16.9" });
            const news = { ...made.inputs, ...larger, applyImmediately: true };
            const { state } = await stage.change(tokens.DB_INSTANCE, made, news);
            deepEqual([state["instanceClass"], state["engineVersionActual"]], ["db.t4g.small", "16.11"]);
            deepEqual((await stage.change(tokens.DB_INSTANCE, { id: made.id, state, inputs: news }, news)).changed, []);
        });
    });

    it("moves to another major version and its parameter group in one request, its instances and default groups too", async () => {
        const base = { ...cluster, engineVersion: "16.9", applyImmediately: true };
        const made = await stage.create(tokens.DB_CLUSTER, { ...base, dbClusterParameterGroupName: "pg16" });
        const member = { identifier: "orders-0", clusterIdentifier: "orders", engine: "aurora-postgresql" };
        await stage.create(tokens.DB_CLUSTER_INSTANCE, { ...member, instanceClass: "db.r7g.large" });
        await stage.create(tokens.CLUSTER_PARAMETER_GROUP, { name: "pg17", family: "aurora-postgresql17" });
        const upgraded = { ...made.inputs, engineVersion: "17.5", allowMajorVersionUpgrade: true };
        equal(
            await refusal(stage.change(tokens.DB_CLUSTER, made, upgraded)),
            "dbClusterParameterGroupName: InvalidParameterCombination: The Parameter Group pg16 with DBParameterGroupFamily aurora-postgresql16 cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily aurora-postgresql17",
        );
        const both = { ...upgraded, dbClusterParameterGroupName: "pg17" };
        equal((await stage.change(tokens.DB_CLUSTER, made, both)).state["engineVersionActual"], "17.5");
        equal(stateOf(tokens.DB_CLUSTER_INSTANCE, "orders-0")["engineVersionActual"], "17.5");
        const plain = await stage.create(tokens.DB_INSTANCE, { ...instance, engineVersion: "16.9" });
        const later = {
            ...plain.inputs,
            engineVersion: "17.8",
            allowMajorVersionUpgrade: true,
            applyImmediately: true,
        };
        const { state } = await stage.change(tokens.DB_INSTANCE, plain, later);
        deepEqual(
            [state["parameterGroupName"], state["optionGroupName"]],
            ["default.postgres17", "default:postgres-17"],
        );
    });

    it("keeps a parameter that is the family's default as pending-reboot, and immediate is a difference for ever", async () => {
        const force = (applyMethod: string) => ({ parameters: [{ name: "rds.force_ssl", value: "1", applyMethod }] });
        for (const [family, type, differs] of [
            ["postgres16", tokens.PARAMETER_GROUP, ["parameters"]],
            ["aurora-postgresql17", tokens.CLUSTER_PARAMETER_GROUP, ["parameters"]],
            ["aurora-postgresql16", tokens.CLUSTER_PARAMETER_GROUP, []],
        ] as const) {
            const made = await stage.create(type, { name: `g-${family}`, family, ...force("immediate") });
            const { changed, state } = await stage.change(type, made, made.inputs);
            deepEqual([family, changed], [family, differs]);
            const again = { id: made.id, state, inputs: made.inputs };
            deepEqual((await stage.change(type, again, made.inputs)).changed, differs);
            const settled = { ...made.inputs, ...force(differs.length > 0 ? "pending-reboot" : "immediate") };
            deepEqual((await stage.change(type, { id: made.id, state, inputs: settled }, settled)).changed, []);
        }
    });

    it("keeps its Serverless v2 capacity without the block, with the minimum of 0 that the provider sends", async () => {
        const capacity = { serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 } };
        const made = await stage.create(tokens.DB_CLUSTER, { ...cluster, ...capacity, engineVersion: "16.9" });
        const without = { ...made.inputs, serverlessv2ScalingConfiguration: null };
        deepEqual((await stage.change(tokens.DB_CLUSTER, made, without)).state["serverlessv2ScalingConfiguration"], {
            minCapacity: 0,
            maxCapacity: 4,
        });
        const older = { ...cluster, ...capacity, clusterIdentifier: "older", engineVersion: "14.6" };
        const old = await stage.create(tokens.DB_CLUSTER, older);
        equal(
            await refusal(
                stage.change(tokens.DB_CLUSTER, old, { ...old.inputs, serverlessv2ScalingConfiguration: null }),
            ),
            "InvalidParameterValue: Serverless v2 capacity 0 isn't valid. The minimum capacity must be equal to or greater than 0.5.",
        );
    });

    it("leaves a final snapshot with the key that encrypts it", async () => {
        const [key = "", last] = [world["key"], { storageEncrypted: true, finalSnapshotIdentifier: "last" }];
        const made = await stage.create(tokens.DB_CLUSTER, { ...cluster, ...last, kmsKeyId: key });
        await stage.remove(tokens.DB_CLUSTER, made);
        equal(stateOf(tokens.DB_CLUSTER_SNAPSHOT, "last")["kmsKeyId"], key);
        const one = await stage.create(tokens.DB_INSTANCE, {
            ...instance,
            ...last,
            kmsKeyId: key,
            skipFinalSnapshot: false,
        });
        await stage.remove(tokens.DB_INSTANCE, one);
        equal(stateOf(tokens.DB_SNAPSHOT, "last")["kmsKeyId"], key);
    });

    it("is upgraded after its copies, one by one, and to another major version by the global database only", async () => {
        const far = await stage.beside({ region: "eu-west-1" });
        const { id: vpcId } = await far.create(tokens.VPC, { cidrBlock: "10.40.0.0/16" });
        const subnetIds: string[] = [];
        for (const [index, zone] of ["a", "b"].entries()) {
            const subnet = { vpcId, cidrBlock: `10.40.${index}.0/24`, availabilityZone: `eu-west-1${zone}` };
            subnetIds.push((await far.create(tokens.SUBNET, subnet)).id);
        }
        await far.create(tokens.DB_SUBNET_GROUP, { name: "far", subnetIds });
        const password = { manageMasterUserPassword: null, masterPassword: "a-password-of-some-length" };
        const primary = await stage.create(tokens.DB_CLUSTER, {
            ...{ ...cluster, ...password, engineVersion: "16.9", applyImmediately: true },
        });
        const whole = { globalClusterIdentifier: "earth", sourceDbClusterIdentifier: must(primary.state, "arn") };
        await stage.create(tokens.GLOBAL_CLUSTER, whole);
        const copy = {
            ...{ clusterIdentifier: "copy", engine: "aurora-postgresql", dbSubnetGroupName: "far" },
            ...{ globalClusterIdentifier: "earth", applyImmediately: true },
        };
        equal(
            await refusal(far.create(tokens.DB_CLUSTER, { ...copy, engineVersion: "16" })),
            "InvalidParameterValue: Value for engineVersion should match setting for global cluster earth",
        );
        const second = await far.create(tokens.DB_CLUSTER, { ...copy, engineVersion: "16.9" });
        const first = await refreshed(tokens.DB_CLUSTER, primary);
        const to = (at: Stage, made: typeof first, engineVersion: string, more: Props = {}) =>
            at.change(tokens.DB_CLUSTER, made, { ...made.inputs, engineVersion, ...more });
        equal(
            await refusal(to(stage, first, "16.11")),
            "InvalidParameterValue: Cannot upgrade DB cluster 'orders' to engine version 16.11 as global replica(s) are running lower version. Please upgrade global replicas first before upgrading the primary member.",
        );
        equal(
            await refusal(to(stage, first, "17.5", { allowMajorVersionUpgrade: true })),
            "InvalidParameterCombination: Major Version Upgrade isn't supported in a single member of a global cluster. Use ModifyGlobalCluster to upgrade all the members.",
        );
        maintain();
        equal(stateOf(tokens.DB_CLUSTER, "orders")["engineVersionActual"], "16.9");
        equal((await to(far, second, "16.11")).state["engineVersionActual"], "16.11");
        equal((await to(stage, first, "16.11")).state["engineVersionActual"], "16.11");
    });

    it("is an instance whose read replica in another region is upgraded first, or removed", async () => {
        const far = await stage.beside({ region: "eu-west-1" });
        const password = { manageMasterUserPassword: null, password: "a-password-of-some-length" };
        const source = {
            ...instance,
            ...password,
            engineVersion: "16.9",
            backupRetentionPeriod: 7,
            applyImmediately: true,
        };
        const first = await stage.create(tokens.DB_INSTANCE, source);
        const replica = await far.create(tokens.DB_INSTANCE, {
            ...{ identifier: "copy", instanceClass: "db.t4g.micro", skipFinalSnapshot: true, applyImmediately: true },
            replicateSourceDb: must(first.state, "arn"),
        });
        const to = (engineVersion: string) =>
            stage.change(tokens.DB_INSTANCE, first, {
                ...{ ...first.inputs, engineVersion, allowMajorVersionUpgrade: true, parameterGroupName: null },
            });
        const refused =
            "InvalidDBInstanceState: One or more of the read replicas of orders must be upgraded first: copy";
        deepEqual([await refusal(to("16.11")), await refusal(to("17.8"))], [refused, refused]);
        await far.change(tokens.DB_INSTANCE, replica, { ...replica.inputs, engineVersion: "16.11" });
        equal((await to("16.11")).state["engineVersionActual"], "16.11");
    });

    it("has a version that DescribeDBEngineVersions lists: the preferred one, the latest, or one in full", async () => {
        const ask = async (args: Props) =>
            invoke("aws:rds/getEngineVersion:getEngineVersion", args, new Cloud(stage.store, "eu-central-1"));
        const version = async (args: Props) => (await ask({ engine: "aurora-postgresql", ...args }))?.["versionActual"];
        deepEqual(
            [
                await version({ version: "16", defaultOnly: true, latest: true }),
                await version({ version: "16", latest: true }),
                await version({ version: "16.9" }),
                await version({}).catch((error: Error) => error.message.slice(0, 59)),
            ],
            ["16.11", "16.14", "16.9", "reading RDS engine versions: multiple RDS engine versions ("],
        );
        equal(
            await refusal(version({ version: "16.99" })),
            "reading RDS engine versions: no RDS engine versions found: aurora-postgresql 16.99",
        );
        const preferred = await ask({ engine: "postgres", version: "17", defaultOnly: true });
        deepEqual(preferred?.["validMinorTargets"], ["17.9"]);
    });
});
