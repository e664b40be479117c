import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { Network, type NetworkArgs } from "../../../components/network/network";
import { zoneName } from "../../../components/network/zones";
import { record, type Recording } from "../../support/mocks";

function make(args: Partial<NetworkArgs> = {}): Promise<Recording> {
    return record(() => new Network("net", { cidr: "10.20.0.0/16", ...args }));
}

const inventory = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
    "aws:ec2/eip:Eip": 3,
    "aws:ec2/internetGateway:InternetGateway": 1,
    "aws:ec2/natGateway:NatGateway": 3,
    "aws:ec2/route:Route": 4,
    "aws:ec2/routeTable:RouteTable": 5,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": 9,
    "aws:ec2/subnet:Subnet": 9,
    "aws:ec2/vpc:Vpc": 1,
    "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
    "keyless:network:Network": 1,
    "keyless:network:VpcEndpoints": 1,
};

describe("the network", () => {
    it("has three tiers in three zones, each zone with its own NAT gateway", async () => {
        assert.deepEqual((await make()).inventory(), inventory);
    });

    it("shares one NAT gateway if configured", async () => {
        const recording = await make({ nat: "one" });
        assert.deepEqual(recording.inventory(), {
            ...inventory,
            "aws:ec2/eip:Eip": 1,
            "aws:ec2/natGateway:NatGateway": 1,
        });
        const privateRoutes = recording.of("aws:ec2/route:Route").filter(({ name }) => name.startsWith("net-private"));
        assert.deepEqual(
            privateRoutes.map(({ inputs }) => inputs["natGatewayId"]),
            ["net-nat-0-id", "net-nat-0-id", "net-nat-0-id"],
        );
    });

    it("has endpoints to AWS services instead of NAT gateways if configured", async () => {
        const recording = await make({ nat: "none" });
        const gone = ["aws:ec2/eip:Eip", "aws:ec2/natGateway:NatGateway"];
        const rest = Object.fromEntries(Object.entries(inventory).filter(([type]) => !gone.includes(type)));
        assert.deepEqual(recording.inventory(), {
            ...rest,
            "aws:ec2/route:Route": 1,
            "aws:ec2/securityGroup:SecurityGroup": 1,
            "aws:ec2/vpcEndpoint:VpcEndpoint": 11,
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
        });
    });

    it("routes only private subnets to S3 within AWS", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:ec2/vpcEndpoint:VpcEndpoint", "net-endpoints-s3")["routeTableIds"], [
            "net-private-0-id",
            "net-private-1-id",
            "net-private-2-id",
        ]);
    });

    it("logs its connections if configured", async () => {
        const recording = await make({ flowLogs: { kmsKeyArn: "arn:key", retentionInDays: 30 } });
        assert.deepEqual(
            recording.of("aws:ec2/flowLog:FlowLog").map(({ inputs }) => inputs["vpcId"]),
            ["net-id"],
        );
    });

    it("routes public subnets to the internet gateway and private ones to their zone's NAT gateway", async () => {
        const recording = await make({ zones: 2 });
        assert.deepEqual(recording.of("aws:ec2/route:Route"), [
            route("private-0", { natGatewayId: "net-nat-0-id" }),
            route("private-1", { natGatewayId: "net-nat-1-id" }),
            route("public", { gatewayId: "net-id" }),
        ]);
    });

    it("leaves isolated subnets without any route", async () => {
        const recording = await make();
        const table = "net-isolated-id";
        assert.deepEqual(recording.inputs("aws:ec2/routeTable:RouteTable", "net-isolated"), {
            vpcId: "net-id",
            tags: { Name: "net-isolated" },
        });
        assert.deepEqual(
            recording
                .of("aws:ec2/routeTableAssociation:RouteTableAssociation")
                .filter(({ inputs }) => String(inputs["subnetId"]).startsWith("net-isolated"))
                .map(({ inputs }) => inputs),
            [0, 1, 2].map((zone) => ({ routeTableId: table, subnetId: `net-isolated-${zone}-id` })),
        );
        assert.deepEqual(
            recording.of("aws:ec2/route:Route").filter(({ inputs }) => inputs["routeTableId"] === table),
            [],
        );
    });

    it("empties the default security group", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "net-default"), {
            vpcId: "net-id",
            ingress: [],
            egress: [],
        });
    });

    it("uses zones in the order of their names and tags subnets for load balancers", async () => {
        const recording = await make();
        assert.deepEqual(recording.inputs("aws:ec2/subnet:Subnet", "net-private-1"), {
            vpcId: "net-id",
            cidrBlock: "10.20.16.0/20",
            availabilityZone: "eu-central-1b",
            tags: { Name: "net-private-1", "kubernetes.io/role/internal-elb": "1" },
        });
        assert.deepEqual(recording.inputs("aws:ec2/subnet:Subnet", "net-public-0")["tags"], {
            Name: "net-public-0",
            "kubernetes.io/role/elb": "1",
        });
        assert.deepEqual(
            recording.inputs("aws:ec2/subnet:Subnet", "net-isolated-2")["availabilityZone"],
            "eu-central-1c",
        );
    });

    it("changes only the S3 endpoint's route tables when a zone is added", async () => {
        const [before, after] = [await make({ zones: 2 }), await make({ zones: 3 })];
        const changed = before.resources.filter(
            (resource) => !after.resources.some((other) => isDeepStrictEqual(other, resource)),
        );
        assert.deepEqual(
            changed.map(({ name }) => name),
            ["net-endpoints-s3"],
        );
    });

    it("fails when the region has fewer zones", () => {
        assert.throws(() => zoneName(["eu-west-9b", "eu-west-9a"], 2), {
            message: "zone 3 is wanted, the region has 2 (eu-west-9b, eu-west-9a): lower platform.network.zones",
        });
    });
});

function route(suffix: string, target: Record<string, string>): unknown {
    const name = `net-${suffix}`;
    return {
        type: "aws:ec2/route:Route",
        name,
        inputs: { routeTableId: `${name}-id`, destinationCidrBlock: "0.0.0.0/0", ...target },
    };
}
