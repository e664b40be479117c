import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { openPlace } from "../../sandbox/identity/place";
import type { Place } from "../../sandbox/identity/place";
import { projectDir } from "../../sandbox/paths";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { ACCOUNT, connectStatement, irsaTrust, putCluster, putRole, putServiceAccount } from "../support/cloud";
import { runNode } from "../support/childProgram";
import { putDatabase, RESOURCE_ID } from "./postgres-door-support";
import { makeTenants, tenantsNamed, withOwnState } from "./postgres-support";

const SOURCE = join(projectDir, "examples/connection-test/src");

interface Result {
    readonly ok: boolean;
    readonly identity: string;
    readonly tokenAgeSeconds: number;
    readonly user: string;
    readonly tls: string;
    readonly checks: readonly { readonly name: string; readonly outcome: string; readonly detail: string }[];
}

describe("the connection test", () => {
    withOwnState();
    let server: Server;
    let place: Place;

    before(async () => {
        putDatabase();
        putCluster(ACCOUNT);
        putServiceAccount("shop", "shop", putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]));
        server = await startServer();
        const postgres = await server.postgresFor(RESOURCE_ID);
        await makeTenants(postgres, tenantsNamed("shop", "billing"));
        place = await openPlace(server, { name: "shop/shop" }, process.env);
    });
    after(async () => {
        await place.close();
        await server.stop();
    });

    const admin = async (...statements: readonly string[]): Promise<void> => {
        const session = await (await server.postgresFor(RESOURCE_ID)).admin("app");
        await session.query(statements.join(";"));
        await session.end();
    };
    const run = async (): Promise<[number, Result]> => {
        const { code, stdout, stderr } = await runNode(join(SOURCE, "job.mjs"), [], place.environment);
        assert.notEqual(stdout, "", stderr);
        return [code, JSON.parse(stdout) as Result];
    };
    const outcomes = ({ checks }: Result): Record<string, string> => Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));

    it("tells who it is, and passes all checks where all is as it should be", async () => {
        await admin(
            "CREATE TABLE shop.orders (id int, card text)",
            "GRANT SELECT (id) ON shop.orders TO shop_app",
            "CREATE TABLE shop.items (id int)",
            "GRANT SELECT ON shop.items TO shop_app",
            "CREATE TABLE billing.invoices (id int)",
            "CREATE SCHEMA scratch AUTHORIZATION shop_app",
        );
        const [code, result] = await run();
        assert.deepEqual(
            [code, result.ok, result.user, result.tls, result.tokenAgeSeconds < 60],
            [0, true, "shop_app", "TLSv1.3", true],
        );
        assert.match(result.identity, /^arn:aws:sts::111122223333:assumed-role\/shop\//);
        assert.deepEqual(outcomes(result), {
            "creates and drops a table": "passed",
            "reads a table": "passed",
            "creates a database": "passed",
            "reads another tenant's table": "passed",
            "reads a masked column": "passed",
            "connects as billing_app with a token of its own for that user": "passed",
            "connects as billing_app with its own user's token": "passed",
            "connects with a token that is 16 minutes old": "passed",
            "connects without TLS": "passed",
            "trusts a server that a wrong authority vouches for": "passed",
        });
    });

    it("fails where somebody got more than he should: a database of his own, another user's login", async () => {
        await admin("ALTER ROLE shop_app CREATEDB");
        putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "*_app")]);
        const [code, result] = await run();
        const failed = result.checks.filter(({ outcome }) => outcome === "failed").map(({ name, detail }) => `${name}: ${detail}`);
        assert.deepEqual(
            [code, result.ok, failed],
            [1, false, ["creates a database: it was allowed", "connects as billing_app with a token of its own for that user: it was allowed"]],
        );
        await admin("ALTER ROLE shop_app NOCREATEDB");
        putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]);
    });

    it("is a service too: alive, ready, answering, and ending in order", async () => {
        const child = spawn(process.execPath, [join(SOURCE, "service.mjs")], { env: { ...place.environment, PORT: "0" }, stdio: ["ignore", "pipe", "ignore"] });
        const ended = once(child, "exit");
        let port = 0;
        for await (const line of createInterface({ input: child.stdout })) {
            const entry = JSON.parse(line) as { event: string; port?: number };
            if (entry.event === "listening") {
                port = entry.port ?? 0;
                break;
            }
        }
        const ask = async (path: string): Promise<unknown[]> => {
            const answer = await fetch(`http://127.0.0.1:${port}${path}`);
            const { user, ...rest } = (await answer.json()) as Record<string, unknown>;
            return [answer.status, user ?? rest];
        };
        assert.deepEqual(
            [await ask("/healthz"), await ask("/readyz"), await ask("/"), await ask("/else")],
            [[200, { alive: true }], [200, { ready: true }], [200, "shop_app"], [404, { error: "not found" }]],
        );
        child.kill("SIGTERM");
        assert.deepEqual(await ended, [0, null]);
    });
});
