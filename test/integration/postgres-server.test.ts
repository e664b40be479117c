import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import { projectDir, stateDir } from "../../toolkit/paths";
import { findServer, startServer, stopServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { connectThrough, forward, putDatabase, READER, RESOURCE_ID, throughProxy, tokenFor } from "./gatewaySupport";
import type { ConnectionOptions } from "./gatewaySupport";
import { connectAsAdmin, HOST, refusal, withOwnState } from "./postgres-support";

describe("the sandbox's server", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabase();
        server = await startServer();
    });
    after(() => server.stop());

    const connect = (user: string, password: string, way?: ConnectionOptions) =>
        connectThrough(server, user, password, way);

    it("admits a member of rds_iam with a token, over TLS", async () => {
        const client = await connect("keyless_provisioner", await tokenFor("keyless_provisioner"));
        const { rows } = await client.query(
            "SELECT current_user::text AS name, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
        );
        await client.end();
        assert.deepEqual(rows, [{ name: "keyless_provisioner", version: "TLSv1.3" }]);
    });

    it("accepts a token only for the endpoint that it was signed for", async () => {
        const reader = { host: READER };
        const good = await connect("keyless_provisioner", await tokenFor("keyless_provisioner", READER), reader);
        await good.end();
        const wrong = await tokenFor("keyless_provisioner", HOST);
        assert.equal(
            await refusal(() => connect("keyless_provisioner", wrong, reader)),
            '28000 PAM authentication failed for user "keyless_provisioner"',
        );
    });

    it("refuses as RDS does: another user's token, no token, a wrong password, an unknown user, rdsadmin", async () => {
        const token = await tokenFor("postgres");
        assert.deepEqual(
            [
                await refusal(() => connect("keyless_provisioner", token)),
                await refusal(() => connect("keyless_provisioner", "no token")),
                await refusal(() => connect("postgres", token)),
                await refusal(() => connect("ghost", token)),
                await refusal(() => connect("rdsadmin", token)),
            ],
            [
                '28000 PAM authentication failed for user "keyless_provisioner"',
                '28000 PAM authentication failed for user "keyless_provisioner"',
                '28P01 password authentication failed for user "postgres"',
                '28P01 password authentication failed for user "ghost"',
                '28000 pg_hba.conf rejects connection for host "127.0.0.1", user "rdsadmin", database "app", SSL encryption',
            ],
        );
        assert.match(
            readFileSync(stateDir("server.log"), "utf8"),
            /refused "keyless_provisioner" at .*: the token's user is "postgres", not "keyless_provisioner"\n/,
        );
    });

    it("refuses plain text", async () => {
        const token = await tokenFor("keyless_provisioner");
        assert.equal(
            await refusal(() => connect("keyless_provisioner", token, { plain: true })),
            '28000 no pg_hba.conf entry for host "127.0.0.1", user "keyless_provisioner", database "app", no encryption',
        );
    });

    it("forwards to no other host", async () => {
        await assert.rejects(throughProxy(server, "example.com", 443), /HostUnreachable/);
        await assert.rejects(throughProxy(server, HOST, 22), /ConnectionRefused/);
    });

    it("asks for a password as soon as a user leaves rds_iam", async () => {
        const admin = await connectAsAdmin(await server.postgresFor(RESOURCE_ID));
        await admin.query("CREATE ROLE guest LOGIN PASSWORD 'secret'");
        await (await connect("guest", "secret")).end();
        await admin.query("CREATE ROLE team IN ROLE rds_iam; GRANT team TO guest");
        assert.equal(
            await refusal(() => connect("guest", "secret")),
            '28000 PAM authentication failed for user "guest"',
        );
        await (await connect("guest", await tokenFor("guest"))).end();
    });

    it("serves psql: with verify-full and with channel binding", async function () {
        if (spawnSync("psql", ["--version"]).error !== undefined) {
            // No package registry that the set-up uses has it.
            return this.skip();
        }
        const { master } = await server.postgresFor(RESOURCE_ID);
        const port = await forward(server);
        const connection = `host=${HOST} hostaddr=127.0.0.1 port=${port.number} dbname=app sslmode=verify-full sslrootcert=${server.caFile}`;
        const psql = async (user: string, password: string, more: string, query: string) => {
            const run = promisify(execFile)("psql", ["-XAtc", query, `${connection} user=${user} ${more}`], {
                env: { ...process.env, PGPASSWORD: password },
            });
            return run.then(
                ({ stdout }) => stdout,
                ({ stderr }: { stderr: string }) => stderr,
            );
        };
        const query = "SELECT current_user";
        assert.equal(
            await psql("keyless_provisioner", await tokenFor("keyless_provisioner"), "", query),
            "keyless_provisioner\n",
        );
        assert.equal(await psql("postgres", master.password, "channel_binding=require", query), "postgres\n");
        assert.match(
            await psql("postgres", master.password, "sslrootcert=/etc/ssl/certs/ca-certificates.crt", query),
            /certificate verify failed/,
        );
        await port.close();
    });

    it("forwards cancel requests", async () => {
        const { master } = await server.postgresFor(RESOURCE_ID);
        const client = await connect("postgres", master.password);
        const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
        const sleeping = assert.rejects(client.query("SELECT pg_sleep(60)"), { code: "57014" });
        // A server forgets a request to cancel that comes before the statement.
        const admin = await connectAsAdmin(await server.postgresFor(RESOURCE_ID));
        const isAsleep = async () =>
            (await admin.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", [processID]))
                .rowCount === 1;
        while (!(await isAsleep())) {
            // Asked again immediately.
        }
        await admin.end();
        const socket = await throughProxy(server, HOST, 5432);
        const request = Buffer.alloc(16);
        [16, 80_877_102, processID, secretKey].forEach((word, i) => request.writeInt32BE(word, 4 * i));
        socket.end(request).resume();
        await sleeping;
        await client.end();
    });

    it("restarts the database when it was killed", async () => {
        const admin = await connectAsAdmin(await server.postgresFor(RESOURCE_ID));
        const { rows } = await admin.query<{ file: string }>(
            "SELECT current_setting('data_directory') || '/postmaster.pid' AS file",
        );
        const gone = new Promise((resolve) => admin.once("end", resolve));
        process.kill(Number.parseInt(readFileSync(rows[0]?.file ?? "", "utf8"), 10), "SIGKILL");
        await gone;
        // The killed server's backends die one by one: a client tries again until it meets the new server.
        for (let met = "no server yet"; met !== "the new server";) {
            met = await connect("keyless_provisioner", await tokenFor("keyless_provisioner")).then(
                async (client) => client.end().then(() => "the new server"),
                (error: unknown) => String(error),
            );
            assert.match(met, /^the new server$|unexpected postmaster exit/);
        }
    });

    it("reports over TLS why it cannot start a database", async () => {
        putDatabase({ id: "old", clusterResourceId: "cluster-OLD", engineVersion: "14.9" });
        const host = HOST.replace("keyless", "old");
        assert.equal(
            await refusal(async () => connect("postgres", "any", { host })),
            "57P03 the sandbox cannot reach the database: the sandbox has no Postgres 14; it has 15, 16, 17, 18: change the engine version",
        );
        await assert.rejects(server.postgresFor("cluster-NONE"), {
            message:
                'the sandbox has no database with the resource id "cluster-NONE", or a cluster that has no instance yet',
        });
    });

    it("is shared by all processes, and ends with the last one", async () => {
        const other = spawn(process.execPath, ["--import", "tsx", "--eval", USE], {
            cwd: projectDir,
            stdio: ["pipe", "pipe", "inherit"],
        });
        const [line] = (await once(other.stdout, "data")) as [Buffer];
        assert.equal(line.toString(), server.socksUrl);

        const stopped = server.stop();
        await (await connect("keyless_provisioner", await tokenFor("keyless_provisioner"))).end();
        other.stdin.end();
        await Promise.all([once(other, "exit"), stopped]);
        assert.equal(findServer(), undefined);
        await assert.rejects(throughProxy(server, HOST, 5432), /ECONNREFUSED/);
    });

    it("of another process is ended with its databases", async () => {
        const other = spawn(process.execPath, ["--import", "tsx", "--eval", USE], {
            cwd: projectDir,
            stdio: ["pipe", "pipe", "inherit"],
        });
        await once(other.stdout, "data");
        assert.equal(findServer()?.pid, other.pid);
        const exit = once(other, "exit");
        await stopServer();
        assert.deepEqual(await exit, [null, "SIGTERM"]);
        assert.equal(findServer(), undefined);
    });
});

/** Uses the sandbox's server until standard input ends. */
const USE = `require("./sandbox/server").startServer().then((server) => {
    process.stdout.write(server.socksUrl);
    process.stdin.on("end", () => server.stop()).resume();
})`;
