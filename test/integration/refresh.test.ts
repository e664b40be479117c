import assert from "node:assert/strict";
import { join } from "node:path";

import { openPlace } from "../../sandbox/identity/workloadEnvironment";
import { projectDir } from "../../toolkit/paths";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { ACCOUNT, connectStatement, irsaTrust, put, putCluster, putRole } from "../support/cloud";
import { runNode } from "../support/childProgram";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";

const HOURS = 2.2;
/** Keeps a token's 15-minute lifetime longer than a slow machine needs for a connection. */
const SPEED = 240;

describe("a service that runs for hours, on the sandbox's clock", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabase();
        putCluster(ACCOUNT);
        const role = putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]);
        // Seconds: it ends twice.
        const annotations = { "eks.amazonaws.com/role-arn": role, "eks.amazonaws.com/token-expiration": "3600" };
        const metadata = { namespace: "shop", name: "shop", uid: "1", annotations };
        put("kubernetes:core/v1:ServiceAccount", "apps:0123456789ABCDEF0123456789ABCDEF/shop/shop", { metadata });
        server = await startServer({ pace: { since: Date.now(), speed: SPEED } });
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query("CREATE ROLE shop_app LOGIN IN ROLE rds_iam");
        await admin.end();
    });
    after(() => server.stop());

    it("never fails a query while tokens, credentials and files expire many times; an expired token is refused", async () => {
        const place = await openPlace(server, { name: "shop/shop" }, process.env);
        try {
            const { stdout, stderr } = await runNode(
                join(projectDir, "test/support/programs/hours.mjs"),
                [String(HOURS)],
                place.environment,
            );
            assert.notEqual(stdout, "", stderr);
            const { failures, queries, connections, credentials, replay } = JSON.parse(stdout) as {
                failures: string[];
                queries: number;
                connections: number;
                credentials: number;
                replay: string;
            };
            assert.deepEqual([failures, replay], [[], 'PAM authentication failed for user "shop_app"']);
            assert.ok(credentials >= 3, `credentials were given ${credentials} times`);
            assert.ok(
                connections > HOURS * 4 && queries > connections,
                `${connections} connections, ${queries} queries`,
            );
        } finally {
            await place.close();
        }
    });
});
