import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { projectDir, stateDir } from "../../toolkit/paths";
import { startServer } from "../../sandbox/server";
import { ACCOUNT, connectStatement, irsaTrust, put, putCluster, putRole } from "../support/cloud";
import { type Ended, keyless as keylessIn, startKeyless } from "../support/keyless";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { HOST, withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";

/** Keeps a token's 15-minute lifetime longer than a slow machine needs for a connection. */
const SPEED = 240;
const HOURS = 0.4;

/** The environment of a program that runs as a workload. */
const PROGRAM = `
    const { Client } = require("pg");
    const { Signer } = require("@aws-sdk/rds-signer");
    const { PGHOST: hostname, PGUSER: username, PGSSLROOTCERT, AWS_REGION: region, HOME } = process.env;
    (async () => {
        const password = await new Signer({ hostname, port: 5432, username, region }).getAuthToken();
        const client = new Client({ password, ssl: { ca: require("fs").readFileSync(PGSSLROOTCERT, "utf8") } });
        await client.connect();
        const { rows } = await client.query("SELECT current_user AS name");
        await client.end();
        const ours = Object.keys(process.env).filter((name) => name.startsWith("AWS_PROFILE") || name === "PGPASSWORD" || name === "KEYLESS_STATE");
        console.log(JSON.stringify({ name: rows[0].name, host: hostname, ours, home: HOME !== undefined }));
        process.exitCode = 7;
    })();`;

describe("the commands that run programs as workloads", () => {
    withOwnState();

    const keyless = (...args: string[]): Promise<Ended> => keylessIn(stateDir(), ...args);

    before(async () => {
        putDatabase();
        putCluster(ACCOUNT);
        const arn = putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]);
        // Seconds, the least that there is: it ends within the hours here.
        const annotations = { "eks.amazonaws.com/role-arn": arn, "eks.amazonaws.com/token-expiration": "600" };
        put("kubernetes:core/v1:ServiceAccount", "apps:0123456789ABCDEF0123456789ABCDEF/shop/shop", {
            metadata: { namespace: "shop", name: "shop", uid: "1", annotations },
        });
        putRole(
            "support",
            { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" },
            [connectStatement(RESOURCE_ID, "support")],
        );
        const server = await startServer();
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query("CREATE ROLE shop_app LOGIN IN ROLE rds_iam; CREATE ROLE support LOGIN IN ROLE rds_iam");
        await admin.end();
        await server.stop();
    });

    it("run a program as a pod and as a person, each as its own user, without the caller's environment, and exit with its code", async () => {
        for (const [workload, name] of [
            ["shop/shop", "shop_app"],
            ["role:support", "support"],
        ] as const) {
            const { code, stdout, stderr } = await keyless("run", workload, "--", "node", "--eval", PROGRAM);
            assert.deepEqual(
                [code, stdout],
                [7, `${JSON.stringify({ name, host: HOST, ours: [], home: true })}\n`],
                stderr,
            );
        }
    });

    it("resolve the database's name for libraries that ask the system, or say which ones cannot", async function () {
        if (process.platform !== "linux") {
            this.skip();
        }
        const hosts = await keyless("run", "shop/shop", "--", "getent", "hosts", HOST);
        const allowed = !hosts.stderr.includes("this system allows no private hosts file");
        assert.match(allowed ? hosts.stdout : hosts.stderr, new RegExp(`127\\.\\d+\\.\\d+\\.\\d+\\s+${HOST}`));
        assert.equal(hosts.code, allowed ? 0 : 2);
        const address = await keyless("run", "shop/shop", "--", "sh", "-c", 'echo "$PGHOSTADDR"');
        assert.equal(address.stdout.trim() === "", allowed);
        const own = await keyless("run", "shop/shop", "--", "id", "-u");
        assert.equal(own.stdout.trim(), String(process.getuid?.()));
    });

    it("open an authenticated psql", async function () {
        if (spawnSync("psql", ["--version"]).error !== undefined) {
            this.skip();
        }
        const { code, stdout, stderr } = await keyless(
            "psql",
            "role:support",
            "--",
            "-XAtc",
            "SELECT current_user, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        );
        assert.deepEqual([code, stdout, stderr], [0, "support|t\n", ""]);
    });

    it("print a token for the workload's user", async () => {
        const { code, stdout, stderr } = await keyless("token", "shop/shop");
        const { host, searchParams } = new URL(`https://${stdout.trim()}`);
        assert.deepEqual(
            [
                code,
                stderr,
                host,
                searchParams.get("Action"),
                searchParams.get("DBUser"),
                searchParams.get("X-Amz-Expires"),
            ],
            [0, "", `${HOST}:5432`, "connect", "shop_app", "900"],
        );
    });

    it("list the valid names when an unknown one is given", async () => {
        const outcomes = await Promise.all([
            keyless("token", "shop/another"),
            keyless("token", "role:ghost"),
            keyless("token", "lambda:none"),
            keyless("token", "shop/shop", "--speed", "0"),
            keyless("serve", "--speed", "fast"),
        ]);
        assert.deepEqual(
            outcomes.map(({ code, stdout, stderr }) => [code, stdout, stderr.trim()]),
            [
                'the sandbox has no service account "shop/another"; it has shop/shop',
                'the sandbox has no role "ghost"; give the ARN of an existing role',
                'the sandbox has no "lambda:none" with a role; it has none',
                '--speed is "0"; allowed is a number from 1 to 1000',
                '--speed is "fast"; allowed is a number from 1 to 1000',
            ].map((message) => [2, "", message]),
        );
    });

    it("--speed compresses hours into seconds: no query fails although tokens expire, and an expired one is refused", async () => {
        const hours = join(projectDir, "test/support/programs/hours.mjs");
        const { code, stdout, stderr } = await keyless(
            "run",
            "shop/shop",
            "--speed",
            String(SPEED),
            "--",
            "node",
            hours,
            String(HOURS),
        );
        assert.equal(code, 0, stderr);
        const { failures, replay, queries } = JSON.parse(stdout) as {
            failures: string[];
            replay: string;
            queries: number;
        };
        assert.deepEqual([failures, replay, queries > 0], [[], 'PAM authentication failed for user "shop_app"', true]);
    });

    it("--speed of a serving sandbox applies to all its clients", async () => {
        const serving = startKeyless(stateDir(), "serve", "--speed", String(SPEED));
        try {
            await once(serving.process.stdout ?? serving.process, "data");
            const { stdout } = await keyless("run", "shop/shop", "--", "node", "--print", "Date.now()");
            // Since the sandbox started, more has passed for it than for us, to whom that moment is still to come.
            const now = Date.now();
            assert.ok(Number(stdout) > now, `${stdout.trim()} is not after ${now}`);
            const other = await keyless("run", "shop/shop", "--speed", "2", "--", "true");
            assert.deepEqual(
                [other.code, other.stderr.trim()],
                [2, `the sandbox is already running at speed ${SPEED}; stop it, or remove --speed`],
            );
            const second = await keyless("serve", "--speed", "2");
            assert.equal(second.code, 2);
            assert.match(
                second.stderr,
                new RegExp(`^process \\d+ is already serving at speed ${SPEED}; stop it, or remove --speed\n$`),
            );
        } finally {
            serving.process.kill("SIGTERM");
            await serving.ended;
        }
    });
});
