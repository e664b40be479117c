import assert from "node:assert/strict";
import { forceTls } from "../../../policy/rules/forceTls";
import { judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const cluster = (props: Record<string, unknown>, from?: Made["from"]): Made => ({ type: "aws:rds/cluster:Cluster", name: "db", props: { engine: "aurora-postgresql", engineVersion: "16.6", ...props }, ...(from !== undefined && { from }) });
const group = (parameters: unknown, name: unknown = "g"): Made => ({ type: "aws:rds/clusterParameterGroup:ClusterParameterGroup", name: "group", props: { name, parameters } });
const forced = [{ name: "log_min_messages", value: "error" }, { name: "rds.force_ssl", value: "1" }];
const fix = '\n  fix: set rds.force_ssl to "1" in the parameter group of db';

describe("the rule database-tls", () => {
    it("passes a cluster whose own group forces TLS, found by its name or by what it was made from", () => {
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "g" }), group(forced)]), []);
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: unknown }, { dbClusterParameterGroupName: ["group"] }), group(forced, unknown)]), []);
    });

    it("is not put off by another group that forces TLS", () => {
        const other: Made = { ...group(forced, "other"), name: "other" };
        assert.deepEqual(judgeStack(forceTls, [other, cluster({ dbClusterParameterGroupName: "g" }), group([{ name: "rds.force_ssl", value: "0" }])]), [
            `[as set] db: its parameter group group sets rds.force_ssl to "0", so it takes connections in plain text${fix}`,
        ]);
    });

    it("refuses a group that leaves it out, and none at all, where the default is off", () => {
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "g" }), group([])]), [`[as set] db: its parameter group group says nothing of rds.force_ssl, so it takes connections in plain text${fix}`]);
        const without = [`[as set] db: it has no parameter group of its own by dbClusterParameterGroupName, so it takes connections in plain text${fix}`];
        assert.deepEqual([judgeStack(forceTls, [cluster({})]), judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "default.aurora-postgresql16" })])], [without, without]);
    });

    it("knows from which version on TLS is forced by default", () => {
        const instance = (engineVersion: string): Made => ({ type: "aws:rds/instance:Instance", name: "db", props: { engine: "postgres", engineVersion } });
        assert.deepEqual([cluster({ engineVersion: "17.4" }), instance("15.2")].map((made) => judgeStack(forceTls, [made])), [[], []]);
        assert.deepEqual([cluster({ engineVersion: "16.8" }), instance("14.9")].map((made) => judgeStack(forceTls, [made]).length), [1, 1]);
    });

    it("holds MySQL to its own parameter, and other engines to none", () => {
        const mysql = cluster({ engine: "aurora-mysql", dbClusterParameterGroupName: "g" });
        assert.deepEqual(judgeStack(forceTls, [mysql, group([{ name: "require_secure_transport", value: "ON" }])]), []);
        assert.equal(judgeStack(forceTls, [mysql, group(forced)]).length, 1);
        assert.deepEqual(judgeStack(forceTls, [cluster({ engine: "oracle-ee" })]), []);
    });

    it("says what it can't know: a group of another stack, a value or a version that is not known yet", () => {
        const later = (because: string): string[] => [`[advisory] db: ${because}, on which TLS depends${fix}`];
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "elsewhere" })]), later("its parameter group is not of this stack"));
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: unknown })]), later("its parameter group is not known yet"));
        assert.deepEqual(judgeStack(forceTls, [cluster({ dbClusterParameterGroupName: "g" }), group([{ name: "rds.force_ssl", value: unknown }])]), later("rds.force_ssl of its parameter group group is not known yet"));
        assert.deepEqual(judgeStack(forceTls, [cluster({ engineVersion: unknown })]), later("the engine's version is not known"));
    });

    it("reads the native provider's groups", () => {
        const native: Made = { type: "aws-native:rds:DbClusterParameterGroup", name: "group", props: { dbClusterParameterGroupName: "g", parameters: { "rds.force_ssl": 1 } } };
        assert.deepEqual(judgeStack(forceTls, [{ ...cluster({ dbClusterParameterGroupName: "g" }), type: "aws-native:rds:DbCluster" }, native]), []);
    });

    it("refuses a proxy that takes plain text", () => {
        const proxy = (requireTls: unknown): string[] => judgeStack(forceTls, [{ type: "aws:rds/proxy:Proxy", name: "proxy", props: { requireTls } }]);
        assert.deepEqual([proxy(true), proxy(undefined), proxy(unknown)], [[], ["[as set] proxy: the proxy takes connections in plain text\n  fix: set requireTls to true"], ["[advisory] proxy: requireTls is not known yet\n  fix: set requireTls to true"]]);
    });
});
