import assert from "node:assert/strict";
import {
    checkedDatabaseSubnets,
    checkedNodeSubnets,
    checkedVpc,
    onlySubnet,
    type Subnet,
    type Table,
} from "../../../components/network/existingSubnets";
import { wayOut, type TableRoute } from "../../../components/network/wayOut";

const path = "platform.network.existing";
const subnet = (id: string, zone: string, more: Partial<Subnet> = {}): Subnet => ({
    id,
    vpcId: "vpc-1",
    availabilityZone: `us-east-1${zone}`,
    availabilityZoneId: `use1-az${zone.charCodeAt(0) - 96}`,
    cidrBlock: "10.0.0.0/24",
    ...more,
});
const table = (routeTableId: string, routes: TableRoute[], subnetIds: string[], main = false): Table => ({
    routeTableId,
    routes,
    associations: [
        ...subnetIds.map((subnetId) => ({ subnetId, main: false })),
        ...(main ? [{ subnetId: "", main: true }] : []),
    ],
});
const [a, b] = [subnet("subnet-a", "a"), subnet("subnet-b", "b")];
const toInternet: TableRoute = { cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" };

describe("the way out of a network", () => {
    for (const [route, expected] of [
        [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }, "the internet gateway igw-1"],
        [{ cidrBlock: "203.0.113.0/24", gatewayId: "igw-1" }, "the internet gateway igw-1"],
        [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1", gatewayId: "" }, "the NAT gateway nat-1"],
        [{ ipv6CidrBlock: "::/0", egressOnlyGatewayId: "eigw-1" }, "the egress-only gateway eigw-1"],
        [{ cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-1" }, "the transit gateway tgw-1"],
        [{ cidrBlock: "0.0.0.0/1", networkInterfaceId: "eni-1" }, "the network interface eni-1"],
        [{ cidrBlock: "", ipv6CidrBlock: "2000::/3", gatewayId: "vgw-1" }, "the gateway vgw-1"],
        [{ cidrBlock: "10.0.0.0/8", transitGatewayId: "tgw-1" }, undefined],
        [{ cidrBlock: "10.8.0.0/16", vpcPeeringConnectionId: "pcx-1" }, undefined],
        [{ ipv6CidrBlock: "fd00::/8", transitGatewayId: "tgw-1" }, undefined],
    ] as const satisfies readonly (readonly [TableRoute, string | undefined])[]) {
        it(`is ${expected ?? "not"} ${JSON.stringify(route)}`, () => {
            assert.equal(wayOut(route), expected);
        });
    }
});

describe("the subnets of an existing network", () => {
    it("are taken for a database if no route of theirs leads out", () => {
        const tables = [
            table("rtb-main", [toInternet], ["subnet-web"], true),
            table("rtb-1", [], ["subnet-a", "subnet-b"]),
        ];
        assert.deepEqual(checkedDatabaseSubnets([a, b], "vpc-1", tables), [a, b]);
    });

    it("are refused for a database with the subnet, the route's target and its table, all at once", () => {
        const tables = [
            table("rtb-main", [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }], [], true),
            table("rtb-public", [toInternet], ["subnet-b"]),
        ];
        const fix =
            "allowed is a subnet without a route out of the network: associate it with another route table, or name another subnet";
        assert.throws(
            () => checkedDatabaseSubnets([a, b, subnet("subnet-x", "c", { vpcId: "vpc-2" })], "vpc-1", tables),
            {
                message: [
                    `${path}.databaseSubnets: subnet-x is in vpc-2, not in vpc-1: name a subnet of vpc-1`,
                    `${path}.databaseSubnets: subnet-a has a route to the NAT gateway nat-1 in route table rtb-main; ${fix}`,
                    `${path}.databaseSubnets: subnet-b has a route to the internet gateway igw-1 in route table rtb-public; ${fix}`,
                    `${path}.databaseSubnets: subnet-x has a route to the NAT gateway nat-1 in route table rtb-main; ${fix}`,
                ].join("\n"),
            },
        );
    });

    it("are refused for a database if they are all in one zone", () => {
        assert.throws(() => checkedDatabaseSubnets([a, subnet("subnet-c", "a")], "vpc-1", []), {
            message: `${path}.databaseSubnets: all are in us-east-1a; RDS needs two zones: name a subnet of another one`,
        });
    });

    it("are refused for nodes if two are in one zone, or EKS takes none there", () => {
        assert.deepEqual(checkedNodeSubnets([a, b], "vpc-1"), [a, b]);
        assert.throws(() => checkedNodeSubnets([a, subnet("subnet-2", "a"), subnet("subnet-c", "c")], "vpc-1"), {
            message: [
                `${path}.nodeSubnets: subnet-a and subnet-2 are both in us-east-1a; allowed is one subnet for each zone: remove one`,
                `${path}.nodeSubnets: subnet-c is in use1-az3, where EKS takes no subnet: name one of another zone`,
            ].join("\n"),
        });
    });

    it("are found by a tag that one of them has", () => {
        assert.equal(onlySubnet("nodeSubnets", "Name=a", ["subnet-a"], "vpc-1"), "subnet-a");
        const fix = "name each subnet by its id, or by a tag that it alone has";
        assert.throws(() => onlySubnet("nodeSubnets", "Name=a", [], "vpc-1"), {
            message: `${path}.nodeSubnets: in vpc-1, no subnet has the tag Name=a: ${fix}`,
        });
        assert.throws(() => onlySubnet("nodeSubnets", "Tier=db", ["subnet-b", "subnet-a"], "vpc-1"), {
            message: `${path}.nodeSubnets: in vpc-1, subnet-a, subnet-b have the tag Tier=db: ${fix}`,
        });
    });

    it("are in a VPC that resolves names", () => {
        const vpc = { id: "vpc-1", enableDnsSupport: true, enableDnsHostnames: true };
        assert.equal(checkedVpc(vpc), "vpc-1");
        assert.throws(() => checkedVpc({ ...vpc, enableDnsHostnames: false }), {
            message: `${path}.vpcId: vpc-1 is without dns hostnames, which EKS and RDS need: run \`aws ec2 modify-vpc-attribute --vpc-id vpc-1 --enable-dns-hostnames\``,
        });
    });
});
