import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Client } from "pg";

import type { SessionsResult } from "../../cli/sessions";
import type { StartResult } from "../../cli/sandbox/start";
import type { Finding } from "../../doctor/finding";
import { Store } from "../../sandbox/cloud/store";
import { endpointsOf } from "../../sandbox/cloud/aws/databaseEndpoints";
import { openCluster } from "../../sandbox/postgres/cluster";
import { outsideDir } from "../../sandbox/postgres/serverAccount";
import { byCertificate } from "../../sandbox/postgres/session";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { openClient } from "../support/client";
import { type Ended, type Running, keyless, startKeyless } from "../support/keyless";
import { inState } from "../support/ownState";
import { type Process, processesOf } from "../support/processes";

const TENANTS = ["aurora", "basalt", "cinder", "delta_9", "ember", "fjord", "granite", "heath"];
/** Six rights on each tenant's data, every other tenant's two roles and its own owner, and a database. */
const ATTEMPTS = TENANTS.length * (6 * TENANTS.length + 2 * TENANTS.length - 1 + 1);
const ALLOWED = TENANTS.length * 4;

describe("npm start", () => {
    let dir: string;
    let state: string;
    let config: string;

    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-start-"));
        state = join(dir, "state");
        config = join(dir, "config.yaml");
        writeFileSync(config, configOf(TENANTS));
    });

    after(async () => {
        await keyless(state, "down", "--discard");
        rmSync(dir, { recursive: true, force: true });
    });

    function start(): Running {
        return startKeyless(state, "start", "--json", "--config-file", config);
    }

    /** Waits until the engine has recorded so many resources. */
    async function made(count: number, running: Running): Promise<void> {
        let ended = false;
        void running.ended.then(() => (ended = true));
        while (!ended && (readDeployment(join(state, "engine"), "local")?.resources ?? []).length < count) {
            await pause(50);
        }
    }

    async function gone(which: (one: Process) => boolean): Promise<void> {
        while (processesOf(state).some(which)) {
            await pause(100);
        }
    }

    it("shuts down on Ctrl-C and explains how to resume", async () => {
        const running = start();
        await made(15, running);
        running.process.kill("SIGINT");
        assertInterrupted(await running.ended);
        assert.deepEqual(processesOf(state), []);
    });

    it("leaves no process when the command is killed", async () => {
        const running = start();
        await made(40, running);
        running.process.kill("SIGKILL");
        await running.ended;
        await gone(() => true);
    });

    it("leaves no provider when the engine is killed too", async () => {
        const running = start();
        await made(60, running);
        for (const { pid } of processesOf(state).filter(({ command }) =>
            /cli\/(main|keyless)|\bpulumi up/.test(command),
        )) {
            process.kill(pid, "SIGKILL");
        }
        await running.ended;
        await gone(({ command }) => /providers|\bpulumi up/.test(command));
    });

    it("resumes, deploys eight tenants and finds every access as declared", async () => {
        const result = resultOf(await start().ended);
        const { stack, policy, access } = result;
        assert.deepEqual({ stack, policy, access }, { stack: "local", policy: { violations: [] }, access: whole });
        assert.ok(result.changes.create > 0 && result.changes.same > 0, JSON.stringify(result.changes));
    });

    it("changes nothing in a second run", async () => {
        const { changes, access } = resultOf(await start().ended);
        const { same, ...changed } = changes;
        assert.deepEqual(
            { changed, access },
            { changed: { create: 0, update: 0, delete: 0, replace: 0 }, access: whole },
        );
        assert.ok(same > 100, String(same));
    });

    it("leaves nothing for keyless doctor to change", async () => {
        const { code, stdout, stderr } = await keyless(
            state,
            "doctor",
            "--live",
            "sandbox",
            "--stack",
            "local",
            "--seconds",
            "1",
            "--json",
        );
        assert.equal(code, 0, stderr);
        const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
        assert.deepEqual(
            findings.flatMap((one) => (one.state === "unchecked" ? [[one.id, one.reason]] : [])),
            [
                ["certificate-authority", "the sandbox does not have RDS' certificate authorities"],
                ["routes", "the sandbox's routes and network ACLs are not read"],
                ["network-acls", "the sandbox's routes and network ACLs are not read"],
                ["proxies", "the sandbox's proxies are not read"],
                ["copies", "the sandbox's copies are not read"],
                ["iam-roles", "the stack is deployed there, so its names exist"],
                ["namespaces", "the stack is deployed there, so its names exist"],
                ["names", "the stack is deployed there, so its names exist"],
            ],
        );
        assert.equal(findings.length, 23);
    });

    it("lets the plain pulumi command see the stack, and its databases by their names", async () => {
        const { code, stdout, stderr } = await keyless(state, "env");
        assert.equal(code, 0, stderr);
        const { stdout: engine } = await keyless(state, "engine");
        const [pulumi = ""] = engine.split(" ");
        const shell = spawnSync(
            "sh",
            ["-ec", `${stdout}\n'${pulumi}' stack output tenants --json; echo "$ALL_PROXY"`],
            { encoding: "utf8" },
        );
        assert.equal(shell.status, 0, shell.stderr);
        const [tenants, proxy = ""] = shell.stdout.split(/\n(?=socks5:)/);
        assert.deepEqual(
            (JSON.parse(tenants ?? "") as { name: string }[]).map(({ name }) => name),
            TENANTS,
        );
        assert.match(proxy, /^socks5:\/\/127\.0\.0\.1:\d+\n$/);
        assert.equal(
            processesOf(state).some(({ command }) => command.endsWith("main.ts serve")),
            true,
        );
    });

    it("makes a second run in the same state folder wait for the first", async () => {
        const [first, second] = [start(), start()];
        const results = [await first.ended, await second.ended];
        assert.deepEqual(
            results.map(resultOf).map(({ access }) => access),
            [whole, whole],
        );
        assert.equal(
            results.filter(({ stderr }) => /^process \d+ is using .*; waiting for it$/m.test(stderr)).length,
            1,
        );
    });

    it("finds everything as declared on a platform without tenants", async () => {
        const bare = join(dir, "bare.yaml");
        writeFileSync(bare, BARE);
        const named = ["--stack", "application-server"];
        const { computed, drift } = resultOf(await keyless(state, "start", "--json", ...named, "--config-file", bare));
        assert.deepEqual([computed.differences, drift], [[], []]);
        const { code, stderr } = await keyless(state, "down", ...named);
        assert.equal(code, 0, stderr);
    });

    describe("while a tenant's session holds the locks that the provider needs", () => {
        let admin: Client;
        let holder: Client;
        let pid: number;
        const locks = async (condition: string) =>
            (await admin.query(`SELECT FROM pg_locks WHERE ${condition}`)).rows.length;
        /** Returns when a session waits for a lock of this type, or the command has ended. */
        const waiting = async (running: Running, type: string) => {
            let ended = false;
            void running.ended.then(() => (ended = true));
            while (!ended && (await locks(`NOT granted AND locktype = '${type}'`)) === 0) {
                await pause(50);
            }
        };

        before(async () => {
            // Serves the databases meanwhile; `down` ends it.
            const served = await keyless(state, "env");
            assert.equal(served.code, 0, served.stderr);
            await inState(state, async () => {
                const [endpoint] = endpointsOf(new Store());
                assert.ok(endpoint !== undefined);
                const postgres = await openCluster(endpoint.spec);
                admin = await openClient(postgres.superuser("app"));
                holder = await openClient({
                    ...(await byCertificate(postgres, "aurora_app")),
                    database: "app",
                    application_name: "forgotten",
                });
            });
            pid =
                (
                    await holder.query<{ pid: number }>(
                        "SELECT pg_backend_pid() AS pid, pg_advisory_lock(oid::bigint) FROM pg_roles",
                    )
                ).rows[0]?.pid ?? 0;
            writeFileSync(
                config,
                configOf(TENANTS).replace("- name: basalt\n", "- name: basalt\n        limits: { connections: 7 }\n"),
            );
        });

        after(async () => {
            await Promise.all([admin.end(), holder.end()]);
            writeFileSync(config, configOf(TENANTS));
        });

        it("stops waiting, and names that session and the command that terminates it", async () => {
            await admin.query("ALTER ROLE keyless_provisioner IN DATABASE app SET lock_timeout = '100ms'");
            const { code, stderr } = await start().ended;
            await admin.query("ALTER ROLE keyless_provisioner IN DATABASE app RESET lock_timeout");
            assert.equal(code, 1, stderr);
            const expected = `the lock may be held by:\n  |   pid ${pid}, login aurora_app, database app, connected for \\d+ \\w+, from 127\\.0\\.0\\.1, application "forgotten"\n  |     to terminate it: npm run keyless -- sessions --end-pid ${pid}\n`;
            assert.match(stderr, new RegExp(expected.replaceAll("|", "\\|")));
        });

        it("ends on Ctrl-C instead of waiting for it", async () => {
            const running = start();
            await waiting(running, "advisory");
            running.process.kill("SIGINT");
            assertInterrupted(await running.ended);
            assert.deepEqual(
                [await locks("NOT granted"), (await locks(`pid = ${pid} AND locktype = 'advisory'`)) > 0],
                [0, true],
            );
        });

        it("lets Ctrl-C end keyless drift while it waits for a lock", async () => {
            await admin.query("BEGIN; LOCK pg_catalog.pg_default_acl");
            try {
                const running = startKeyless(state, "drift");
                await waiting(running, "relation");
                running.process.kill("SIGINT");
                assertInterrupted(await running.ended);
            } finally {
                await admin.query("ROLLBACK");
            }
        });

        it("continues once keyless sessions has terminated it", async () => {
            const { code, stdout } = await keyless(state, "sessions", "--config-file", config, "--blocking", "--json");
            const [found, ...others] = (JSON.parse(stdout) as SessionsResult).sessions;
            assert.deepEqual([code, found?.pid, found?.login, found?.against, others], [1, pid, "aurora_app", [], []]);
            assert.ok(found?.holds.includes("advisory lock on the role basalt_app"));
            const gone = new Promise((resolve) => holder.once("end", resolve));
            assert.equal((await keyless(state, "sessions", "--config-file", config, "--end-pid", String(pid))).code, 0);
            await gone;
            const { changes, access } = resultOf(await start().ended);
            assert.deepEqual([changes.update, access], [1, whole]);
        });
    });

    describe("in the end", () => {
        it("writes nothing into the stack's file", () => {
            assert.equal(readFileSync(config, "utf8"), configOf(TENANTS));
        });

        it("is removed by down: no resource, process or file is left", async () => {
            const outside = await inState(state, outsideDir);
            assert.equal(existsSync(outside), true);
            const { code, stdout, stderr } = await keyless(state, "down");
            assert.equal(code, 0, stderr);
            assert.match(stdout, /^local: \d+ resources deleted\n$/);
            assert.deepEqual(processesOf(state), []);
            assert.deepEqual(existsSync(state) ? readdirSync(state) : [], []);
            assert.equal(existsSync(outside), false);
        });
    });
});

