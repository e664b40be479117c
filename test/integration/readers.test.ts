import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { stateDir } from "../../toolkit/paths";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { put } from "../support/cloud";
import { superuserOf } from "../support/client";
import { connectThrough, putDatabase, READER, RESOURCE_ID, tokenFor } from "./gatewaySupport";
import { HOST, withOwnState } from "./postgres-support";

const USER = "shop_app";
const PROXY = "shop.proxy-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";
const PROXY_READER = "reads.endpoint.proxy-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";

describe("the reader endpoints of a cluster with two instances", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabase();
        const second = { clusterIdentifier: "keyless", writer: false };
        put("aws:rds/clusterInstance:ClusterInstance", "keyless-1", second);
        server = await startServer();
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query(`CREATE ROLE ${USER} LOGIN IN ROLE rds_iam; CREATE SCHEMA shop AUTHORIZATION ${USER}`);
        await admin.end();
    });
    after(() => server.stop());

    const connect = async (host: string, user = USER) =>
        connectThrough(server, user, await tokenFor(user, host), { host });

    it("have sessions that no statement makes writable, as on an Aurora replica", async () => {
        const client = await connect(READER);
        const attempts = [
            "CREATE TABLE shop.refused (id int)",
            "SET default_transaction_read_only = off; CREATE TABLE shop.refused (id int)",
            "BEGIN READ WRITE",
        ];
        const outcomes = [];
        for (const attempt of attempts) {
            outcomes.push(
                await client.query(attempt).then(
                    () => "done",
                    (error: Error) => error.message,
                ),
            );
            await client.query("ROLLBACK");
        }
        const { rows } = await client.query(
            "SELECT current_user, pg_is_in_recovery() AS replica, current_setting('transaction_read_only') AS read_only",
        );
        await client.end();
        assert.deepEqual(rows, [{ current_user: USER, replica: true, read_only: "on" }]);
        assert.deepEqual(outcomes, [
            "cannot execute CREATE TABLE in a read-only transaction",
            "cannot execute CREATE TABLE in a read-only transaction",
            "cannot set transaction read-write mode during recovery",
        ]);
    });

    it("show a new session all that was committed before, users too", async () => {
        const writer = await connect(HOST);
        await writer.query("CREATE TABLE shop.orders AS SELECT 7 AS id");
        await writer.end();
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query("CREATE ROLE newcomer LOGIN IN ROLE rds_iam");
        await admin.end();
        const reader = await connect(READER);
        const { rows } = await reader.query("SELECT id FROM shop.orders");
        await reader.end();
        await (await connect(READER, "newcomer")).end();
        assert.deepEqual(rows, [{ id: 7 }]);
    });

    it("refuse a token for the writer's name", async () => {
        await assert.rejects(connectThrough(server, USER, await tokenFor(USER, HOST), { host: READER }), {
            message: `PAM authentication failed for user "${USER}"`,
        });
    });

    it("follow a server whose names changed", async () => {
        put("aws:rds/clusterInstance:ClusterInstance", "keyless-1", {
            clusterIdentifier: "keyless",
            writer: false,
            endpoint: "keyless-1.c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com",
        });
        const client = await connect("keyless-1.c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com");
        const { rows } = await client.query(
            "SELECT pg_is_in_recovery() AS replica, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        );
        await client.end();
        assert.deepEqual(rows, [{ replica: true, ssl: true }]);
    });
});

describe("the reader endpoint of a cluster with one instance", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabase();
        const place = { dbProxyName: "shop" };
        put("aws:rds/proxy:Proxy", "shop", {
            ...{ endpoint: PROXY, arn: "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0abc" },
            ...{ defaultAuthScheme: "IAM_AUTH", roleArn: "arn:aws:iam::111122223333:role/proxy" },
        });
        put("aws:rds/proxyTarget:ProxyTarget", "shop", { ...place, endpoint: HOST });
        put("aws:rds/proxyEndpoint:ProxyEndpoint", "shop", {
            ...{ ...place, targetRole: "READ_ONLY", endpoint: PROXY_READER },
        });
        server = await startServer();
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query(`CREATE ROLE ${USER} LOGIN REPLICATION IN ROLE rds_iam`);
        await admin.end();
    });
    after(() => server.stop());

    it("leads to the writer, so its sessions can write", async () => {
        const client = await connectThrough(server, USER, await tokenFor(USER, READER), { host: READER });
        await client.query("CREATE TEMP TABLE mine (id int)");
        await client.end();
    });

    it("is refused to a proxy's read-only endpoint", async () => {
        await assert.rejects(
            connectThrough(server, USER, await tokenFor(USER, PROXY_READER), { host: PROXY_READER }),
            /the read-only endpoint of a proxy needs a cluster with a reader instance/,
        );
    });

    it("takes no replication connection with a token, until the parameter group allows it, and through a proxy never", async () => {
        const replicate = async (host: string): Promise<string> => {
            const replication = "database";
            const token = await tokenFor(USER, host);
            try {
                const client = await connectThrough(server, USER, token, { host, replication });
                const { rows } = await client.query<{ dbname: string }>("IDENTIFY_SYSTEM");
                await client.end();
                return rows[0]?.dbname ?? "";
            } catch (error) {
                return String((error as Error).message);
            }
        };
        assert.equal(await replicate(HOST), `password authentication failed for user "${USER}"`);
        assert.match(
            readFileSync(stateDir("server.log"), "utf8"),
            /tokens for replication require rds\.logical_replication and rds\.iam_auth_for_replication/,
        );
        putDatabase({ parameterGroup: "replicated" });
        const names = ["rds.logical_replication", "rds.iam_auth_for_replication"];
        put("aws:rds/clusterParameterGroup:ClusterParameterGroup", "replicated", {
            parameters: names.map((name) => ({ name, value: "1" })),
        });
        assert.equal(await replicate(HOST), "app");
        assert.equal(
            await replicate(PROXY),
            "Feature not supported: RDS Proxy currently doesn't support streaming replication mode",
        );
    });
});
