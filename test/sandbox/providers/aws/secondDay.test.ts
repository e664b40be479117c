import { deepEqual, equal } from "node:assert/strict";

import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import type { Created } from "../../../../sandbox/providers/protocol/types";
import { Stage, refusal } from "./stage";
import type { World } from "./world";
import { furnish } from "./world";

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

describe("changes to a running cluster", () => {
    let original: Stage;
    let stage: Stage;
    let world: World;
    let third: string;

    before(async () => {
        original = await Stage.open();
        world = await furnish(original);
        const zone = { cidrBlock: "10.20.2.0/24", availabilityZone: "eu-central-1c" };
        third = (await original.create(tokens.SUBNET, { vpcId: world["vpc"] ?? "", ...zone }, "s2")).id;
    });

    beforeEach(async () => {
        stage = await original.copy();
    });

    const asked = (more: Props = {}): Props => ({
        name: "second",
        version: "1.32",
        roleArn: role("eks"),
        accessConfig: { authenticationMode: "API" },
        vpcConfig: { subnetIds: [world["subnetA"] ?? "", world["subnetB"] ?? ""] },
        ...more,
    });
    const cluster = (more: Props = {}) => stage.create(tokens.EKS_CLUSTER, asked(more), "second");
    const nodes = (more: Props = {}): Props => ({
        clusterName: "second",
        nodeGroupName: "workers",
        nodeRoleArn: role("service"),
        subnetIds: [world["subnetA"] ?? ""],
        scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 4 },
        ...more,
    });

    it("refuse to add or remove a zone of the control plane", async () => {
        const made = await cluster();
        const [a = "", b = ""] = [world["subnetA"], world["subnetB"]];
        const exact = (given: string, own: string) =>
            `InvalidParameterException: Provided subnets belong to the AZs '${given}'. But they should belong to the exact set of AZs '${own}' in which subnets were provided during cluster creation.`;
        equal(
            await refusal(stage.change(tokens.EKS_CLUSTER, made, asked({ vpcConfig: { subnetIds: [a, b, third] } }))),
            exact("eu-central-1a,eu-central-1b,eu-central-1c", "eu-central-1a,eu-central-1b"),
        );
        const wide = await stage.create(
            tokens.EKS_CLUSTER,
            asked({ name: "wide", vpcConfig: { subnetIds: [a, b, third] } }),
            "wide",
        );
        equal(
            await refusal(
                stage.change(tokens.EKS_CLUSTER, wide, asked({ name: "wide", vpcConfig: { subnetIds: [a, b] } })),
            ),
            exact("eu-central-1a,eu-central-1b", "eu-central-1a,eu-central-1b,eu-central-1c"),
        );
    });

    it("refuse a minimum of nodes above the current number, and a maximum below it", async () => {
        await cluster();
        const made = await stage.create(tokens.NODE_GROUP, nodes(), "workers");
        const sizes = (minSize: number, maxSize: number) =>
            refusal(
                stage.change(tokens.NODE_GROUP, made, nodes({ scalingConfig: { minSize, desiredSize: 2, maxSize } })),
            );
        equal(
            await sizes(3, 4),
            "scalingConfig: InvalidParameterException: Minimum capacity 3 can't be greater than desired size 2",
        );
        equal(
            await sizes(1, 1),
            "scalingConfig: InvalidParameterException: desired capacity 2 can't be greater than max size 1",
        );
    });

    it("update Kubernetes by one version at a time, once the nodes have the last one", async () => {
        const made = await cluster();
        await stage.create(tokens.NODE_GROUP, nodes(), "workers");
        const to = (from: Created & { inputs: Props }, version: string) =>
            stage.change(tokens.EKS_CLUSTER, from, asked({ version }));
        equal(
            await refusal(to(made, "1.34")),
            "InvalidParameterException: Unsupported Kubernetes minor version update from 1.32 to 1.34",
        );
        const { state } = await to(made, "1.33");
        const newer = { ...made, state, inputs: { ...made.inputs, version: "1.33" } };
        equal(
            await refusal(to(newer, "1.34")),
            "InvalidParameterException: Nodegroups workers must be updated to match cluster version 1.33 before updating cluster version",
        );
    });

    it("refuse a kube-proxy newer than the control plane, and default to its version", async () => {
        await cluster();
        const proxy = { clusterName: "second", addonName: "kube-proxy" };
        equal(
            await refusal(stage.create(tokens.ADDON, { ...proxy, addonVersion: "v1.33.0-eksbuild.1" })),
            "InvalidParameterException: Addon version specified is not supported",
        );
        equal((await stage.create(tokens.ADDON, proxy)).state["addonVersion"], "v1.32.0-eksbuild.4");
    });

    it("refuse a second entry of the creator, unless the cluster is created without one", async () => {
        const creator = { principalArn: role("keyless-sandbox") };
        const again = (clusterName: string) => stage.create(tokens.ACCESS_ENTRY, { clusterName, ...creator });
        await cluster();
        equal(
            await refusal(again("second")),
            "ResourceInUseException: The specified access entry resource is already in use on this cluster.",
        );
        const accessConfig = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false };
        await cluster({ name: "explicit", accessConfig });
        deepEqual((await again("explicit")).id, `explicit:${creator.principalArn}`);
    });
});

