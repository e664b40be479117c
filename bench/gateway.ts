/**
 * What the sandbox's door costs: new connections and queries through it, against the same made directly to the Postgres
 * behind it. `npm run bench:gateway`; both go over TLS from the same client, in turns, so that what else the machine
 * does falls on both alike. The door runs in a process of its own, as it does under `keyless serve`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { Signer } from "@aws-sdk/rds-signer";
import { Client } from "pg";
import type { ClientConfig } from "pg";

import { Store } from "../sandbox/cloud/store";
import { sandboxCredentials } from "../sandbox/credentials";
import { PATHS } from "../sandbox/identity/endpoints";
import { projectDir } from "../sandbox/paths";
import { findServer, startServer } from "../sandbox/server";

const HOST = "bench.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";
const REGION = "eu-central-1";
const ID = "cluster-BENCHBENCHBENCHBENCHBENCHB";
const USER = "keyless_provisioner";
/** Many and short: what else the machine does comes and goes, and falls on both ways alike. */
const TURNS = 25;
const TURN_MS = 400;
const CLIENTS = 4;

type Way = (work: (client: Client) => Promise<void>) => Promise<void>;

async function main(): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), "keyless-bench-"));
    process.env["KEYLESS_STATE"] = dir;
    putDatabase();
    const serving = spawn(process.execPath, [join(projectDir, "cli", "keyless.mjs"), "serve"], { stdio: "ignore" });
    while (findServer() === undefined) {
        await pause(100);
    }
    const server = await startServer();
    try {
        const postgres = await server.postgresFor(ID);
        const places = (await (await fetch(server.identityUrl + PATHS.names)).json()) as { host: string; address: string }[];
        const address = places.find(({ host }) => host === HOST)?.address ?? "";
        const { cert, key } = await postgres.clientCertificate(USER);
        const signer = new Signer({ hostname: HOST, port: 5432, username: USER, region: REGION, credentials: sandboxCredentials() });
        const ca = readFileSync(server.caFile, "utf8");
        const common = { user: USER, database: "app" };
        const through = wayBy({ ...common, host: address, port: 5432, password: () => signer.getAuthToken(), ssl: { ca, servername: HOST } });
        const direct = wayBy({ ...common, host: postgres.host, port: postgres.port, ssl: { ca, cert, key } });
        await compare("new connections", connections, through, direct);
        await compare("queries, one client", (way) => queries(way, 1), through, direct);
        await compare(`queries, ${CLIENTS} clients`, (way) => queries(way, CLIENTS), through, direct);
        await compare("transactions", transactions, through, direct);
        await compare("rows, one client", rows, through, direct);
    } finally {
        await server.stop();
        serving.kill("SIGTERM");
        await once(serving, "exit");
        rmSync(dir, { recursive: true, force: true });
    }
}

function wayBy(config: ClientConfig): Way {
    return async (work) => {
        const client = new Client(config);
        await client.connect();
        try {
            await work(client);
        } finally {
            await client.end();
        }
    };
}

/** Measures both ways in turns and prints the medians. */
async function compare(title: string, measure: (way: Way) => Promise<number>, through: Way, direct: Way): Promise<void> {
    const measured: { through: number[]; direct: number[] } = { through: [], direct: [] };
    for (let turn = 0; turn < TURNS; turn += 1) {
        measured.direct.push(await measure(direct));
        measured.through.push(await measure(through));
    }
    const [a, b] = [median(measured.through), median(measured.direct)];
    console.log(`${title.padEnd(22)} ${a.toFixed(0).padStart(8)}/s through the door, ${b.toFixed(0).padStart(8)}/s direct: ${((a / b) * 100).toFixed(0)}%`);
}

/** Per second, one after the other. */
async function connections(way: Way): Promise<number> {
    return rate(() => way(async () => undefined));
}

/** Per second, of small queries on open connections, each client waiting for its answers. */
async function queries(way: Way, clients: number): Promise<number> {
    const rates = await Promise.all(
        Array.from({ length: clients }, async () => {
            let measured = 0;
            await way(async (client) => {
                measured = await rate(async () => void (await client.query("SELECT oid, relname FROM pg_class WHERE relname = 'pg_class'")));
            });
            return measured;
        }),
    );
    return rates.reduce((sum, each) => sum + each, 0);
}

/** Per second, of a prepared update and a prepared query, as a service makes them, by one client. */
async function transactions(way: Way): Promise<number> {
    let measured = 0;
    await way(async (client) => {
        await client.query("CREATE TEMPORARY TABLE account AS SELECT id, 0 AS balance FROM generate_series(1, 1000) id");
        await client.query("CREATE INDEX ON account (id)");
        measured = await rate(async () => {
            const id = Math.ceil(Math.random() * 1000);
            await client.query("BEGIN");
            await client.query({ name: "add", text: "UPDATE account SET balance = balance + 1 WHERE id = $1", values: [id] });
            await client.query({ name: "read", text: "SELECT balance FROM account WHERE id = $1", values: [id] });
            await client.query("COMMIT");
        });
    });
    return measured;
}

/** Rows a second of a large result. */
async function rows(way: Way): Promise<number> {
    let measured = 0;
    await way(async (client) => {
        measured = (await rate(async () => void (await client.query("SELECT g, repeat('x', 100) FROM generate_series(1, 10000) g")))) * 10_000;
    });
    return measured;
}

async function rate(once: () => Promise<void>): Promise<number> {
    const began = performance.now();
    let count = 0;
    while (performance.now() - began < TURN_MS) {
        await once();
        count += 1;
    }
    return (count * 1000) / (performance.now() - began);
}

function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function putDatabase(): void {
    const store = new Store();
    const common = { region: REGION, account: "111122223333", inputs: {} };
    const state = {
        ...{ clusterIdentifier: "bench", clusterResourceId: ID, port: 5432, engineVersion: "16.6", endpoint: HOST },
        ...{ masterUsername: "postgres", databaseName: "app", iamDatabaseAuthenticationEnabled: true },
    };
    store.put({ ...common, type: "aws:rds/cluster:Cluster", id: "bench", state });
    store.put({ ...common, type: "aws:rds/clusterInstance:ClusterInstance", id: "bench-0", state: { clusterIdentifier: "bench" } });
}

void main();
