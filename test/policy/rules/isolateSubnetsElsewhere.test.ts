import assert from "node:assert/strict";
import { isolateSubnets } from "../../../policy/rules/isolateSubnets";
import { judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

type Props = Record<string, unknown>;
const made = (type: string, name: string, props: Props, more: Partial<Made> = {}): Made => ({
    type,
    name,
    props,
    ...more,
});
const group = (subnetIds: unknown, more: Partial<Made> = {}): Made =>
    made("aws:rds/subnetGroup:SubnetGroup", "group", { name: "group", subnetIds }, more);
const subnet = (name: string, props: Props = {}, more: Partial<Made> = {}): Made =>
    made("aws:ec2/subnet:Subnet", name, { id: `subnet-${name}`, vpcId: "vpc-1", ...props }, more);
const vpc = (props: Props = {}): Made =>
    made("aws:ec2/vpc:Vpc", "vpc", {
        id: "vpc-1",
        mainRouteTableId: "rtb-main",
        defaultRouteTableId: "rtb-main",
        ...props,
    });
const table = (name: string, routes: unknown = [], props: Props = {}): Made =>
    made("aws:ec2/routeTable:RouteTable", name, { id: `rtb-${name}`, routes, ...props });
const association = (subnetId: unknown, routeTableId: unknown, more: Partial<Made> = {}): Made =>
    made("aws:ec2/routeTableAssociation:RouteTableAssociation", "association", { subnetId, routeTableId }, more);
const route = (props: Props, more: Partial<Made> = {}): Made => made("aws:ec2/route:Route", "route", props, more);
const run = (resources: readonly Made[], config?: object): string[] => judgeStack(isolateSubnets, resources, config);

const out = { destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" };
const refuses = (
    resource: string,
    to = "an internet gateway",
    who = "a, a subnet of DB subnet group group,",
): string[] => [`[as set] ${resource}: ${who} has a route to ${to}\n  fix: give a a route table without that route`];
const depends = (on: string): string[] => [
    `[advisory] group: the routes of DB subnet group group depend on ${on} not in this stack\n  fix: none, if they have no route out of the network where they are created`,
];

describe("the rule database-subnets, on main route tables", () => {
    const alone = [group(["subnet-a"]), subnet("a"), vpc()];

    it("refuses a route out in an associated main table, for subnets without an associated table", () => {
        const main = made("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", {
            vpcId: "vpc-1",
            routeTableId: "rtb-public",
        });
        const resources = [...alone, main, table("public", [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }])];
        assert.deepEqual(run(resources), refuses("public"));
        assert.deepEqual(run([...resources, table("own"), association("subnet-a", "rtb-own")]), []);
    });

    it("refuses a route out in the default route table, and a route on the VPC's main one", () => {
        const managed = made("aws:ec2/defaultRouteTable:DefaultRouteTable", "default", {
            id: "rtb-main",
            defaultRouteTableId: "rtb-main",
            routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }],
        });
        assert.deepEqual(run([...alone, managed]), refuses("default"));
        assert.deepEqual(run([...alone, route({ routeTableId: "rtb-main", ...out })]), refuses("route"));
    });

    it("follows dependencies before any id is known", () => {
        const first = (one: Made, from: Made["from"] = {}): Made => ({ ...one, from });
        const network = [
            first(group([unknown]), { subnetIds: ["a"] }),
            first(subnet("a", { id: unknown, vpcId: unknown }), { vpcId: ["vpc"] }),
            vpc({ id: unknown, mainRouteTableId: unknown, defaultRouteTableId: unknown }),
            made("aws:ec2/internetGateway:InternetGateway", "gateway", {}),
        ];
        const onMain = first(route({ routeTableId: unknown, destinationCidrBlock: "0.0.0.0/0", gatewayId: unknown }), {
            routeTableId: ["vpc"],
            gatewayId: ["gateway"],
        });
        assert.deepEqual(run([...network, onMain]), refuses("route"));
        const managed = first(
            made("aws:ec2/defaultRouteTable:DefaultRouteTable", "default", {
                defaultRouteTableId: unknown,
                routes: [out],
            }),
            { defaultRouteTableId: ["vpc"] },
        );
        assert.deepEqual(run([...network, managed]), refuses("default"));
    });

    it("reports a main route table that the stack does not manage as unproven", () => {
        assert.deepEqual(run(alone), depends("the main route table of the VPC of a, which is"));
        assert.deepEqual(run(alone.slice(0, 2)), depends("the main route table of the VPC of a, which is"));
    });
});