const whole = {
    attempted: ATTEMPTS,
    allowed: ALLOWED,
    refused: ATTEMPTS - ALLOWED,
    pairs: { chosen: TENANTS.length ** 2, all: TENANTS.length ** 2 },
    leaks: [],
    missing: [],
    undecided: [],
};

/** Standard output contains only the object. */
function resultOf({ code, stdout, stderr }: Ended): StartResult {
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    return JSON.parse(stdout) as StartResult;
}

function assertInterrupted({ code, stdout, stderr }: Ended): void {
    assert.deepEqual([code, stdout], [130, ""], stderr);
    assert.match(stderr, /\nShutting down; press Ctrl-C again to force quit.\n/);
    assert.match(stderr, /\nInterrupted. Run the same command again to resume.\n$/);
    assert.doesNotMatch(stderr, /\n {4}at /);
}

function configOf(tenants: readonly string[]): string {
    return `config:
  aws:region: eu-west-1
  keyless:platform:
    cluster: { version: "1.33" }
    database: { engineVersion: "16.9", protect: false }
  keyless:access:
    tenants:
${tenants.map((name) => `      - name: ${name}\n`).join("")}`;
}

const BARE = `config:
  aws:region: eu-central-1
  keyless:platform:
    server: { securityGroupId: sg-0a1b2c3d4e5f60718, subnetIds: [subnet-0a1b2c3d4e5f60718, subnet-0a1b2c3d4e5f60719] }
    database: { kind: instance, engineVersion: "16", multiAz: false, protect: false }
`;
