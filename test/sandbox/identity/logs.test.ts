import assert from "node:assert/strict";
import { CloudWatchLog } from "../../../components/tenancy/migration/cloudWatchLog";
import { NoLog } from "../../../components/tenancy/migration/connectionLog";
import { Cloud } from "../../../sandbox/cloud/aws/cloud";
import { DB_CLUSTER, LOG_GROUP } from "../../../sandbox/cloud/aws/tokens";
import { Store, type JsonProps } from "../../../sandbox/cloud/store";
import { sandboxCredentials } from "../../../sandbox/identity/credentials";
import { limitDeployer } from "../../../sandbox/identity/deployer";
import { openIdentity, PATHS, type IdentityServices } from "../../../sandbox/identity/endpoints";
import { foldersOf, makeServerDir } from "../../../sandbox/postgres/layout";
import { writeWhole } from "../../../toolkit/system/files";
import { deployerPolicies } from "../../../deployer/policy";
import { ACCOUNT, REGION } from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

const arn = `arn:aws:rds:${REGION}:${ACCOUNT}:cluster:orders`;
const at = (time: string) => Date.parse(`2026-01-02T${time}Z`);
const line = (time: string, rest: string) => `2026-01-02 ${time} UTC:10.0.1.7(5):shop@app:[1]:LOG:  ${rest}`;

describe("the sandbox's CloudWatch Logs", () => {
    withEmptyState();
    let identity: IdentityServices;
    let cloud: Cloud;
    const log = (more: object = {}, of = arn) =>
        new CloudWatchLog(of, {
            ...{ region: REGION, endpoint: identity.url + PATHS.logs, credentials: sandboxCredentials() },
            ...more,
        });

    before(async () => {
        const store = new Store();
        cloud = new Cloud(store, REGION, ACCOUNT);
        identity = await openIdentity({ store, clock: () => new Date() }, async () => []);
        const group = "/aws/rds/cluster/orders/postgresql";
        const put = (type: string, id: string, state: JsonProps) =>
            store.add({ type, id, ...cloud.home(type), inputs: {}, state });
        put(LOG_GROUP, group, { name: group });
        put(DB_CLUSTER, "orders", { clusterResourceId: "cluster-ORDERS" });
        const { dir, log: file } = foldersOf({ resourceId: "cluster-ORDERS" });
        makeServerDir(dir);
        const lines = [
            line("10:00:00", "connection authorized: user=shop database=app"),
            line("11:00:00", "statement: SELECT\n\t1"),
            line("12:00:00", 'connection authorized: user=Shop "API" database=app'),
        ];
        writeWhole(file, `${lines.join("\n")}\n`);
    });
    after(() => identity.close());

    it("reads the server's log by the SDK: the lines of a period that have a text", async () => {
        const whole = { from: at("00:00:00"), to: at("23:00:00") };
        assert.deepEqual(
            (await log().lines("connection authorized: user=", whole)).map((one) => one.at),
            [at("10:00:00"), at("12:00:00")],
        );
        assert.deepEqual((await log().lines("user=", { from: at("10:00:01"), to: at("12:00:00") })).length, 0);
        assert.deepEqual(
            (await log().lines('user=Shop "API"', whole)).map(({ text }) => text),
            [line("12:00:00", 'connection authorized: user=Shop "API" database=app')],
        );
        assert.deepEqual(
            (await log().lines("SELECT\n\t1", whole)).map((one) => one.at),
            [at("11:00:00")],
        );
    });

    it("says that there is no such log group, or that the caller may not read it, and the fix", async () => {
        const day = { from: at("00:00:00"), to: at("23:00:00") };
        const other = arn.replace("orders", "other");
        await assert.rejects(log({}, other).lines("user=", day), (error) => {
            assert.ok(error instanceof NoLog);
            assert.equal(
                error.message,
                "the log group /aws/rds/cluster/other/postgresql does not exist: export the log postgresql to CloudWatch (EnableCloudwatchLogsExports), with log_connections on",
            );
            return true;
        });
        const wrong = { ...sandboxCredentials(), secretAccessKey: "wrong" };
        await assert.rejects(log({ credentials: wrong }).lines("user=", day), /signature/);
    });

    it("may be read with the policy that keyless deployer-policy prints for a stack that ends a migration, and no other", async () => {
        const stash = (name: string, input: object) => {
            const type = "pulumi:index:Stash";
            return { urn: name, type, id: name, inputs: { input }, properties: { input }, provider: "" };
        };
        const resources = [
            stash("database", { existingDatabase: { arn } }),
            stash("shop", { migration: { state: "finished" } }),
        ];
        const foresight = { resources, lookups: [], config: "", region: REGION, invented: [] };
        const [{ documents } = assert.fail()] = deployerPolicies(foresight, ACCOUNT, []);
        const as = (policies: readonly { document: unknown }[]) =>
            limitDeployer(JSON.stringify({ principals: [{ role: "", account: ACCOUNT, policies }] }));
        const day = { from: at("00:00:00"), to: at("23:00:00") };
        try {
            as(documents.map((document) => ({ document })));
            assert.equal((await log().lines("user=shop", day)).length, 1);
            as([]);
            await assert.rejects(log().lines("user=shop", day), {
                message:
                    "the log group /aws/rds/cluster/orders/postgresql may not be read: allow logs:FilterLogEvents on it",
            });
        } finally {
            limitDeployer(undefined);
        }
    });
});
