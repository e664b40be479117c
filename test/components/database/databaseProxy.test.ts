import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DatabaseProxy, type DatabaseProxyArgs } from "../../../components/database/databaseProxy";
import { record, valueOf, type Recording } from "../../support/mocks";

const least: DatabaseProxyArgs = {
    database: { target: { dbClusterIdentifier: pulumi.output("cluster-1") } },
    subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
    securityGroupIds: ["sg-proxy"],
};

function make(args: Partial<DatabaseProxyArgs> = {}): Promise<Recording> {
    return record(() => new DatabaseProxy("db-proxy", { ...least, ...args }));
}

describe("the proxy before a database", () => {
    it("uses only IAM on both sides, over TLS, and no secret", async () => {
        const recording = await make();
        assert.deepEqual(recording.inventory(), {
            "aws:iam/role:Role": 1,
            "aws:rds/proxy:Proxy": 1,
            "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": 1,
            "aws:rds/proxyTarget:ProxyTarget": 1,
            "keyless:database:DatabaseProxy": 1,
        });
        assert.deepEqual(recording.inputs("aws:rds/proxy:Proxy", "db-proxy"), {
            engineFamily: "POSTGRESQL",
            defaultAuthScheme: "IAM_AUTH",
            requireTls: true,
            roleArn: "arn:aws:iam::111122223333:role/db-proxy",
            vpcSubnetIds: ["subnet-a", "subnet-b"],
            vpcSecurityGroupIds: ["sg-proxy"],
            tags: { Name: "db-proxy" },
        });
    });

    it("has an encrypted log group, created before it and named after it", async () => {
        const recording = await make({ logs: { kmsKeyArn: "arn:logs", retentionInDays: 30 } });
        assert.equal(recording.inputs("aws:rds/proxy:Proxy", "db-proxy")["name"], "cluster-1-proxy");
        assert.deepEqual(recording.inputs("aws:cloudwatch/logGroup:LogGroup", "db-proxy"), {
            name: "/aws/rds/proxy/cluster-1-proxy",
            kmsKeyId: "arn:logs",
            retentionInDays: 30,
        });
    });

    it("leads to the cluster, or to the instance", async () => {
        const target = async (args: Partial<DatabaseProxyArgs>) =>
            (await make(args)).inputs("aws:rds/proxyTarget:ProxyTarget", "db-proxy");
        const rest = { dbProxyName: "db-proxy", targetGroupName: "default" };
        assert.deepEqual(await target({}), { ...rest, dbClusterIdentifier: "cluster-1" });
        assert.deepEqual(await target({ database: { target: { dbInstanceIdentifier: pulumi.output("db-1") } } }), {
            ...rest,
            dbInstanceIdentifier: "db-1",
        });
    });

    it("has a role that RDS assumes, without permissions at first", async () => {
        assert.deepEqual((await make()).document("aws:iam/role:Role", "db-proxy", "assumeRolePolicy"), {
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: { Service: "rds.amazonaws.com" }, Action: "sts:AssumeRole" }],
        });
    });

    it("has an endpoint for readers where there are any, and speaks MySQL to MySQL", async () => {
        const recording = await make({ readers: true, engine: "mysql" });
        assert.equal(recording.inputs("aws:rds/proxy:Proxy", "db-proxy")["engineFamily"], "MYSQL");
        assert.deepEqual(recording.inputs("aws:rds/proxyEndpoint:ProxyEndpoint", "db-proxy"), {
            dbProxyName: "db-proxy",
            dbProxyEndpointName: "db-proxy-ro",
            targetRole: "READ_ONLY",
            vpcSubnetIds: ["subnet-a", "subnet-b"],
            vpcSecurityGroupIds: ["sg-proxy"],
            tags: { Name: "db-proxy" },
        });
    });

    it("is identified by the id in its ARN", async () => {
        let values: unknown;
        await record(async () => {
            const { endpoint, readerEndpoint, arn, resourceId, roleName } = new DatabaseProxy("db-proxy", least);
            values = await Promise.all([endpoint, readerEndpoint, arn, resourceId, roleName].map(valueOf<string>));
        });
        const host = "db-proxy.proxy-abc.eu-central-1.rds.amazonaws.com";
        assert.deepEqual(values, [
            host,
            host,
            "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0123456789abcdef0",
            "prx-0123456789abcdef0",
            "db-proxy",
        ]);
    });
});