describe("the rule database-subnets, on routes out", () => {
    const network = (...routes: readonly Made[]): Made[] => [
        group(["subnet-a"]),
        subnet("a"),
        table("own"),
        association("subnet-a", "rtb-own"),
        ...routes,
    ];
    const own = { routeTableId: "rtb-own" };

    it("does not treat a VPN gateway as an internet gateway, before and after its id is known", () => {
        const office = { ...own, destinationCidrBlock: "192.168.0.0/16" };
        const gateway = made("aws:ec2/vpnGateway:VpnGateway", "vpn", {});
        assert.deepEqual(
            run(network(route({ ...office, gatewayId: unknown }, { from: { gatewayId: ["vpn"] } }), gateway)),
            [],
        );
        assert.deepEqual(run(network(route({ ...office, gatewayId: "vgw-1" }))), []);
        assert.deepEqual(
            run(network(route({ ...own, destinationCidrBlock: "0.0.0.0/0", gatewayId: "vgw-1" }))),
            refuses("route", "a VPN gateway"),
        );
    });

    it("reports a gateway that is not known yet as unproven", () => {
        assert.deepEqual(run(network(route({ ...own, destinationCidrBlock: "192.168.0.0/16", gatewayId: unknown }))), [
            "[advisory] route: a, a subnet of DB subnet group group, may have a route to a gateway that is not known yet\n  fix: give a a route table without that route",
        ]);
    });

    it("refuses halves of the internet through a transit gateway, and accepts private ranges", () => {
        const to = (destination: string): string[] =>
            run(network(route({ ...own, destinationCidrBlock: destination, transitGatewayId: "tgw-1" })));
        assert.deepEqual(
            [to("0.0.0.0/1"), to("128.0.0.0/1"), to("8.0.0.0/7")],
            [0, 1, 2].map(() => refuses("route", "a transit gateway")),
        );
        assert.deepEqual([to("10.0.0.0/8"), to("172.16.0.0/12"), to("192.168.0.0/16")], [[], [], []]);
        const v6 = (destination: string): string[] =>
            run(network(route({ ...own, destinationIpv6CidrBlock: destination, coreNetworkArn: "arn:aws:x" })));
        assert.deepEqual(
            [v6("2000::/3"), v6("fd00::/8"), v6("2001:db8::/32")],
            [refuses("route", "a core network"), [], []],
        );
    });

    it("treats a private NAT gateway as a route to other networks", () => {
        const gateway = made("aws:ec2/natGateway:NatGateway", "nat", { id: "nat-1", connectivityType: "private" });
        assert.deepEqual(
            run(network(gateway, route({ ...own, destinationCidrBlock: "10.0.0.0/8", natGatewayId: "nat-1" }))),
            [],
        );
        assert.deepEqual(
            run(network(route({ ...own, destinationCidrBlock: "10.0.0.0/8", natGatewayId: "nat-1" }))),
            refuses("route", "a NAT gateway"),
        );
    });
});

