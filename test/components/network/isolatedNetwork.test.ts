import assert from "node:assert/strict";
import { IsolatedNetwork } from "../../../components/network/isolatedNetwork";
import { record } from "../../support/mocks";

describe("a network for databases alone", () => {
    it("has isolated subnets, one table without a route, an empty default group and flow logs", async () => {
        const recording = await record(
            () =>
                new IsolatedNetwork("net", {
                    cidr: "10.21.0.0/16",
                    zones: 2,
                    flowLogs: { kmsKeyArn: "arn:key", retentionInDays: 30 },
                }),
        );
        assert.deepEqual(recording.inventory(), {
            "aws:cloudwatch/logGroup:LogGroup": 1,
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
            "aws:ec2/flowLog:FlowLog": 1,
            "aws:ec2/routeTable:RouteTable": 1,
            "aws:ec2/routeTableAssociation:RouteTableAssociation": 2,
            "aws:ec2/subnet:Subnet": 2,
            "aws:ec2/vpc:Vpc": 1,
            "aws:iam/role:Role": 1,
            "aws:iam/rolePolicy:RolePolicy": 1,
            "keyless:network:FlowLogs": 1,
            "keyless:network:IsolatedNetwork": 1,
        });
        assert.deepEqual(recording.inputs("aws:ec2/routeTable:RouteTable", "net"), {
            vpcId: "net-id",
            tags: { Name: "net" },
        });
        assert.deepEqual(
            recording.of("aws:ec2/subnet:Subnet").map(({ inputs }) => inputs),
            [
                {
                    vpcId: "net-id",
                    cidrBlock: "10.21.160.0/22",
                    availabilityZone: "eu-central-1a",
                    tags: { Name: "net-isolated-0" },
                },
                {
                    vpcId: "net-id",
                    cidrBlock: "10.21.164.0/22",
                    availabilityZone: "eu-central-1b",
                    tags: { Name: "net-isolated-1" },
                },
            ],
        );
        assert.deepEqual(recording.inputs("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "net-default"), {
            vpcId: "net-id",
            ingress: [],
            egress: [],
        });
    });
});
