import assert from "node:assert/strict";
import { sameNetwork, ServerPlatform, type ServerPlatformArgs } from "../../../components/platform/serverPlatform";
import { record, type Recording } from "../../support/mocks";

const least: ServerPlatformArgs = {
    server: { securityGroupId: "sg-server", subnetIds: ["subnet-a", "subnet-b"] },
    database: { kind: "instance", engineVersion: "17", databaseName: "app" },
    logDays: 30,
};
const types = {
    group: "aws:ec2/securityGroup:SecurityGroup",
    ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
};

function make(args: Partial<ServerPlatformArgs> = {}): Promise<Recording> {
    return record(() => new ServerPlatform("keyless", { ...least, ...args }));
}

describe("the platform of one application server", () => {
    it("is a database in the server's network, and none of the server's existing resources", async () => {
        const recording = await make();
        assert.deepEqual(recording.inventory(), {
            "aws:cloudwatch/logGroup:LogGroup": 3,
            [types.group]: 2,
            "aws:kms/key:Key": 2,
            "aws:rds/instance:Instance": 1,
            "aws:rds/parameterGroup:ParameterGroup": 1,
            "aws:rds/subnetGroup:SubnetGroup": 1,
            [types.ingress]: 1,
            "keyless:alarms:LogKey": 1,
            "keyless:database:RdsInstance": 1,
            "keyless:platform:ServerPlatform": 1,
        });
        assert.deepEqual(
            recording.of(types.group).map(({ inputs }) => inputs["vpcId"]),
            ["vpc-existing", "vpc-existing"],
        );
        assert.deepEqual(recording.inputs("aws:rds/subnetGroup:SubnetGroup", "keyless-database")["subnetIds"], [
            "subnet-a",
            "subnet-b",
        ]);
        assert.deepEqual(recording.inputs("aws:rds/instance:Instance", "keyless-database")["vpcSecurityGroupIds"], [
            "keyless-tiers-database-id",
            "keyless-tiers-temporary-id",
        ]);
    });

    it("admits the server's group on the engine's port, and does not change that group", async () => {
        const rule = (database: Partial<ServerPlatformArgs["database"]>) =>
            make({ database: { ...least.database, ...database } }).then((recording) =>
                recording.inputs(types.ingress, "keyless-tiers-database-from-server"),
            );
        const wanted = {
            securityGroupId: "keyless-tiers-database-id",
            referencedSecurityGroupId: "sg-server",
            ipProtocol: "tcp",
            description: "from the server tier",
        };
        assert.deepEqual(await rule({}), { ...wanted, fromPort: 5432, toPort: 5432 });
        assert.deepEqual(await rule({ engine: "mysql", engineVersion: "8.4" }), {
            ...wanted,
            fromPort: 3306,
            toPort: 3306,
        });
    });

    it("can have a proxy between server and database", async () => {
        const recording = await make({ database: { ...least.database, proxy: true } });
        assert.deepEqual(
            recording.of(types.ingress).map(({ name }) => name),
            ["keyless-tiers-database-from-proxy", "keyless-tiers-proxy-from-server"],
        );
        assert.deepEqual(
            recording.of(types.egress).map(({ name }) => name),
            ["keyless-tiers-proxy-to-database"],
        );
        assert.deepEqual(
            recording.inputs("aws:rds/proxyTarget:ProxyTarget", "keyless-database-proxy")["dbInstanceIdentifier"],
            "keyless-database-keyless-",
        );
    });

    it("refuses a subnet of another network", () => {
        assert.equal(sameNetwork("subnet-a", "vpc-1", "vpc-1"), "subnet-a");
        assert.throws(() => sameNetwork("subnet-a", "vpc-1", "vpc-2"), {
            message:
                "platform.server.subnetIds: subnet-a is in network vpc-2, the server's security group in vpc-1: name subnets of vpc-1",
        });
    });
});