describe("the rule database-subnets, on resources of other stacks and components", () => {
    const component = made("awsx:ec2:Vpc", "net", {});
    const inside = { parent: "net" };
    const mixed = [
        component,
        subnet("private", { id: unknown }, inside),
        subnet("public", { id: unknown }, inside),
        { ...table("public", [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }], { id: unknown }), name: "public-table" },
        { ...table("private", [], { id: unknown }), name: "private-table" },
        association(unknown, unknown, { name: "one", from: { subnetId: ["public"], routeTableId: ["public-table"] } }),
        association(unknown, unknown, {
            name: "two",
            from: { subnetId: ["private"], routeTableId: ["private-table"] },
        }),
    ];

    it("does not attribute all subnets of a component to a database", () => {
        assert.deepEqual(run([...mixed, group(unknown, { from: { subnetIds: ["net"] } })]), [
            "[advisory] public-table: public, which may be a subnet of DB subnet group group, has a route to an internet gateway\n  fix: give public a route table without that route",
        ]);
    });

    it("uses ids if they are known, regardless of dependencies", () => {
        const known = mixed.map((one) => ({
            ...one,
            props: { ...one.props, ...("id" in one.props && { id: one.name }) },
        }));
        const from = { from: { subnetIds: ["net", "public", "private"] } };
        assert.deepEqual(run([...known, group(["private"], from)]), []);
        assert.deepEqual(
            run([...known, group(["public"], from)]),
            refuses("public-table", undefined, "public, a subnet of DB subnet group group,").map((one) =>
                one.replace("give a a", "give public a"),
            ),
        );
    });

    it("refuses a table of this stack that is associated with another stack's subnet", () => {
        const resources = [
            group(["subnet-there"]),
            table("public", [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-1" }]),
            association("subnet-there", "rtb-public"),
        ];
        assert.deepEqual(run(resources), [
            "[as set] public: subnet-there, a subnet of DB subnet group group, has a route to an internet gateway\n  fix: give subnet-there a route table without that route",
        ]);
        assert.deepEqual(
            run([
                group(["subnet-there"]),
                association("subnet-there", "rtb-there"),
                route({ routeTableId: "rtb-there", ...out }),
            ]).length,
            2,
        );
    });

    it("reports once what is not in this stack: subnets, tables, the group itself", () => {
        assert.deepEqual(
            run([group(["subnet-x", "subnet-y"])]),
            depends("subnet subnet-x, subnet subnet-y, which are"),
        );
        assert.deepEqual(run([group([unknown])]), depends("a subnet that is not known yet, which is"));
        assert.deepEqual(
            run([group(["subnet-a"]), subnet("a"), association("subnet-a", "rtb-there")]),
            depends("route table rtb-there, which is"),
        );
        const database = (name: string, props: Props, inputs = props): Made =>
            made("aws:rds/cluster:Cluster", name, { engine: "aurora-postgresql", ...props }, { inputs });
        const elsewhere = { dbSubnetGroupName: "made-elsewhere" };
        assert.deepEqual(run([database("db", elsewhere), database("other", elsewhere)]), [
            "[advisory] db: it is in subnet group made-elsewhere, which is not in this stack, so its routes cannot be checked here\n  fix: none, if the stack that creates the group runs this pack too",
        ]);
        assert.deepEqual(run([database("db", { dbSubnetGroupName: unknown }, {})]), [
            "[advisory] db: it is in the default subnet group, which is not in this stack, so its routes cannot be checked here\n  fix: set dbSubnetGroupName of db to a subnet group of isolated subnets",
        ]);
        const replica = database(
            "replica",
            { dbSubnetGroupName: unknown, replicateSourceDb: "db" },
            { replicateSourceDb: "db" },
        );
        assert.deepEqual(run([replica, database("db", { dbSubnetGroupName: "group" }), group([])]), []);
    });

    it("reports a route out in another stack's table, which a database's subnets may use", () => {
        assert.deepEqual(run([route({ routeTableId: "rtb-there", ...out })]), [
            "[advisory] route: route table rtb-there, which is not in this stack, gets a route to an internet gateway; this stack does not show whether a database's subnets use it\n  fix: none, if its subnets contain no database",
        ]);
    });

    it("reads the native provider's network", () => {
        const resources = [
            made("aws-native:rds:DbSubnetGroup", "group", { dbSubnetGroupName: "group", subnetIds: ["subnet-a"] }),
            made("aws-native:ec2:Subnet", "a", { subnetId: "subnet-a" }),
            made("aws-native:ec2:RouteTable", "table", { routeTableId: "rtb-a" }),
            made("aws-native:ec2:SubnetRouteTableAssociation", "association", {
                subnetId: "subnet-a",
                routeTableId: "rtb-a",
            }),
            made("aws-native:ec2:Route", "route", { routeTableId: "rtb-a", ...out }),
        ];
        assert.deepEqual(run(resources), refuses("route"));
    });

    it("checks the arguments if the provider's configuration is unknown and the engine returns no outputs", () => {
        const given = (one: Made, from: Made["from"] = {}): Made => ({ ...one, props: {}, inputs: one.props, from });
        const resources = [
            given(group([unknown]), { subnetIds: ["a"] }),
            given(subnet("a", { id: undefined, vpcId: unknown })),
            given(table("public", [{ cidrBlock: "0.0.0.0/0", gatewayId: unknown }], { id: undefined }), {
                routes: ["gateway"],
            }),
            given(association(unknown, unknown), { subnetId: ["a"], routeTableId: ["public"] }),
            made("aws:ec2/internetGateway:InternetGateway", "gateway", {}),
        ];
        assert.deepEqual(run(resources), refuses("public"));
    });
});
