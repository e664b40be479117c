import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { rootCertificates } from "node:tls";

import { renderTested, testConnections } from "../../cli/sandbox/connectionTests";
import { Store } from "../../sandbox/cloud/store";
import type { JsonProps } from "../../sandbox/cloud/store";
import { clustersOf } from "../../sandbox/identity/clusters";
import { openPlace } from "../../sandbox/identity/workloadEnvironment";
import type { WorkloadEnvironment } from "../../sandbox/identity/workloadEnvironment";
import { findJob } from "../../sandbox/jobs/declared";
import { openPod } from "../../sandbox/jobs/pod";
import { projectDir, stateDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import {
    ACCOUNT,
    CLUSTER_ARN,
    connectStatement,
    irsaTrust,
    put,
    putCluster,
    putRole,
    putServiceAccount,
    roleArn,
} from "../support/cloud";
import { runNode } from "../support/childProgram";
import { keyless } from "../support/keyless";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { HOST, makeTenants, tenantsNamed, withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";

const SOURCE = join(projectDir, "examples/connection-test/src");

interface Result {
    readonly ok: boolean;
    readonly identity: string;
    readonly tokenAgeSeconds: number;
    readonly user: string;
    readonly tls: string;
    readonly checks: readonly { readonly name: string; readonly outcome: string; readonly detail: string }[];
}

interface JobOptions {
    /** The content of the certificate authorities' file. */
    readonly authorities?: string;
    readonly account?: string;
    readonly volume?: JsonProps;
    /** In place of all. */
    readonly variable?: JsonProps;
}

/** The Job `shop/shop-test` and its ConfigMap, as the stand-in for kubernetes keeps them. */
function putJob({
    authorities = readFileSync(stateDir("tls", "ca.pem"), "utf8"),
    account = "shop",
    volume = { configMap: { name: "rds-ca" } },
    variable,
}: JobOptions = {}): void {
    const [cluster] = clustersOf(new Store());
    const id = (name: string): string => `${cluster?.key}/shop/${name}`;
    put("kubernetes:core/v1:ConfigMap", id("rds-ca"), { data: { "authorities.pem": authorities } });
    const given = {
        PGHOST: HOST,
        PGPORT: "5432",
        PGDATABASE: "app",
        PGUSER: "shop_app",
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: "/etc/pki/authorities.pem",
        AWS_REGION: "eu-central-1",
    };
    const env = variable === undefined ? Object.entries(given).map(([name, value]) => ({ name, value })) : [variable];
    const mounts = [
        { name: "rds-ca", mountPath: "/etc/pki" },
        { name: "tmp", mountPath: "/tmp" },
    ];
    const pod = {
        serviceAccountName: account,
        containers: [{ name: "test", command: ["node"], args: ["src/job.mjs"], env, volumeMounts: mounts }],
        volumes: [
            { name: "rds-ca", ...volume },
            { name: "tmp", emptyDir: {} },
        ] as JsonProps[],
    };
    const labels = { "app.kubernetes.io/name": "connection-test" };
    put("kubernetes:batch/v1:Job", id("shop-test"), { metadata: { labels }, spec: { template: { spec: pod } } });
}

describe("the connection test", () => {
    withOwnState();
    let server: Server;
    let place: WorkloadEnvironment;

    before(async () => {
        putDatabase();
        putCluster(ACCOUNT);
        putServiceAccount(
            "shop",
            "shop",
            putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]),
        );
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
        const session = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await session.query(statements.join(";"));
        await session.end();
    };
    const run = async (): Promise<[number, Result]> => {
        const { code, stdout, stderr } = await runNode(join(SOURCE, "job.mjs"), [], place.environment);
        assert.notEqual(stdout, "", stderr);
        return [code, JSON.parse(stdout) as Result];
    };
    const outcomes = ({ checks }: Result): Record<string, string> =>
        Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));

    it("reports its identity, and passes all checks on a stack as declared", async () => {
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

    it("fails where the login has excess access: another database, another user's login", async () => {
        await admin("ALTER ROLE shop_app CREATEDB");
        putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "*_app")]);
        const [code, result] = await run();
        const failed = result.checks
            .filter(({ outcome }) => outcome === "failed")
            .map(({ name, detail }) => `${name}: ${detail}`);
        assert.deepEqual(
            [code, result.ok, failed],
            [
                1,
                false,
                [
                    "creates a database: it was allowed",
                    "connects as billing_app with a token of its own for that user: it was allowed",
                ],
            ],
        );
        await admin("ALTER ROLE shop_app NOCREATEDB");
        putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]);
    });

    it("runs as a Job with exactly what the Job declares, and reports a Job's failure", async () => {
        putJob();
        const [passed] = await testConnections(server, CLUSTER_ARN);
        assert.deepEqual([passed?.job, passed?.verdict.ok, passed?.verdict.user], ["shop/shop-test", true, "shop_app"]);
        assert.match(
            String(renderTested(passed === undefined ? [] : [passed])),
            /^shop\/shop-test {2}connected as shop_app over TLSv1\.3; 10 passed, 0 failed, 0 skipped$/,
        );
        putJob({ authorities: rootCertificates[0] });
        const [failed, ...none] = await testConnections(server, CLUSTER_ARN);
        assert.deepEqual(
            [failed?.verdict, none],
            [
                { ok: false, error: "unable to verify the first certificate", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" },
                [],
            ],
        );
        assert.equal(
            String(renderTested(failed === undefined ? [] : [failed])),
            "shop/shop-test  no connection: unable to verify the first certificate",
        );
        assert.deepEqual(await testConnections(server, `${CLUSTER_ARN}-2`), []);
    });

    it("runs as a Job through a command, with local files in place of its image; another program gets the pod's environment", async () => {
        putJob();
        const ran = await keyless(stateDir(), "job", "shop/shop-test");
        assert.deepEqual([ran.code, (JSON.parse(ran.stdout) as Result).user], [0, "shop_app"], ran.stderr);
        const see =
            "const { PGHOST, PGUSER, PGSSLROOTCERT, AWS_ROLE_ARN, KEYLESS_STATE, INIT_CWD } = process.env;" +
            "console.log(JSON.stringify([process.cwd(), PGHOST, PGUSER, fs.readFileSync(PGSSLROOTCERT, 'utf8').slice(0, 27), AWS_ROLE_ARN, KEYLESS_STATE, INIT_CWD]))";
        const seen = await keyless(
            stateDir(),
            "job",
            "shop/shop-test",
            "--cluster",
            "apps",
            "--files",
            tmpdir(),
            "--",
            process.execPath,
            "-e",
            see,
        );
        assert.deepEqual(
            JSON.parse(seen.stdout),
            [realpathSync(tmpdir()), HOST, "shop_app", "-----BEGIN CERTIFICATE-----", roleArn("shop"), null, null],
            seen.stderr,
        );
        const wrong = await keyless(stateDir(), "job");
        assert.deepEqual([wrong.code, wrong.stderr.split("\n")[0]], [2, "name one job"]);
    });

    it("refuses to run a Job that a kubelet would not start, or would not start as declared", async () => {
        const refused = async (more: JobOptions): Promise<string> => {
            putJob(more);
            try {
                await openPod(server, findJob(new Store(), "shop/shop-test"));
                return "it ran";
            } catch (error) {
                return error instanceof UserError ? error.message : String(error);
            }
        };
        assert.deepEqual(
            [
                await refused({ volume: { configMap: { name: "other" } } }),
                await refused({ volume: { secret: { secretName: "rds-ca" } } }),
                await refused({
                    variable: { name: "PGUSER", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                }),
                await refused({ account: "ghost" }),
            ],
            [
                'configmap "other" not found in shop: the pod would not start',
                "the volume rds-ca is neither a ConfigMap nor an emptyDir: the sandbox supports no other",
                "the variable PGUSER has no literal value: the sandbox supports no other",
                'the sandbox has no service account "shop/ghost"; it has shop/shop',
            ],
        );
        assert.throws(() => findJob(new Store(), "shop/other"), {
            message: 'the sandbox has no job "shop/other"; it has shop/shop-test',
        });
    });

    it("also runs as a service: live, ready, responding, and shutting down gracefully", async () => {
        const child = spawn(process.execPath, [join(SOURCE, "service.mjs")], {
            env: { ...place.environment, PORT: "0" },
            stdio: ["ignore", "pipe", "ignore"],
        });
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
            [
                [200, { alive: true }],
                [200, { ready: true }],
                [200, "shop_app"],
                [404, { error: "not found" }],
            ],
        );
        child.kill("SIGTERM");
        assert.deepEqual(await ended, [0, null]);
    });
});
