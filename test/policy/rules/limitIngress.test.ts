import assert from "node:assert/strict";
import { limitIngress } from "../../../policy/rules/limitIngress";
import { judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const database: Made = { type: "aws:rds/cluster:Cluster", name: "db", props: { vpcSecurityGroupIds: ["sg-db"] } };
const group = (ingress: unknown = []): Made => ({
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "tier",
    props: { id: "sg-db", ingress },
});
const apart = (props: Record<string, unknown>): Made => ({
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    name: "rule",
    props: { securityGroupId: "sg-db", ipProtocol: "tcp", ...props },
});
const fix =
    "\n  fix: allow the clients' security group instead, or declare the exception in the parameters of database-ingress";
const refuses = (resource: string, what: string): string[] => [
    `[as set] ${resource}: tier, the security group of database db, allows ingress from ${what}${fix}`,
];
const run = (made: readonly Made[], config?: object): string[] => judgeStack(limitIngress, made, config);

describe("the rule database-ingress", () => {
    it("passes security groups in every form of rule", () => {
        const rules = [
            group([{ protocol: "tcp", fromPort: 5432, toPort: 5432, securityGroups: ["sg-app"], self: true }]),
            apart({ referencedSecurityGroupId: "sg-app" }),
            {
                type: "aws:ec2/securityGroupRule:SecurityGroupRule",
                name: "old",
                props: { type: "ingress", securityGroupId: "sg-db", sourceSecurityGroupId: "sg-app" },
            },
        ];
        assert.deepEqual(run([database, ...rules]), []);
    });

    it("refuses addresses in inline rules, including IPv6 and prefix lists", () => {
        const found = run([
            database,
            group([{ cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"], prefixListIds: ["pl-1"] }]),
        ]);
        assert.deepEqual(found, [
            ...refuses("tier", "any client in 0.0.0.0/0"),
            ...refuses("tier", "any client in ::/0"),
            ...refuses("tier", "any client in prefix list pl-1"),
        ]);
    });

    it("refuses addresses in standalone rules of all types", () => {
        assert.deepEqual(
            run([database, group(), apart({ cidrIpv4: "10.0.0.0/8" })]),
            refuses("rule", "any client in 10.0.0.0/8"),
        );
        assert.deepEqual(
            run([database, group(), apart({ cidrIpv6: "fd00::/8" })]),
            refuses("rule", "any client in fd00::/8"),
        );
        assert.deepEqual(
            run([database, group(), apart({ prefixListId: "pl-1" })]),
            refuses("rule", "any client in prefix list pl-1"),
        );
        const old = {
            type: "aws:ec2/securityGroupRule:SecurityGroupRule",
            name: "rule",
            props: { type: "ingress", securityGroupId: "sg-db", cidrBlocks: ["10.1.2.3/32"] },
        };
        assert.deepEqual(run([database, group(), old]), refuses("rule", "any client in 10.1.2.3/32"));
        const native = {
            type: "aws-native:ec2:SecurityGroupIngress",
            name: "rule",
            props: { groupId: "sg-db", cidrIp: "10.1.2.3/32" },
        };
        assert.deepEqual(run([database, group(), native]), refuses("rule", "any client in 10.1.2.3/32"));
    });

    it("ignores other groups and egress rules", () => {
        const egress = {
            type: "aws:ec2/securityGroupRule:SecurityGroupRule",
            name: "out",
            props: { type: "egress", securityGroupId: "sg-db", cidrBlocks: ["0.0.0.0/0"] },
        };
        const web = {
            type: "aws:ec2/securityGroup:SecurityGroup",
            name: "web",
            props: { id: "sg-web", ingress: [{ cidrBlocks: ["0.0.0.0/0"] }] },
        };
        const server: Made = {
            type: "aws:ec2/instance:Instance",
            name: "server",
            props: {},
            from: { vpcSecurityGroupIds: ["web"] },
        };
        assert.deepEqual(run([database, group(), egress, web, server]), []);
    });

    it("follows dependencies before any id is known", () => {
        const made: Made[] = [
            { ...database, props: { vpcSecurityGroupIds: [unknown] }, from: { vpcSecurityGroupIds: ["tier"] } },
            { ...group(), props: { id: unknown } },
            { ...apart({ securityGroupId: unknown, cidrIpv4: "0.0.0.0/0" }), from: { securityGroupId: ["tier"] } },
        ];
        assert.deepEqual(run(made), refuses("rule", "any client in 0.0.0.0/0"));
    });

    it("accepts declared networks, prefix lists and, until they expire, temporary addresses", () => {
        const inside = [database, group([{ cidrBlocks: ["10.40.3.0/24"], prefixListIds: ["pl-1"] }])];
        assert.deepEqual(
            [
                run(inside, { cidrs: ["10.40.0.0/16"], prefixLists: ["pl-1"] }),
                run(inside, { cidrs: ["10.40.3.0/25"], prefixLists: ["pl-1"] }).length,
            ],
            [[], 1],
        );
        const one = [database, group([{ cidrBlocks: ["203.0.113.7/32"] }])];
        assert.deepEqual(run(one, { temporary: [{ cidr: "203.0.113.7/32", until: "2999-12-31" }] }), []);
        const end = { temporary: [{ cidr: "203.0.113.7/32", until: "2020-01-31" }] };
        assert.deepEqual(run(one, end), [
            "[as set] tier: tier, the security group of database db, allows ingress from 203.0.113.7/32, which was allowed only until 2020-01-31\n  fix: remove the rule, or set a later date (such as 2026-12-31) under temporary",
        ]);
        assert.equal(run(one, { temporary: [{ cidr: "203.0.113.7/32", until: "soon" }] }).length, 1);
        const many = [database, group([{ cidrBlocks: ["203.0.113.0/24"] }])];
        assert.deepEqual(run(many, { temporary: [{ cidr: "203.0.113.0/24", until: "2999-12-31" }] }), [
            "[as set] tier: tier, the security group of database db, allows ingress from 203.0.113.0/24, which is declared as temporary but is not a single address\n  fix: declare a /32 or a /128 under temporary",
        ]);
    });

    it("reports an address that is not known yet as unproven", () => {
        assert.deepEqual(run([database, group(), apart({ cidrIpv4: unknown })]), [
            `[advisory] rule: tier, the security group of database db, allows ingress from a cidr that is not known yet${fix}`,
        ]);
    });

    it("checks a proxy's groups like a database's", () => {
        for (const type of ["aws:rds/proxy:Proxy", "aws-native:rds:DbProxy"]) {
            const proxy = { type, name: "db", props: { vpcSecurityGroupIds: ["sg-db"] } };
            assert.deepEqual(
                run([proxy, group([{ cidrBlocks: ["0.0.0.0/0"] }])]),
                refuses("tier", "any client in 0.0.0.0/0"),
            );
        }
    });
});