describe("zones with different services", () => {
    it("accept neither a control plane nor a proxy where AWS offers none", async () => {
        const stage = await Stage.open({ region: "us-east-1" });
        const make = async (type: string, inputs: Props) => (await stage.create(type, inputs)).id;
        const vpcId = await make(tokens.VPC, { cidrBlock: "10.20.0.0/16" });
        const subnetIds = [
            await make(tokens.SUBNET, { vpcId, cidrBlock: "10.20.0.0/24", availabilityZone: "us-east-1a" }),
            await make(tokens.SUBNET, { vpcId, cidrBlock: "10.20.1.0/24", availabilityZone: "us-east-1c" }),
        ];
        const trust = (service: string) =>
            JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
            });
        await make(tokens.ROLE, { name: "eks", assumeRolePolicy: trust("eks.amazonaws.com") });
        await make(tokens.ROLE, { name: "proxy", assumeRolePolicy: trust("rds.amazonaws.com") });
        equal(
            await refusal(make(tokens.EKS_CLUSTER, { name: "k8s", roleArn: role("eks"), vpcConfig: { subnetIds } })),
            "UnsupportedAvailabilityZoneException: Cannot create cluster 'k8s' because us-east-1c, the targeted Availability Zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these Availability Zones: us-east-1a, us-east-1b, us-east-1d, us-east-1e, us-east-1f",
        );
        const front = { engineFamily: "POSTGRESQL", defaultAuthScheme: "IAM_AUTH", roleArn: role("proxy") };
        equal(
            await refusal(make(tokens.DB_PROXY, { name: "front", ...front, vpcSubnetIds: subnetIds })),
            "vpcSubnetIds: InvalidSubnet: RDS Proxy is not supported in the Availability Zone us-east-1c",
        );
    });
});

describe("what a provider does with a resource later", () => {
    let stage: Stage;
    let world: World;

    before(async () => {
        stage = await Stage.open();
        world = await furnish(stage);
    });

    it("replaces an instance for other user data only if that is wanted", async () => {
        const asked = (text: string, userDataReplaceOnChange: boolean): Props => ({
            ami: "ami-0123456789abcdef0",
            instanceType: "t4g.micro",
            subnetId: world["subnetA"] ?? "",
            userDataBase64: Buffer.from(text).toString("base64"),
            userDataReplaceOnChange,
        });
        const replaced = async (wanted: boolean) => {
            const made = await stage.create(tokens.INSTANCE, asked("one", wanted));
            return (await stage.change(tokens.INSTANCE, made, asked("two", wanted))).replace;
        };
        deepEqual([await replaced(true), await replaced(false)], [["userDataBase64"], []]);
    });

    it("updates the type of a document in place, and returns the description in its content", async () => {
        const content = JSON.stringify({ schemaVersion: "1.0", description: "a port", sessionType: "Port" });
        const session = { documentType: "Session", content };
        const made = await stage.create(tokens.SSM_DOCUMENT, session);
        equal(made.state["description"], "a port");
        deepEqual((await stage.change(tokens.SSM_DOCUMENT, made, { ...session, documentType: "Command" })).replace, []);
    });

    it("has a metric filter by its name, and refuses account ids and names of templates that AWS does not have", async () => {
        const filter = { name: "refused", logGroupName: world["logs"] ?? "", pattern: "refused" };
        const metricTransformation = { name: "refused", namespace: "keyless", value: "1" };
        equal((await stage.create(tokens.METRIC_FILTER, { ...filter, metricTransformation })).id, "refused");
        const entry = { clusterName: world["kubernetes"] ?? "", principalArn: "arn:aws:iam::11112222333:role/service" };
        equal(
            await refusal(stage.create(tokens.ACCESS_ENTRY, entry)),
            'principalArn: "principalArn" (arn:aws:iam::11112222333:role/service) is an invalid ARN: invalid account ID value (expecting to match regular expression: ^(aws|aws-managed|third-party|aws-marketplace|\\d{12}|cw.{10})$)',
        );
        const name = "n".repeat(126);
        equal(
            await refusal(stage.create(tokens.LAUNCH_TEMPLATE, { name })),
            `name: invalid value for name (3 to 125 letters, digits and ().-/_): ${name}`,
        );
    });
});
