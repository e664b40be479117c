import assert from "node:assert/strict";
import { limitIngress } from "../../../policy/rules/limitIngress";
import { judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const database = (props: Record<string, unknown>, more: Partial<Made> = {}): Made => ({
    type: "aws:rds/cluster:Cluster",
    name: "db",
    props: { engine: "aurora-postgresql", ...props },
    ...more,
});
const group = (name: string, props: Record<string, unknown>, more: Partial<Made> = {}): Made => ({
    type: "aws:ec2/securityGroup:SecurityGroup",
    name,
    props,
    ...more,
});
const rule = (props: Record<string, unknown>, more: Partial<Made> = {}): Made => ({
    type: "aws:ec2/securityGroupRule:SecurityGroupRule",
    name: "rule",
    props: { type: "ingress", protocol: "tcp", fromPort: 5432, toPort: 5432, ...props },
    ...more,
});
const run = (made: readonly Made[], config?: object): string[] => judgeStack(limitIngress, made, config);
const fix =
    "\n  fix: allow the clients' security group instead, or declare the exception in the parameters of database-ingress";
const lets = (level: string, resource: string, who: string, what: string): string =>
    `[${level}] ${resource}: ${who} allows ingress from any client in ${what}${fix}`;
const balancer = (uses: string): Made => ({
    type: "aws:lb/loadBalancer:LoadBalancer",
    name: "balancer",
    props: {},
    from: { securityGroups: [uses] },
});
const elsewhere = (which: string): string =>
    `[advisory] db: ${which} is not in this stack, so its ingress rules cannot be checked here\n  fix: none, if the group, where it is created, allows ingress from security groups only`;

describe("the rule database-ingress, on resources of other stacks and components", () => {
    const foreign = { vpcSecurityGroupIds: ["sg-0existing"] };

    it("refuses an address in a rule of this stack on a database's group in another stack", () => {
        assert.deepEqual(
            run([database(foreign), rule({ securityGroupId: "sg-0existing", cidrBlocks: ["0.0.0.0/0"] })]),
            [
                lets("as set", "rule", "sg-0existing, the security group of database db,", "0.0.0.0/0"),
                elsewhere("security group sg-0existing"),
            ],
        );
    });

    it("reports another stack's group once as unproven, for any number of databases", () => {
        const replica: Made = { ...database(foreign), name: "replica" };
        assert.deepEqual(run([database(foreign), replica]), [elsewhere("security group sg-0existing")]);
    });

    it("reports that the database gets the VPC's default group, before and after creation", () => {
        const said = [
            "[advisory] db: the default security group of its VPC is not in this stack, so its ingress rules cannot be checked here\n  fix: give db its own security group",
        ];
        for (const none of [{}, { vpcSecurityGroupIds: [] }]) {
            const inputs = { engine: "aurora-postgresql", ...none };
            assert.deepEqual(run([database({ vpcSecurityGroupIds: unknown }, { inputs })]), said);
            assert.deepEqual(run([database({ vpcSecurityGroupIds: ["sg-default"] }, { inputs })]), said);
        }
    });

    it("checks the groups that a database keeps when the program no longer names them", () => {
        const open = {
            id: "sg-db",
            ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/0"] }],
        };
        for (const none of [{}, { vpcSecurityGroupIds: [] }]) {
            const inputs = { engine: "aurora-postgresql", ...none };
            assert.deepEqual(run([database({ vpcSecurityGroupIds: ["sg-db"] }, { inputs }), group("tier", open)]), [
                lets("as set", "tier", "tier, the security group of database db,", "0.0.0.0/0"),
            ]);
        }
    });

    it("checks a default group that the stack manages: possibly the database's, until the database's outputs confirm it", () => {
        const open = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
        const managed: Made = {
            type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
            name: "default",
            props: { id: "sg-default", ingress: [open] },
        };
        const inputs = { engine: "aurora-postgresql" };
        const first = run([database({ vpcSecurityGroupIds: unknown }, { inputs }), managed]);
        assert.deepEqual(
            first[0],
            lets("advisory", "default", "default, which may be the security group of database db,", "0.0.0.0/0"),
        );
        assert.deepEqual(run([database({ vpcSecurityGroupIds: ["sg-default"] }, { inputs }), managed]), [
            lets("as set", "default", "default, the security group of database db,", "0.0.0.0/0"),
        ]);
    });

    it("reports an address that a rule allows on a database port of a group without a known database", () => {
        assert.deepEqual(run([rule({ securityGroupId: "sg-0existing", cidrBlocks: ["10.0.0.0/8"] })]), [
            `[advisory] rule: security group sg-0existing, which is not in this stack, allows ingress from any client in 10.0.0.0/8; this stack does not show whether a database uses the group${fix}`,
        ]);
        assert.deepEqual(
            run([rule({ securityGroupId: "sg-0existing", cidrBlocks: ["0.0.0.0/0"], fromPort: 443, toPort: 443 })]),
            [],
        );
        assert.deepEqual(
            run([rule({ securityGroupId: "sg-0existing", cidrBlocks: ["10.0.0.0/8"] })], { cidrs: ["10.0.0.0/8"] }),
            [],
        );
    });

    it("reports an open database port of a group that nothing in this stack uses, until something does", () => {
        const shared = group("shared", { id: "sg-shared" });
        const stack = [shared, rule({ securityGroupId: "sg-shared", cidrBlocks: ["172.28.0.0/16"] })];
        assert.deepEqual(run(stack), [
            `[advisory] rule: security group shared, which nothing in this stack uses, allows ingress from any client in 172.28.0.0/16; this stack does not show whether a database uses the group${fix}`,
        ]);
        assert.deepEqual(run([...stack, balancer("shared")]), []);
        const egress: Made = {
            type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            name: "egress",
            props: {},
            from: { securityGroupId: ["shared"] },
        };
        assert.equal(run([...stack, egress]).length, 1);
    });

    it("does not attribute a component's other groups to a database, before or after the ids are known", () => {
        const nodes = group("nodes", { id: unknown }, { parent: "component" });
        const web = group(
            "web",
            { id: unknown, ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] },
            { parent: "component" },
        );
        const component: Made = { type: "eks:index:Cluster", name: "component", props: {} };
        const user = balancer("web");
        const made = (ids: readonly unknown[]): Made[] => [
            component,
            nodes,
            web,
            user,
            database({ vpcSecurityGroupIds: ids }, { from: { vpcSecurityGroupIds: ["component"] } }),
        ];
        assert.deepEqual(run(made([unknown])), [
            lets("advisory", "web", "web, which may be the security group of database db,", "0.0.0.0/0"),
        ]);
        const known = made(["sg-nodes"]).map((one) =>
            one.type.includes("securityGroup") ? { ...one, props: { ...one.props, id: `sg-${one.name}` } } : one,
        );
        assert.deepEqual(run(known), []);
    });
});

