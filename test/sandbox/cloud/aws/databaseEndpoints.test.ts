import assert from "node:assert/strict";

import type { CloudObject, JsonProps } from "../../../../sandbox/cloud/store";
import { endpointsOf, resourceIdsOf } from "../../../../sandbox/cloud/aws/databaseEndpoints";

const CLUSTER = object("aws:rds/cluster:Cluster", {
    clusterIdentifier: "keyless",
    clusterResourceId: "cluster-ABC",
    endpoint: "keyless.cluster-x.eu-central-1.rds.amazonaws.com",
    readerEndpoint: "keyless.cluster-ro-x.eu-central-1.rds.amazonaws.com",
    port: 5433,
    engineVersion: "16.6",
    masterUsername: "postgres",
    databaseName: "app",
    iamDatabaseAuthenticationEnabled: true,
});
const MEMBER = object("aws:rds/clusterInstance:ClusterInstance", {
    clusterIdentifier: "keyless",
    endpoint: "keyless-0.x.eu-central-1.rds.amazonaws.com",
});

const SECOND = object(MEMBER.type, {
    clusterIdentifier: "keyless",
    endpoint: "keyless-1.x.eu-central-1.rds.amazonaws.com",
});

describe("the endpoints of the stand-in cloud's databases", () => {
    it("include a cluster's writer and reader endpoints and those of its instances", () => {
        const hosts = [CLUSTER.state["endpoint"], CLUSTER.state["readerEndpoint"], MEMBER.state["endpoint"]].map(
            String,
        );
        const spec = { resourceId: "cluster-ABC", major: 16, masterUsername: "postgres", hosts, database: "app" };
        assert.deepEqual(
            endpointsOf(storeOf(CLUSTER, MEMBER)),
            hosts.map((host, i) => ({
                ...{ host, port: 5433, region: "eu-central-1", tokens: true, spec },
                role: ["writer", "reader", "instance"][i],
                ...{ replica: false, replicationTokens: false },
                connectPrefix: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/",
                log: { group: "/aws/rds/cluster/keyless/iam-db-auth-error", exported: false },
            })),
        );
    });

    it("lead to a replica for the readers of a cluster with several instances, a secondary cluster and a read replica", () => {
        const replicasAmong = (...objects: readonly CloudObject[]) =>
            endpointsOf(storeOf(...objects))
                .filter(({ replica }) => replica)
                .map(({ host }) => host.split(".eu-")[0]);
        const readers = (one: boolean, two: boolean) =>
            replicasAmong(
                CLUSTER,
                { ...MEMBER, state: { ...MEMBER.state, writer: one } },
                { ...SECOND, state: { ...SECOND.state, writer: two } },
            );
        assert.deepEqual(readers(true, false), ["keyless.cluster-ro-x", "keyless-1.x"]);
        assert.deepEqual(readers(false, true), ["keyless.cluster-ro-x", "keyless-0.x"]);
        // After the writer is gone, AWS promotes one.
        assert.deepEqual(readers(false, false), ["keyless.cluster-ro-x", "keyless-1.x"]);
        const region = "eu-west-1";
        const whole = { globalClusterIdentifier: "world" };
        const secondary = {
            ...object(CLUSTER.type, {
                ...CLUSTER.state,
                ...whole,
                clusterResourceId: "cluster-COPY",
                endpoint: "copy.cluster-x.eu-west-1.rds.amazonaws.com",
                readerEndpoint: "copy.cluster-ro-x.eu-west-1.rds.amazonaws.com",
            }),
            region,
        };
        const primary = {
            ...CLUSTER,
            inputs: { masterUsername: "postgres" },
            state: { ...CLUSTER.state, ...whole },
        };
        const member = object(MEMBER.type, { clusterIdentifier: "keyless" });
        assert.deepEqual(replicasAmong(primary, MEMBER, secondary, { ...member, region }), [
            "copy.cluster-x",
            "copy.cluster-ro-x",
        ]);
        const instance = (name: string, more: JsonProps = {}) =>
            object("aws:rds/instance:Instance", {
                ...{ address: `${name}.x.eu-central-1.rds.amazonaws.com`, resourceId: `db-${name}`, arn: name },
                ...{ engineVersion: "17", username: "root", ...more },
            });
        assert.deepEqual(replicasAmong(instance("one"), instance("two", { replicateSourceDb: "one" })), ["two.x"]);
    });

    it("accept tokens for replication connections only with both parameters that RDS requires", () => {
        const accepted = (parameters: Record<string, string>) => {
            const group = {
                ...object("aws:rds/clusterParameterGroup:ClusterParameterGroup", {
                    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
                }),
                id: "group",
            };
            const cluster = { ...CLUSTER, state: { ...CLUSTER.state, dbClusterParameterGroupName: "group" } };
            const [endpoint] = endpointsOf(storeOf(cluster, MEMBER, group));
            return [endpoint?.replicationTokens, endpoint?.spec.logicalReplication];
        };
        const both = { "rds.logical_replication": "1", "rds.iam_auth_for_replication": "1" };
        assert.deepEqual(accepted(both), [true, true]);
        assert.deepEqual(accepted({ ...both, "rds.iam_auth_for_replication": "0" }), [false, true]);
        assert.deepEqual(accepted({ "rds.iam_auth_for_replication": "1" }), [false, undefined]);
    });

    it("exclude a cluster without instances, which still counts as a database", () => {
        const elsewhere = { ...MEMBER, region: "eu-west-1" };
        const store = storeOf(CLUSTER, elsewhere, object(MEMBER.type, { clusterIdentifier: "another" }));
        assert.deepEqual([endpointsOf(store), [...resourceIdsOf(store)]], [[], ["cluster-ABC"]]);
    });

    it("include those of RDS instances, with the password from the program", () => {
        const instance = object(
            "aws:rds/instance:Instance",
            {
                address: "small.x.eu-central-1.rds.amazonaws.com",
                resourceId: "db-ABC",
                engineVersion: "17",
                username: "root",
            },
            { password: "given" },
        );
        const spec = {
            resourceId: "db-ABC",
            major: 17,
            masterUsername: "root",
            hosts: ["small.x.eu-central-1.rds.amazonaws.com"],
            masterPassword: "given",
        };
        assert.deepEqual(endpointsOf(storeOf(instance)), [
            {
                ...{ host: spec.hosts[0], port: 5432, region: "eu-central-1", role: "writer", tokens: false, spec },
                ...{ replica: false, replicationTokens: false },
                connectPrefix: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-ABC/",
                log: { group: "/aws/rds/instance/any/iam-db-auth-error", exported: false },
            },
        ]);
    });

    it("include those of proxies, with the proxy's resource id and the target's database", () => {
        const cluster = {
            ...CLUSTER,
            state: { ...CLUSTER.state, enabledCloudwatchLogsExports: ["iam-db-auth-error"] },
        };
        const target = object("aws:rds/proxyTarget:ProxyTarget", {
            dbProxyName: "any",
            endpoint: CLUSTER.state["endpoint"] ?? "",
        });
        const proxy = object("aws:rds/proxy:Proxy", {
            ...{
                arn: "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0abc",
                endpoint: "any.proxy-x.eu-central-1.rds.amazonaws.com",
            },
            ...{ defaultAuthScheme: "IAM_AUTH", roleArn: "arn:aws:iam::111122223333:role/proxy" },
        });
        const more = object("aws:rds/proxyEndpoint:ProxyEndpoint", {
            ...{
                dbProxyName: "any",
                targetRole: "READ_ONLY",
                endpoint: "ro.endpoint.proxy-x.eu-central-1.rds.amazonaws.com",
            },
        });
        const all = endpointsOf(storeOf(cluster, MEMBER, target, proxy, more));
        const common = {
            ...{ port: 5433, region: "eu-central-1", tokens: true, replicationTokens: false, spec: all[0]?.spec },
            connectPrefix: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:prx-0abc/",
            log: { group: "/aws/rds/proxy/any", exported: true },
        };
        const behind = {
            roleArn: "arn:aws:iam::111122223333:role/proxy",
            targetPrefix: "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC/",
        };
        assert.deepEqual(all.slice(3), [
            {
                ...{ host: "any.proxy-x.eu-central-1.rds.amazonaws.com", role: "writer", replica: false, ...common },
                proxy: { ...behind, withoutReader: false },
            },
            {
                ...{ host: "ro.endpoint.proxy-x.eu-central-1.rds.amazonaws.com", role: "reader", replica: true },
                ...{ ...common, proxy: { ...behind, withoutReader: true } },
            },
        ]);
        const withReader = endpointsOf(storeOf(cluster, MEMBER, SECOND, target, proxy, more));
        assert.deepEqual(
            withReader.map(({ proxy: through }) => through?.withoutReader).filter((each) => each !== undefined),
            [false, false],
        );
        assert.equal(all[0]?.log.exported, true);
    });

    it("lead to one server for all clusters of a global database, each with its own resource id", () => {
        const source = {
            ...CLUSTER,
            inputs: { masterUsername: "postgres" },
            state: { ...CLUSTER.state, globalClusterIdentifier: "world" },
        };
        const copy = {
            ...object(CLUSTER.type, {
                ...CLUSTER.state,
                clusterResourceId: "cluster-COPY",
                endpoint: "copy.cluster-x.eu-west-1.rds.amazonaws.com",
                readerEndpoint: "copy.cluster-ro-x.eu-west-1.rds.amazonaws.com",
                globalClusterIdentifier: "world",
            }),
            region: "eu-west-1",
        };
        const found = endpointsOf(storeOf(source, copy, MEMBER, { ...MEMBER, region: "eu-west-1" }));
        const hosts = [...new Set(found.map(({ host }) => host))];
        assert.deepEqual(new Set(found.map(({ spec }) => JSON.stringify(spec))).size, 1);
        assert.deepEqual(found[0]?.spec, {
            resourceId: "cluster-ABC",
            major: 16,
            masterUsername: "postgres",
            hosts,
            database: "app",
        });
        assert.deepEqual(
            found.filter(({ host }) => host.startsWith("copy")).map(({ connectPrefix }) => connectPrefix),
            ["cluster", "cluster-ro"].map(() => "arn:aws:rds-db:eu-west-1:111122223333:dbuser:cluster-COPY/"),
        );
    });

    it("exclude MySQL databases, which have no server in the sandbox", () => {
        const mysql = object(CLUSTER.type, { ...CLUSTER.state, engine: "aurora-mysql", engineVersion: "8.0" });
        assert.deepEqual(endpointsOf(storeOf(mysql, MEMBER)), []);
    });
});

function object(type: string, state: JsonProps, inputs: JsonProps = {}): CloudObject {
    return { type, id: "any", region: "eu-central-1", account: "111122223333", inputs, state };
}

function storeOf(...objects: readonly CloudObject[]): { list(type: string): CloudObject[] } {
    return { list: (type) => objects.filter((each) => each.type === type) };
}
