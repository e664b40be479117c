import { deepEqual, equal, match } from "node:assert/strict";

import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import { Stage, refusal } from "./stage";
import { furnish } from "./world";

describe("the RDS stand-in", () => {
    let original: Stage;
    let stage: Stage;

    before(async () => {
        original = await Stage.open();
        await furnish(original);
    });

    beforeEach(async () => {
        stage = await original.copy();
    });

    it("gives Aurora its endpoints, its resource id, its port and the master's secret", async () => {
        const { state } = await stage.create(tokens.DB_CLUSTER, {
            ...{
                clusterIdentifier: "orders",
                engine: "aurora-mysql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            },
        });
        match(must(state, "clusterResourceId"), /^cluster-[A-Z0-9]{26}$/);
        match(must(state, "endpoint"), /^orders\.cluster-[a-z0-9]{12}\.eu-central-1\.rds\.amazonaws\.com$/);
        equal(state["readerEndpoint"], must(state, "endpoint").replace("cluster-", "cluster-ro-"));
        deepEqual([state["port"], state["arn"]], [3306, "arn:aws:rds:eu-central-1:111122223333:cluster:orders"]);
        const [secret] = state["masterUserSecrets"] as { secretArn: string }[];
        match(
            secret?.secretArn ?? "",
            /^arn:aws:secretsmanager:eu-central-1:111122223333:secret:rds!cluster-[0-9a-f-]{36}-\w{6}$/,
        );
        const value = JSON.parse(
            must(stage.store.get(tokens.SECRET_VERSION, secret?.secretArn ?? "")?.state ?? {}, "secretString"),
        ) as Record<string, string>;
        deepEqual([value["username"], value["password"]?.length], ["root1", 32]);
    });

    it("swaps the parts of endpoints in China and separates its partition", async () => {
        const china = await Stage.open({ region: "cn-north-1" });
        const there = await furnish2(china);
        const { state } = await china.create(tokens.DB_CLUSTER, {
            ...{
                clusterIdentifier: "orders",
                engine: "aurora-postgresql",
                dbSubnetGroupName: there,
                masterUsername: "root1",
                manageMasterUserPassword: true,
            },
        });
        match(must(state, "endpoint"), /^orders\.cluster-[a-z0-9]{12}\.rds\.cn-north-1\.amazonaws\.com\.cn$/);
        equal(state["arn"], "arn:aws-cn:rds:cn-north-1:111122223333:cluster:orders");
    });

    it("refuses a log group that a service created before the program", async () => {
        await stage.create(tokens.DB_CLUSTER, {
            ...{
                clusterIdentifier: "c",
                engine: "aurora-postgresql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            },
            enabledCloudwatchLogsExports: ["postgresql"],
        });
        equal(
            await refusal(stage.create(tokens.LOG_GROUP, { name: "/aws/rds/cluster/c/postgresql" })),
            "ResourceAlreadyExistsException: The specified log group already exists",
        );
    });

    it("gives an instance an id that is kept when its name changes, and an address with its port", async () => {
        const inputs = {
            ...{
                identifier: "orders",
                engine: "postgres",
                instanceClass: "db.t4g.micro",
                allocatedStorage: 20,
                username: "root1",
            },
            ...{ manageMasterUserPassword: true, dbSubnetGroupName: "db", skipFinalSnapshot: true },
        };
        const made = await stage.create(tokens.DB_INSTANCE, inputs);
        match(made.id, /^db-[A-Z0-9]{26}$/);
        equal(made.state["resourceId"], made.id);
        match(must(made.state, "endpoint"), /^orders\.[a-z0-9]{12}\.eu-central-1\.rds\.amazonaws\.com:5432$/);
        const { replace, state } = await stage.change(tokens.DB_INSTANCE, made, { ...inputs, identifier: "sales" });
        deepEqual([replace, must(state, "address").startsWith("sales.")], [[], true]);
        match(must(state, "masterUserSecrets.secretArn"), /:secret:rds!db-[0-9a-f-]{36}-\w{6}$/);
    });

    it("gives a proxy an id for ARNs and an endpoint, and accepts only compatible targets", async () => {
        const proxy = stage.store.get(tokens.DB_PROXY, "front")?.state ?? {};
        match(must(proxy, "arn"), /^arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0[0-9a-f]{16}$/);
        match(must(proxy, "endpoint"), /^front\.proxy-[a-z0-9]{12}\.eu-central-1\.rds\.amazonaws\.com$/);
        const target = await stage.create(tokens.DB_PROXY_TARGET, {
            dbProxyName: "front",
            targetGroupName: "default",
            dbClusterIdentifier: "main",
        });
        deepEqual(
            [target.id, target.state["type"], target.state["port"]],
            ["front/default/TRACKED_CLUSTER/main", "TRACKED_CLUSTER", 5432],
        );
        await stage.create(tokens.DB_CLUSTER, {
            ...{
                clusterIdentifier: "my",
                engine: "aurora-mysql",
                dbSubnetGroupName: "db",
                masterUsername: "root1",
                manageMasterUserPassword: true,
            },
        });
        equal(
            await refusal(
                stage.create(tokens.DB_PROXY_TARGET, {
                    dbProxyName: "front",
                    targetGroupName: "default",
                    dbClusterIdentifier: "my",
                }),
            ),
            "InvalidDBProxyStateFault: The engine aurora-mysql of the target doesn't fit the engine family POSTGRESQL of the proxy",
        );
    });

    it("renames a proxy in place, with a new endpoint and the same id, but not to a name that is taken", async () => {
        const inputs = { ...(stage.store.get(tokens.DB_PROXY, "front")?.inputs ?? {}) };
        const state = stage.store.get(tokens.DB_PROXY, "front")?.state ?? {};
        const second = await stage.create(tokens.DB_PROXY, { ...inputs, name: "second" });
        equal(
            await refusal(stage.change(tokens.DB_PROXY, second, { ...inputs, name: "front" })),
            "DBProxyAlreadyExistsFault: DB proxy front already exists.",
        );
        const renamed = await stage.change(
            tokens.DB_PROXY,
            { id: "front", state, inputs },
            { ...inputs, name: "gate" },
        );
        deepEqual([renamed.replace, renamed.state["arn"]], [[], state["arn"]]);
        match(must(renamed.state, "endpoint"), /^gate\.proxy-/);
        const target = { dbProxyName: "gate", targetGroupName: "default", dbClusterIdentifier: "main" };
        equal((await stage.create(tokens.DB_PROXY_TARGET, target)).state["port"], 5432);
    });

    async function furnish2(china: Stage): Promise<string> {
        const vpc = await china.create(tokens.VPC, { cidrBlock: "10.20.0.0/16" });
        const subnet = async (i: number) =>
            (
                await china.create(tokens.SUBNET, {
                    vpcId: vpc.id,
                    cidrBlock: `10.20.${i}.0/24`,
                    availabilityZone: `cn-north-1${"ab"[i]}`,
                })
            ).id;
        return (
            await china.create(tokens.DB_SUBNET_GROUP, { name: "db", subnetIds: [await subnet(0), await subnet(1)] })
        ).id;
    }
});
