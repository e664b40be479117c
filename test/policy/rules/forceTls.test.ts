import assert from "node:assert/strict";
import { forceTls } from "../../../policy/rules/forceTls";
import { judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const cluster = (props: Record<string, unknown>, from?: Made["from"]): Made => ({
    type: "aws:rds/cluster:Cluster",
    name: "db",
    props: { engine: "aurora-postgresql", engineVersion: "16.6", ...props },
    ...(from !== undefined && { from }),
});
const group = (parameters: unknown, name: unknown = "g"): Made => ({
    type: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    name: "group",
    props: { name, parameters },
});
const forced = [
    { name: "log_min_messages", value: "error" },
    { name: "rds.force_ssl", value: "1" },
];
const fix = '\n  fix: set rds.force_ssl to "1" in the parameter group of db';

describe("the rule database-tls", () => {
    it("passes a cluster whose parameter group enforces TLS, found by name or by dependency", () => {
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "g" }), group(forced)]), []);
        assert.deepEqual(
            judgeStack(forceTls, [
                cluster({ dbClusterParameterGroupName: unknown }, { dbClusterParameterGroupName: ["group"] }),
                group(forced, unknown),
            ]),
            [],
        );
    });

    it("ignores other groups that enforce TLS", () => {
        const other: Made = { ...group(forced, "other"), name: "other" };
        assert.deepEqual(
            judgeStack(forceTls, [
                other,
                cluster({ dbClusterParameterGroupName: "g" }),
                group([{ name: "rds.force_ssl", value: "0" }]),
            ]),
            [
                `[as set] db: its parameter group group sets rds.force_ssl to "0", so it accepts connections in plain text${fix}`,
            ],
        );
    });

    it("refuses a group without the parameter, and no group at all, if the default is off", () => {
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "g" }), group([])]), [
            `[as set] db: its parameter group group does not set rds.force_ssl, so it accepts connections in plain text${fix}`,
        ]);
        const without = [
            `[as set] db: it has no custom parameter group in dbClusterParameterGroupName, so it accepts connections in plain text${fix}`,
        ];
        assert.deepEqual(
            [
                judgeStack(forceTls, [cluster({})]),
                judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "default.aurora-postgresql16" })]),
            ],
            [without, without],
        );
    });

    it("knows from which version on TLS is enforced by default", () => {
        const instance = (engineVersion: string): Made => ({
            type: "aws:rds/instance:Instance",
            name: "db",
            props: { engine: "postgres", engineVersion },
        });
        assert.deepEqual(
            [cluster({ engineVersion: "17.4" }), instance("15.2")].map((made) => judgeStack(forceTls, [made])),
            [[], []],
        );
        assert.deepEqual(
            [cluster({ engineVersion: "16.8" }), instance("14.9")].map((made) => judgeStack(forceTls, [made]).length),
            [1, 1],
        );
    });

    it("knows the default of each engine, and when a major version alone does not decide", () => {
        const instance = (engine: string, engineVersion: unknown): Made => ({
            type: "aws:rds/instance:Instance",
            name: "db",
            props: { engine, engineVersion },
        });
        const levels = (engine: string, version: unknown): string[] =>
            judgeStack(forceTls, [instance(engine, version)]).map((one) => one.slice(0, one.indexOf("]") + 1));
        const [passes, refused, unproven] = [[], ["[as set]"], ["[advisory]"]];
        assert.deepEqual(
            [levels("mariadb", "11.8.3"), levels("mariadb", "11.4.5"), levels("mariadb", "11")],
            [passes, refused, unproven],
        );
        assert.deepEqual(
            [levels("mysql", "8.4.5"), levels("mysql", "9.7.0"), levels("mysql", unknown)],
            [refused, passes, unproven],
        );
        assert.deepEqual(
            [levels("aurora-mysql", "8.0.mysql_aurora.3.10.0"), levels("aurora-mysql", unknown)],
            [refused, refused],
        );
    });

    it("applies the engine's default to a database without a custom group, even at the first preview", () => {
        const first = (inputs: Record<string, unknown>, props: Record<string, unknown> = {}): string[] =>
            judgeStack(forceTls, [
                {
                    type: "aws:rds/cluster:Cluster",
                    name: "db",
                    props: { ...inputs, dbClusterParameterGroupName: unknown, ...props },
                    inputs,
                },
            ]);
        const without =
            "it has no custom parameter group in dbClusterParameterGroupName, so it accepts connections in plain text";
        assert.deepEqual(first({ engine: "aurora-postgresql", engineVersion: "16.6" }), [
            `[as set] db: ${without}${fix}`,
        ]);
        const empty = { engine: "aurora-postgresql", engineVersion: "16.6", dbClusterParameterGroupName: "" };
        assert.deepEqual(first(empty, { dbClusterParameterGroupName: "" }), [`[as set] db: ${without}${fix}`]);
        assert.deepEqual(first({ engine: "aurora-mysql" }, { engineVersion: unknown }), [
            `[as set] db: ${without}\n  fix: set require_secure_transport to "ON" in the parameter group of db`,
        ]);
        assert.deepEqual(first({ engine: "aurora-postgresql", engineVersion: "17.4" }), []);
        assert.deepEqual(first({ engine: "aurora-postgresql" }, { engineVersion: unknown }), [
            `[advisory] db: the engine's version is not known, so TLS cannot be verified${fix}`,
        ]);
    });

    it("checks the arguments if the provider's configuration is unknown and the engine returns no outputs", () => {
        const given = (one: Made): Made => ({ ...one, props: {}, inputs: one.props });
        const off = group([{ name: "rds.force_ssl", value: "0" }], undefined);
        assert.deepEqual(
            judgeStack(forceTls, [
                given(cluster({ dbClusterParameterGroupName: unknown }, { dbClusterParameterGroupName: ["group"] })),
                given(off),
            ]),
            [
                `[as set] db: its parameter group group sets rds.force_ssl to "0", so it accepts connections in plain text${fix}`,
            ],
        );
    });

    it("reports a copy as unproven: its source's engine and group are not known yet", () => {
        const inputs = { replicateSourceDb: "source" };
        const replica = (props: Record<string, unknown>): string[] =>
            judgeStack(forceTls, [
                { type: "aws:rds/instance:Instance", name: "db", props: { ...inputs, ...props }, inputs },
            ]);
        assert.deepEqual(replica({ engine: unknown, parameterGroupName: unknown }), [
            `[advisory] db: its engine is not known yet, so TLS cannot be verified${fix}`,
        ]);
        const own = { ...group(forced, unknown), props: { name: unknown, family: "postgres17", parameters: forced } };
        const held = { ...inputs, parameterGroupName: unknown };
        assert.deepEqual(
            judgeStack(forceTls, [
                {
                    type: "aws:rds/instance:Instance",
                    name: "db",
                    props: { ...held, engine: unknown },
                    inputs: held,
                    from: { parameterGroupName: ["group"] },
                },
                own,
            ]),
            [],
        );
        assert.deepEqual(replica({ engine: "postgres", engineVersion: "16.6", parameterGroupName: "elsewhere" }), [
            `[advisory] db: its parameter group is not in this stack, so TLS cannot be verified${fix}`,
        ]);
    });

    it("checks MySQL's own parameter, and none for other engines", () => {
        const mysql = cluster({ engine: "aurora-mysql", dbClusterParameterGroupName: "g" });
        assert.deepEqual(judgeStack(forceTls, [mysql, group([{ name: "require_secure_transport", value: "ON" }])]), []);
        assert.equal(judgeStack(forceTls, [mysql, group(forced)]).length, 1);
        assert.deepEqual(judgeStack(forceTls, [cluster({ engine: "oracle-ee" })]), []);
    });

    it("reports as unproven another stack's group, and a value or a version that is not known yet", () => {
        const later = (because: string): string[] => [`[advisory] db: ${because}, so TLS cannot be verified${fix}`];
        assert.deepEqual(
            judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "elsewhere" })]),
            later("its parameter group is not in this stack"),
        );
        assert.deepEqual(
            judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: unknown })]),
            later("its parameter group is not known yet"),
        );
        assert.deepEqual(
            judgeStack(forceTls, [
                cluster({ dbClusterParameterGroupName: "g" }),
                group([{ name: "rds.force_ssl", value: unknown }]),
            ]),
            later("rds.force_ssl of its parameter group group is not known yet"),
        );
        assert.deepEqual(
            judgeStack(forceTls, [cluster({ engineVersion: unknown })]),
            later("the engine's version is not known"),
        );
    });

    it("reads groups of the native provider", () => {
        const native: Made = {
            type: "aws-native:rds:DbClusterParameterGroup",
            name: "group",
            props: { dbClusterParameterGroupName: "g", parameters: { "rds.force_ssl": 1 } },
        };
        assert.deepEqual(
            judgeStack(forceTls, [
                { ...cluster({ dbClusterParameterGroupName: "g" }), type: "aws-native:rds:DbCluster" },
                native,
            ]),
            [],
        );
    });

    it("refuses a proxy that accepts plaintext connections", () => {
        for (const type of ["aws:rds/proxy:Proxy", "aws-native:rds:DbProxy"]) {
            const proxy = (requireTls: unknown): string[] =>
                judgeStack(forceTls, [{ type, name: "proxy", props: { requireTls } }]);
            assert.deepEqual(
                [proxy(true), proxy(undefined), proxy(unknown)],
                [
                    [],
                    ["[as set] proxy: the proxy accepts connections in plain text\n  fix: set requireTls to true"],
                    ["[advisory] proxy: requireTls is not known yet\n  fix: set requireTls to true"],
                ],
                type,
            );
        }
    });
});