describe("the rule database-ingress, on ports and protocols", () => {
    const guarded = (...ingress: readonly object[]): Made[] => [
        database({ vpcSecurityGroupIds: ["sg-db"] }),
        group("tier", { id: "sg-db", ingress }),
    ];
    const anyone = { cidrBlocks: ["10.0.0.0/8"] };
    const refused = [lets("as set", "tier", "tier, the security group of database db,", "10.0.0.0/8")];

    it("ignores rules for other ports", () => {
        const idle = [
            { protocol: "icmp", fromPort: -1, toPort: -1 },
            { protocol: "tcp", fromPort: 22, toPort: 22 },
            { protocol: "udp", fromPort: 0, toPort: 65535 },
            { protocol: "17", fromPort: 5432, toPort: 5432 },
            { protocol: "tcp", fromPort: 5433, toPort: 65535 },
        ];
        assert.deepEqual(run(guarded(...idle.map((one) => ({ ...one, ...anyone })))), []);
    });

    it("refuses each form that includes the port: a range, all of TCP, all protocols, by name or number", () => {
        const forms = [
            { protocol: "tcp", fromPort: 5000, toPort: 6000 },
            { protocol: "TCP", fromPort: 0, toPort: 65535 },
            { protocol: "6", fromPort: 5432, toPort: 5432 },
            { protocol: "-1", fromPort: 0, toPort: 0 },
            { protocol: "all", fromPort: 0, toPort: 0 },
            { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 },
        ];
        for (const form of forms) {
            assert.deepEqual(run(guarded({ ...form, ...anyone })), refused, JSON.stringify(form));
        }
    });

    it("knows each engine's default port, and uses a given one instead", () => {
        const at = (props: Record<string, unknown>, port: number): number =>
            run([
                database({ ...props, vpcSecurityGroupIds: ["sg-db"] }),
                group("tier", { id: "sg-db", ingress: [{ protocol: "tcp", fromPort: port, toPort: port, ...anyone }] }),
            ]).length;
        assert.deepEqual(
            [
                at({ engine: "aurora-mysql" }, 3306),
                at({ engine: "aurora-mysql" }, 5432),
                at({ engine: "mariadb" }, 3306),
            ],
            [1, 0, 1],
        );
        assert.deepEqual([at({ port: 6000 }, 6000), at({ port: 6000 }, 5432), at({ port: "6000" }, 6000)], [1, 0, 1]);
        const proxy: Made = {
            type: "aws:rds/proxy:Proxy",
            name: "db",
            props: { engineFamily: "MYSQL", vpcSecurityGroupIds: ["sg-db"] },
        };
        const opened = (port: number): Made =>
            group("tier", { id: "sg-db", ingress: [{ protocol: "tcp", fromPort: port, toPort: port, ...anyone }] });
        assert.deepEqual([run([proxy, opened(3306)]).length, run([proxy, opened(5432)]).length], [1, 0]);
    });

    it("reports a port or protocol that is not known yet as unproven", () => {
        const said = [lets("advisory", "tier", "tier, the security group of database db,", "10.0.0.0/8")];
        for (const open of [
            { protocol: unknown },
            { protocol: "tcp", fromPort: unknown, toPort: 5432 },
            { protocol: "tcp", fromPort: 22, toPort: unknown },
        ]) {
            assert.deepEqual(run(guarded({ ...open, ...anyone })), said, JSON.stringify(open));
        }
        const custom = [
            database({ port: unknown, vpcSecurityGroupIds: ["sg-db"] }),
            ...guarded({ protocol: "tcp", fromPort: 22, toPort: 22, ...anyone }).slice(1),
        ];
        assert.deepEqual(run(custom), said);
    });
});

