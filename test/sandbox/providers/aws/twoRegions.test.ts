import { deepEqual, equal, match } from "node:assert/strict";

import { releaseMaster } from "../../../../sandbox/providers/aws/rds/release";
import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import type { Props } from "../../../../sandbox/cloud/props";
import { Stage, refusal } from "./stage";
import type { World } from "./world";
import { furnish } from "./world";

describe("resources in two regions", () => {
    let original: Stage;
    let here: Stage;
    let there: Stage;
    let world: World;
    let farVpc: string;
    let farGroup: string;

    before(async () => {
        original = await Stage.open();
        world = await furnish(original);
    });

    beforeEach(async () => {
        here = await original.copy();
        there = await here.beside({ region: "eu-west-1" });
        farVpc = (await there.create(tokens.VPC, { cidrBlock: "10.99.0.0/16" })).id;
        const subnet = async (zone: string, third: number) =>
            (
                await there.create(tokens.SUBNET, {
                    vpcId: farVpc,
                    cidrBlock: `10.99.${third}.0/24`,
                    availabilityZone: `eu-west-1${zone}`,
                })
            ).id;
        farGroup = (await there.create(tokens.SECURITY_GROUP, { vpcId: farVpc })).id;
        await there.create(tokens.DB_SUBNET_GROUP, {
            name: "far",
            subnetIds: [await subnet("a", 0), await subnet("b", 1)],
        });
    });

    describe("peering", () => {
        const ask = () =>
            here.create(tokens.PEERING, { vpcId: world["vpc"] ?? "", peerVpcId: farVpc, peerRegion: "eu-west-1" });

        it("waits for the other side, and is active once that has accepted", async () => {
            const asked = await ask();
            equal(asked.state["acceptStatus"], "pending-acceptance");
            const options = { vpcPeeringConnectionId: asked.id, requester: { allowRemoteVpcDnsResolution: true } };
            equal(
                await refusal(here.create(tokens.PEERING_OPTIONS, options)),
                `OperationNotPermitted: Peering ${asked.id} is not active. Peering options can be added only to active peerings.`,
            );
            const accepted = await there.create(tokens.PEERING_ACCEPTER, {
                vpcPeeringConnectionId: asked.id,
                autoAccept: true,
            });
            deepEqual(
                [accepted.id, accepted.state["vpcId"], accepted.state["peerVpcId"], accepted.state["peerRegion"]],
                [asked.id, world["vpc"], farVpc, "eu-west-1"],
            );
            await here.create(tokens.PEERING_OPTIONS, options);
            equal(
                await refusal(there.create(tokens.PEERING_OPTIONS, options)),
                "OperationNotPermitted: User 111122223333 cannot modify requester peering options from eu-west-1",
            );
        });

        it("is accepted only in the peer's region", async () => {
            const { id } = await ask();
            equal(
                await refusal(here.create(tokens.PEERING_ACCEPTER, { vpcPeeringConnectionId: id, autoAccept: true })),
                `InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID '${id}' does not exist`,
            );
        });

        it("accepts routes on both sides", async () => {
            const { id } = await ask();
            const farTable = await there.create(tokens.ROUTE_TABLE, { vpcId: farVpc });
            await here.create(tokens.ROUTE, {
                routeTableId: world["table"] ?? "",
                destinationCidrBlock: "10.99.0.0/16",
                vpcPeeringConnectionId: id,
            });
            await there.create(tokens.ROUTE, {
                routeTableId: farTable.id,
                destinationCidrBlock: "10.20.0.0/16",
                vpcPeeringConnectionId: id,
            });
        });
    });

    it("lets a rule name only groups in the same region, and of another VPC only if it is peered", async () => {
        const rule = (referencedSecurityGroupId: string): Props => ({
            ...{
                securityGroupId: world["group"] ?? "",
                referencedSecurityGroupId,
                ipProtocol: "tcp",
                fromPort: 1,
                toPort: 1,
            },
        });
        equal(
            await refusal(here.create(tokens.INGRESS_RULE, rule(farGroup))),
            `referencedSecurityGroupId: InvalidGroup.NotFound: The security group '${farGroup}' does not exist`,
        );
        await here.create(tokens.INGRESS_RULE, rule(world["otherGroup"] ?? ""));
        here.store.remove(tokens.PEERING, world["peering"] ?? "");
        equal(
            await refusal(here.create(tokens.INGRESS_RULE, { ...rule(world["otherGroup"] ?? ""), toPort: 2 })),
            "InvalidGroup.NotFound: You have specified two resources that belong to different networks.",
        );
    });

    describe("a copy of a database", () => {
        const master = { masterUsername: "root1", manageMasterUserPassword: true };
        const replica = (replicationSourceIdentifier: string, more: Props = {}): Props => ({
            ...{
                clusterIdentifier: "copy",
                engine: "aurora-mysql",
                dbSubnetGroupName: "far",
                vpcSecurityGroupIds: [farGroup],
                replicationSourceIdentifier,
            },
            ...more,
        });
        const source = async (): Promise<string> => {
            const encrypted = {
                engine: "aurora-mysql",
                dbSubnetGroupName: "db",
                storageEncrypted: true,
                databaseName: "app",
            };
            return must(
                (await here.create(tokens.DB_CLUSTER, { clusterIdentifier: "source", ...encrypted, ...master })).state,
                "arn",
            );
        };

        it("has its own id and endpoints, and its source's master", async () => {
            const arn = await source();
            const key = await there.create(tokens.KEY, {});
            const { state } = await there.create(
                tokens.DB_CLUSTER,
                replica(arn, { storageEncrypted: true, kmsKeyId: key.state["arn"] ?? "" }),
            );
            match(must(state, "endpoint"), /^copy\.cluster-[a-z0-9]{12}\.eu-west-1\.rds\.amazonaws\.com$/);
            deepEqual([state["masterUsername"], state["databaseName"]], ["root1", "app"]);
            const origin = here.store.get(tokens.DB_CLUSTER, "source")?.state["clusterResourceId"];
            equal(state["clusterResourceId"] === origin, false);
        });

        it("requires a key of its own region if its source is encrypted", async () => {
            equal(
                await refusal(there.create(tokens.DB_CLUSTER, replica(await source()))),
                "InvalidParameterCombination: KmsKeyId must be specified for a cross-region read replica of an encrypted cluster",
            );
        });

        it("cannot have its own master password", async () => {
            equal(
                await refusal(
                    there.create(tokens.DB_CLUSTER, replica(await source(), { manageMasterUserPassword: true })),
                ),
                "manageMasterUserPassword: InvalidParameterCombination: ManageMasterUserPassword is not supported for read replicas.",
            );
        });

        it("requires an existing source", async () => {
            const arn = "arn:aws:rds:eu-central-1:111122223333:cluster:no";
            equal(
                await refusal(there.create(tokens.DB_CLUSTER, replica(arn))),
                `DBClusterNotFoundFault: The source cluster could not be found or cannot be accessed: ${arn}`,
            );
        });

        it("of Aurora PostgreSQL is part of a global database, not a replica", async () => {
            const arn = must(here.store.get(tokens.DB_CLUSTER, "main")?.state ?? {}, "arn");
            equal(
                await refusal(there.create(tokens.DB_CLUSTER, replica(arn, { engine: "aurora-postgresql" }))),
                `InvalidParameterValue: An Aurora PostgreSQL cluster can't replicate from the cluster ${arn}; use an Aurora global database`,
            );
        });
    });

    describe("a read replica of an instance", () => {
        const source = async (more: Props = {}): Promise<string> => {
            const made = {
                identifier: "source",
                engine: "postgres",
                engineVersion: "16",
                instanceClass: "db.m7g.large",
                allocatedStorage: 20,
                dbName: "app",
                username: "root1",
            };
            const inputs = {
                ...made,
                password: "a-password-of-some-length",
                dbSubnetGroupName: "db",
                backupRetentionPeriod: 7,
                storageEncrypted: true,
                ...more,
            };
            return must((await here.create(tokens.DB_INSTANCE, inputs)).state, "arn");
        };
        const copy = (replicateSourceDb: string, more: Props = {}): Props => ({
            identifier: "copy",
            instanceClass: "db.m7g.large",
            dbSubnetGroupName: "far",
            replicateSourceDb,
            ...more,
        });

        it("has its own id and name, and its source's engine, master and database", async () => {
            const { state } = await there.create(
                tokens.DB_INSTANCE,
                copy(await source(), {
                    storageEncrypted: true,
                    kmsKeyId: (await there.create(tokens.KEY, {})).state["arn"] ?? "",
                }),
            );
            match(must(state, "address"), /^copy\.[a-z0-9]{12}\.eu-west-1\.rds\.amazonaws\.com$/);
            deepEqual(
                [state["engine"], state["username"], state["dbName"], state["allocatedStorage"]],
                ["postgres", "root1", "app", 20],
            );
            equal(
                state["resourceId"] ===
                    here.store.get(tokens.DB_INSTANCE, must(state, "resourceId"), { region: "eu-central-1" })?.id,
                false,
            );
        });

        it("requires a key of its own region, and an existing source with backups", async () => {
            equal(
                await refusal(there.create(tokens.DB_INSTANCE, copy(await source()))),
                "InvalidParameterCombination: KmsKeyId must be specified for a cross-region read replica of an encrypted DB instance",
            );
            const bare = await source({ identifier: "bare", backupRetentionPeriod: 0 });
            equal(
                await refusal(there.create(tokens.DB_INSTANCE, copy(bare))),
                "InvalidDBInstanceState: Automated backups are not enabled for this database instance: bare",
            );
            match(
                await refusal(there.create(tokens.DB_INSTANCE, copy("arn:aws:rds:eu-central-1:111122223333:db:no"))),
                /DBInstance arn:aws:rds:eu-central-1:111122223333:db:no not found/,
            );
        });
    });

    it("cannot delete a global database while it has members in any region", async () => {
        const member = { engine: "aurora-postgresql", globalClusterIdentifier: "world" };
        const first = await here.create(tokens.DB_CLUSTER, {
            ...{
                ...member,
                clusterIdentifier: "first",
                engineVersion: "16.9",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                masterPassword: "a-password-of-some-length",
            },
            skipFinalSnapshot: true,
        });
        const second = await there.create(tokens.DB_CLUSTER, {
            ...member,
            clusterIdentifier: "second",
            dbSubnetGroupName: "far",
            engineVersion: "16.9",
            skipFinalSnapshot: true,
        });
        equal(second.state["masterUsername"], "root1");
        equal(
            await refusal(
                there.create(tokens.DB_CLUSTER, {
                    ...member,
                    clusterIdentifier: "third",
                    dbSubnetGroupName: "far",
                    engineVersion: "15.13",
                }),
            ),
            "InvalidParameterValue: Value for engineVersion should match setting for global cluster world",
        );
        const whole = { id: "world", state: here.store.get(tokens.GLOBAL_CLUSTER, "world")?.state ?? {} };
        const refused =
            "InvalidGlobalClusterStateFault: Global Cluster arn:aws:rds::111122223333:global-cluster:world is not empty";
        equal(await refusal(here.remove(tokens.GLOBAL_CLUSTER, whole)), refused);
        await here.remove(tokens.DB_CLUSTER, first);
        equal(await refusal(here.remove(tokens.GLOBAL_CLUSTER, whole)), refused);
        await there.remove(tokens.DB_CLUSTER, second);
        await here.remove(tokens.GLOBAL_CLUSTER, whole);
    });

    it("cannot copy a database while RDS manages its master's password", async () => {
        const managed = {
            masterUsername: "root1",
            manageMasterUserPassword: true,
            dbSubnetGroupName: "db",
            skipFinalSnapshot: true,
        };
        const cluster = await here.create(tokens.DB_CLUSTER, {
            ...managed,
            clusterIdentifier: "managed",
            engine: "aurora-postgresql",
            engineVersion: "16.9",
        });
        const global = { globalClusterIdentifier: "star", sourceDbClusterIdentifier: must(cluster.state, "arn") };
        const refused =
            "InvalidParameterCombination: Managing the master user password with Secrets Manager isn't supported for DB clusters that are part of an Aurora global database";
        equal(await refusal(here.create(tokens.GLOBAL_CLUSTER, global)), refused);
        const { masterUsername: username, ...rest } = managed;
        const sizes = {
            instanceClass: "db.m7g.large",
            allocatedStorage: 20,
            backupRetentionPeriod: 7,
            engine: "postgres",
            engineVersion: "16",
        };
        const instance = await here.create(tokens.DB_INSTANCE, { ...rest, ...sizes, username, identifier: "managed" });
        const replica = {
            identifier: "copy",
            instanceClass: "db.m7g.large",
            dbSubnetGroupName: "far",
            replicateSourceDb: must(instance.state, "arn"),
        };
        equal(
            await refusal(there.create(tokens.DB_INSTANCE, replica)),
            "InvalidParameterCombination: Creating a read replica isn't supported when the source DB instance manages credentials with Secrets Manager",
        );
        const secrets = () => here.store.list(tokens.SECRET).length;
        const before = secrets();
        releaseMaster(here.store, must(cluster.state, "clusterResourceId"));
        releaseMaster(here.store, must(instance.state, "resourceId"));
        equal(secrets(), before - 2);
        await here.create(tokens.GLOBAL_CLUSTER, global);
        await there.create(tokens.DB_INSTANCE, replica);
    });

    it("makes a global database's source cluster its first member, and releases it again", async () => {
        const { state = {} } = here.store.get(tokens.DB_CLUSTER, "main") ?? {};
        releaseMaster(here.store, must(state, "clusterResourceId"));
        const arn = must(state, "arn");
        const whole = await here.create(tokens.GLOBAL_CLUSTER, {
            globalClusterIdentifier: "planet",
            sourceDbClusterIdentifier: arn,
            forceDestroy: true,
        });
        const membership = () => here.store.get(tokens.DB_CLUSTER, "main")?.state["globalClusterIdentifier"];
        equal(membership(), "planet");
        await here.remove(tokens.GLOBAL_CLUSTER, whole);
        equal(membership(), "");
    });
});
