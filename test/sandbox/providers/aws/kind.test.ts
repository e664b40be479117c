import { deepEqual, equal, match, notEqual } from "node:assert/strict";

import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import type { Props } from "../../../../sandbox/cloud/props";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import { Stage, context, refusal } from "./stage";
import type { World } from "./world";
import { allow, document, furnish, trust } from "./world";

describe("the lifecycle of an AWS resource", () => {
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

    describe("names", () => {
        it("are the program's with a hyphen and seven hex digits, the same for the same seed", async () => {
            const [first, second] = [
                await stage.checked(tokens.ROLE, { assumeRolePolicy: trust("ec2.amazonaws.com") }),
                await stage.checked(tokens.ROLE, { assumeRolePolicy: trust("ec2.amazonaws.com") }),
            ];
            match(must(first, "name"), /^x-[0-9a-f]{7}$/);
            equal(first["name"], second["name"]);
        });

        it("are kept if the resource is checked again with another seed", async () => {
            const inputs = { assumeRolePolicy: trust("ec2.amazonaws.com") };
            const { inputs: olds } = await stage.create(tokens.ROLE, inputs);
            equal((await stage.checked(tokens.ROLE, inputs, olds, "renamed"))["name"], olds["name"]);
        });

        it("become random if the program no longer gives one", async () => {
            const inputs = { assumeRolePolicy: trust("ec2.amazonaws.com") };
            const { inputs: olds } = await stage.create(tokens.ROLE, { ...inputs, name: "fixed" });
            match(must(await stage.checked(tokens.ROLE, inputs, olds), "name"), /^x-[0-9a-f]{7}$/);
        });

        it("are refused if they would be too long", async () => {
            const name = "n".repeat(60);
            equal(
                await refusal(
                    stage.checked(tokens.ROLE, { assumeRolePolicy: trust("ec2.amazonaws.com") }, undefined, name),
                ),
                `name: name '${name}-' plus 7 random chars is longer than maximum length 64`,
            );
        });

        it("of clusters are generated on creation, in Terraform's format", async () => {
            const inputs = {
                engine: "aurora-postgresql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            };
            const { id, state } = await stage.create(tokens.DB_CLUSTER, inputs);
            match(id, /^tf-\d{18}[0-9a-f]{8}$/);
            equal(state["clusterIdentifier"], id);
            equal((await stage.preview(tokens.DB_CLUSTER, inputs)).state["clusterIdentifier"], UNKNOWN);
        });

        it("with a prefix get the provider's suffix", async () => {
            const { id } = await stage.create(tokens.ROLE, {
                assumeRolePolicy: trust("ec2.amazonaws.com"),
                namePrefix: "app-",
            });
            match(id, /^app-\d{18}[0-9a-f]{8}$/);
        });
    });

    describe("a change", () => {
        const bucket = (name: string): string => allow("s3:GetObject", `arn:aws:s3:::${name}`);

        it("updates in place if AWS can, and keeps computed values", async () => {
            const made = await stage.create(tokens.KEY, { description: "a" });
            const { changed, replace, state } = await stage.change(tokens.KEY, made, { description: "b" });
            deepEqual([changed, replace], [["description"], []]);
            deepEqual(state, { ...made.state, description: "b" });
            deepEqual(stage.store.get(tokens.KEY, made.id)?.inputs["description"], "b");
        });

        it("replaces the resource if AWS cannot update it", async () => {
            const inputs = { vpcId: world["vpc"] ?? "", description: "a" };
            const made = await stage.create(tokens.SECURITY_GROUP, inputs);
            deepEqual(await stage.change(tokens.SECURITY_GROUP, made, { ...inputs, description: "b" }), {
                changed: ["description"],
                replace: ["description"],
                state: made.state,
            });
        });

        it("of the region replaces the resource", async () => {
            const made = await stage.create(tokens.LOG_GROUP, { name: "a" });
            deepEqual((await stage.change(tokens.LOG_GROUP, made, { name: "a", region: "us-east-1" })).replace, [
                "region",
            ]);
        });

        it("inside an argument replaces the resource only if that part requires it", async () => {
            const subnets = { subnetIds: [world["subnetA"] ?? "", world["subnetB"] ?? ""] };
            const inputs = {
                name: "c",
                roleArn: "arn:aws:iam::111122223333:role/eks",
                vpcConfig: subnets,
                kubernetesNetworkConfig: { serviceIpv4Cidr: "172.21.0.0/16" },
            };
            const made = await stage.create(tokens.EKS_CLUSTER, inputs);
            const open = await stage.change(tokens.EKS_CLUSTER, made, {
                ...inputs,
                vpcConfig: { ...subnets, endpointPrivateAccess: true },
            });
            deepEqual([open.changed, open.replace], [["vpcConfig"], []]);
            const moved = await stage.change(tokens.EKS_CLUSTER, made, {
                ...inputs,
                kubernetesNetworkConfig: { serviceIpv4Cidr: "172.22.0.0/16" },
            });
            deepEqual(moved.replace, ["kubernetesNetworkConfig"]);
        });

        it("of the order in a set or a document's formatting is not a difference", async () => {
            const made = await stage.create(tokens.POLICY, {
                policy: document({ Effect: "Allow", Action: ["s3:A", "s3:B"], Resource: "*" }),
            });
            const again = JSON.stringify(
                { Statement: [{ Resource: "*", Action: ["s3:B", "s3:A"], Effect: "Allow" }], Version: "2012-10-17" },
                undefined,
                2,
            );
            deepEqual((await stage.change(tokens.POLICY, made, { policy: again })).changed, []);
        });

        it("that removes an argument keeps a value that AWS would choose", async () => {
            const base = {
                clusterIdentifier: "c",
                engine: "aurora-postgresql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            };
            const made = await stage.create(tokens.DB_CLUSTER, { ...base, port: 5433 });
            deepEqual(await stage.change(tokens.DB_CLUSTER, made, base), {
                changed: [],
                replace: [],
                state: made.state,
            });
            const { state } = await stage.change(tokens.DB_CLUSTER, made, { ...base, backupRetentionPeriod: 7 });
            deepEqual([state["port"], state["backupRetentionPeriod"]], [5433, 7]);
        });

        it("to an unknown value is a difference", async () => {
            const made = await stage.create(tokens.POLICY, { policy: bucket("a") });
            const news: Props = { ...made.inputs, policy: UNKNOWN };
            deepEqual(await stage.kind(tokens.POLICY).diff(made.id, made.state, made.inputs, news), {
                changed: ["policy"],
                replace: [],
                deleteBeforeReplace: false,
            });
            const planned = await stage
                .kind(tokens.POLICY)
                .update(made.id, made.state, news, context(tokens.POLICY, "x"), true);
            deepEqual([planned["policy"], planned["arn"]], [UNKNOWN, made.state["arn"]]);
        });

        it("deletes before it replaces a resource with a fixed name", async () => {
            const inputs = { name: "fixed", assumeRolePolicy: trust("ec2.amazonaws.com"), path: "/" };
            const made = await stage.create(tokens.ROLE, inputs);
            const moved = await stage.checked(tokens.ROLE, { ...inputs, path: "/apps/" }, made.inputs);
            deepEqual(await stage.kind(tokens.ROLE).diff(made.id, made.state, made.inputs, moved), {
                changed: ["path"],
                replace: ["path"],
                deleteBeforeReplace: true,
            });
            const random = await stage.create(tokens.ROLE, { assumeRolePolicy: trust("ec2.amazonaws.com") });
            const movedToo = { ...random.inputs, path: "/apps/" };
            equal(
                (await stage.kind(tokens.ROLE).diff(random.id, random.state, random.inputs, movedToo))
                    .deleteBeforeReplace,
                false,
            );
        });

        it("of an engine's version can only upgrade", async () => {
            const made = {
                id: "main",
                state: stage.store.get(tokens.DB_CLUSTER, "main")?.state ?? {},
                inputs: stage.store.get(tokens.DB_CLUSTER, "main")?.inputs ?? {},
            };
            const to = (engineVersion: string, more = {}) =>
                stage.change(tokens.DB_CLUSTER, made, {
                    ...made.inputs,
                    engineVersion,
                    dbClusterParameterGroupName: null,
                    applyImmediately: true,
                    ...more,
                });
            equal(
                await refusal(to("16.8")),
                "InvalidParameterCombination: Cannot upgrade aurora-postgresql from 16.9 to 16.8",
            );
            equal(
                await refusal(to("17.5")),
                "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
            );
            equal((await to("17.5", { allowMajorVersionUpgrade: true })).state["engineVersionActual"], "17.5");
        });
    });

    describe("references", () => {
        it("to deleted objects are not checked until they change", async () => {
            const inputs = { vpcId: world["vpc"] ?? "", cidrBlock: "10.20.9.0/24", availabilityZone: "eu-central-1a" };
            const made = await stage.create(tokens.SUBNET, inputs);
            stage.store.remove(tokens.VPC, inputs.vpcId);
            deepEqual((await stage.change(tokens.SUBNET, made, inputs)).changed, []);
        });

        it("by name are resolved when AWS is called, not in a preview", async () => {
            const inputs = { role: "later", policy: allow("s3:GetObject") };
            equal((await stage.preview(tokens.ROLE_POLICY, inputs)).state["role"], "later");
            equal(
                await refusal(stage.create(tokens.ROLE_POLICY, inputs)),
                "NoSuchEntity: The role with name later cannot be found.",
            );
        });

        it("only resolve within their region", async () => {
            const elsewhere = await stage.beside({ region: "us-east-1" });
            equal(
                await refusal(
                    elsewhere.create(tokens.SUBNET, { vpcId: world["vpc"] ?? "", cidrBlock: "10.20.9.0/24" }),
                ),
                `vpcId: InvalidVpcID.NotFound: The vpc ID '${world["vpc"]}' does not exist`,
            );
        });

        it("to IAM resolve in every region", async () => {
            const elsewhere = await stage.beside({ region: "us-east-1" });
            notEqual(
                (await elsewhere.create(tokens.ROLE_POLICY, { role: "service", policy: allow("s3:GetObject") })).id,
                "",
            );
        });
    });
});
