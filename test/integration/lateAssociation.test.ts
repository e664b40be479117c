import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { openPlace } from "../../sandbox/identity/workloadEnvironment";
import { projectDir } from "../../toolkit/paths";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import {
    ACCOUNT,
    connectStatement,
    podTrust,
    put,
    putAssociation,
    putCluster,
    putRole,
    putServiceAccount,
    roleArn,
} from "../support/cloud";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";

interface Entry {
    readonly event: string;
    readonly meaning?: string;
    readonly user?: string;
}

describe("a service that starts before its permissions exist", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabase();
        putCluster(ACCOUNT);
        putServiceAccount("shop", "shop");
        // The association exists, but its role is not the final one.
        putAssociation("shop", "shop", roleArn("shop"));
        server = await startServer();
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query("CREATE ROLE shop_app LOGIN IN ROLE rds_iam");
        await admin.end();
    });
    after(() => server.stop());

    it("waits for Pod Identity and for the permission to connect, then serves, and shuts down gracefully", async () => {
        const place = await openPlace(server, { name: "shop/shop", host: undefined, user: "shop_app" }, process.env);
        const child = spawn(process.execPath, [join(projectDir, "examples/connection-test/src/service.mjs")], {
            env: { ...place.environment, PORT: "0" },
            stdio: ["ignore", "pipe", "ignore"],
        });
        const ended = once(child, "exit");
        try {
            const entries: Entry[] = [];
            // Removes each obstacle after the service has reported it.
            const policy = JSON.stringify({
                Version: "2012-10-17",
                Statement: [connectStatement(RESOURCE_ID, "shop_app")],
            });
            const steps = new Map<string, () => unknown>([
                ["retry not yet", () => putRole("shop", podTrust("shop", "shop"))],
                [
                    "retry not allowed",
                    () =>
                        put(
                            "aws:iam/rolePolicy:RolePolicy",
                            "shop:own",
                            { name: "own", role: "shop", policy },
                            { region: "aws-global" },
                        ),
                ],
                ["listening", () => child.kill("SIGTERM")],
            ]);
            for await (const line of createInterface({ input: child.stdout })) {
                const entry = JSON.parse(line) as Entry;
                const step = [entry.event, entry.meaning].filter(Boolean).join(" ");
                if (steps.has(step)) {
                    entries.push(entry);
                    steps.get(step)?.();
                    steps.delete(step);
                }
            }
            assert.deepEqual(
                [entries.map(({ event, meaning, user }) => [event, meaning, user]), await ended],
                [
                    [
                        ["retry", "not yet", undefined],
                        ["retry", "not allowed", undefined],
                        ["listening", undefined, "shop_app"],
                    ],
                    [0, null],
                ],
            );
        } finally {
            child.kill("SIGKILL");
            await place.close();
        }
    });
});