describe("the rule database-ingress, at a first preview", () => {
    it("ignores the unknown list that the engine returns for a group without inline rules", () => {
        const made = [
            database({ vpcSecurityGroupIds: [unknown] }, { from: { vpcSecurityGroupIds: ["tier"] } }),
            group("tier", { id: unknown, ingress: unknown }, { inputs: { vpcId: "vpc-1" } }),
        ];
        assert.deepEqual(run(made), []);
    });

    it("reports a standalone rule once, although AWS also lists it in its group", () => {
        const listed = { protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["10.0.0.0/8"] };
        const tier = group("tier", { id: "sg-db", ingress: [listed] }, { inputs: { vpcId: "vpc-1" } });
        assert.deepEqual(
            run([
                database({ vpcSecurityGroupIds: ["sg-db"] }),
                tier,
                rule({ securityGroupId: "sg-db", cidrBlocks: ["10.0.0.0/8"] }),
            ]),
            [lets("as set", "rule", "tier, the security group of database db,", "10.0.0.0/8")],
        );
        assert.deepEqual(run([database({ vpcSecurityGroupIds: ["sg-db"] }), tier]), [
            lets("as set", "tier", "tier, the security group of database db,", "10.0.0.0/8"),
        ]);
    });

    it("checks the arguments if the provider's configuration is unknown and the engine returns no outputs", () => {
        const ingress = [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/0"] }];
        const made = [
            group("open", {}, { inputs: { ingress } }),
            database(
                {},
                {
                    props: {},
                    inputs: { engine: "aurora-postgresql", vpcSecurityGroupIds: [unknown] },
                    from: { vpcSecurityGroupIds: ["open"] },
                },
            ),
        ];
        assert.deepEqual(run(made), [lets("as set", "open", "open, the security group of database db,", "0.0.0.0/0")]);
    });
});
