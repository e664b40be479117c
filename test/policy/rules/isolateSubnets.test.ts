import assert from "node:assert/strict";
import { isolateSubnets } from "../../../policy/rules/isolateSubnets";
import { judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const network = (...routes: readonly Record<string, unknown>[]): Made[] => [
    { type: "aws:rds/subnetGroup:SubnetGroup", name: "group", props: { subnetIds: ["subnet-a"] } },
    { type: "aws:ec2/subnet:Subnet", name: "isolated", props: { id: "subnet-a" } },
    { type: "aws:ec2/subnet:Subnet", name: "public", props: { id: "subnet-b" } },
    { type: "aws:ec2/routeTable:RouteTable", name: "table", props: { id: "rtb-a", routes } },
    {
        type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
        name: "association",
        props: { subnetId: "subnet-a", routeTableId: "rtb-a" },
    },
    {
        type: "aws:ec2/routeTable:RouteTable",
        name: "outside",
        props: { id: "rtb-b", routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }] },
    },
    {
        type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
        name: "other",
        props: { subnetId: "subnet-b", routeTableId: "rtb-b" },
    },
];
const refuses = (resource: string, to: string): string[] => [
    `[as set] ${resource}: isolated, a subnet of DB subnet group group, has a route to ${to}\n  fix: give isolated a route table without that route`,
];
const route = (props: Record<string, unknown>): Made => ({
    type: "aws:ec2/route:Route",
    name: "route",
    props: { routeTableId: "rtb-a", ...props },
});

describe("the rule database-subnets", () => {
    it("passes subnets without a route out of the network", () => {
        assert.deepEqual(
            judgeStack(isolateSubnets, [
                ...network(
                    { cidrBlock: "10.0.0.0/16", gatewayId: "local" },
                    { cidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: "pcx-1" },
                ),
                route({ destinationPrefixListId: "pl-s3", vpcEndpointId: "vpce-1" }),
            ]),
            [],
        );
    });

    it("refuses inline and standalone routes out, including to half of the internet", () => {
        assert.deepEqual(
            judgeStack(isolateSubnets, network({ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" })),
            refuses("table", "an internet gateway"),
        );
        assert.deepEqual(
            judgeStack(isolateSubnets, [
                ...network(),
                route({ destinationCidrBlock: "0.0.0.0/1", natGatewayId: "nat-1" }),
            ]),
            refuses("route", "a NAT gateway"),
        );
        assert.deepEqual(
            judgeStack(isolateSubnets, [
                ...network(),
                route({ destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }),
            ]),
            refuses("route", "an egress-only gateway"),
        );
        assert.deepEqual(
            judgeStack(isolateSubnets, [
                ...network(),
                route({ destinationCidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-1" }),
            ]),
            refuses("route", "a transit gateway"),
        );
    });

    it("follows dependencies before any id is known", () => {
        const made = network({ cidrBlock: "0.0.0.0/0", gatewayId: unknown }).map((one): Made => {
            const from: Record<string, Record<string, string[]>> = {
                group: { subnetIds: ["isolated"] },
                association: { subnetId: ["isolated"], routeTableId: ["table"] },
                table: { routes: ["gateway"] },
            };
            const props = Object.fromEntries(
                Object.entries(one.props).map(([key, value]) => [key, key === "routes" ? value : unknown]),
            );
            return { ...one, props, ...(from[one.name] !== undefined && { from: from[one.name] ?? {} }) };
        });
        const gateway: Made = { type: "aws:ec2/internetGateway:InternetGateway", name: "gateway", props: {} };
        assert.deepEqual(judgeStack(isolateSubnets, [...made, gateway]), refuses("table", "an internet gateway"));
    });

    it("accepts a NAT gateway if the organisation allows it", () => {
        const nat = [...network(), route({ destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" })];
        assert.deepEqual(
            [
                judgeStack(isolateSubnets, nat, { allowNat: true }),
                judgeStack(isolateSubnets, network({ gatewayId: "igw-1" }), { allowNat: true }).length,
            ],
            [[], 1],
        );
    });
});
