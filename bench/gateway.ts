/**
 * Measures the overhead of the sandbox's gateway: new connections and queries through it, compared with direct ones to
 * the Postgres server behind it. `npm run bench:gateway`; both use TLS from the same client, in turns, so that other
 * load on the machine affects both equally. The gateway runs in a separate process, as under `keyless serve`. So does a
 * bare relay, the third path: any intermediate process costs a client that waits for each answer two more wake-ups per
 * query.
 */
import { fork, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { Signer } from "@aws-sdk/rds-signer";
import type { Client } from "pg";

import { Store } from "../sandbox/cloud/store";
import { sandboxCredentials } from "../sandbox/identity/credentials";
import { PATHS } from "../sandbox/identity/endpoints";
import { projectDir } from "../toolkit/paths";
import { byCertificate } from "../sandbox/postgres/session";
import { findServer, startServer } from "../sandbox/server";
import { openClient } from "../test/support/client";
import type { ClientConfig } from "../toolkit/session";
import { type Shown, alignedRight, padded, separated, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { inOwnState } from "./ownState";

const HOST = "bench.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";
const REGION = "eu-central-1";
const ID = "cluster-BENCHBENCHBENCHBENCHBENCHB";
const USER = "keyless_provisioner";
/** Many short turns, so that other load on the machine affects all paths equally. */
const TURNS = 25;
const TURN_MS = 400;
const CLIENTS = [1, 4, 8];

/** Opens a session. */
type SessionOpener = () => Promise<Client>;

interface Ways {
    readonly gateway: SessionOpener;
    readonly relay: SessionOpener;
    readonly direct: SessionOpener;
}

/** Work on one path for a turn; returns its rate per second. */
type Measure = (way: SessionOpener) => Promise<number>;

type Work = (client: Client) => Promise<void>;

async function main(): Promise<void> {
    putDatabase();
    const serving = spawn(process.execPath, [join(projectDir, "cli", "keyless.mjs"), "serve"], { stdio: "ignore" });
    while (findServer() === undefined) {
        await pause(100);
    }
    const server = await startServer();
    let relay: ChildProcess | undefined;
    try {
        const postgres = await server.postgresFor(ID);
        relay = fork(join(__dirname, "relay.mjs"), [String(postgres.port)]);
        const [relayPort] = (await once(relay, "message")) as [number];
        const places = (await (await fetch(server.identityUrl + PATHS.names)).json()) as {
            host: string;
            address: string;
        }[];
        const address = places.find(({ host }) => host === HOST)?.address ?? "";
        const signer = new Signer({
            hostname: HOST,
            port: 5432,
            username: USER,
            region: REGION,
            credentials: sandboxCredentials(),
        });
        const ca = readFileSync(server.caFile, "utf8");
        const behind = { ...(await byCertificate(postgres, USER)), database: "app" };
        const paths: Ways = {
            gateway: wayBy({
                user: USER,
                database: "app",
                host: address,
                port: 5432,
                password: () => signer.getAuthToken(),
                ssl: { ca, servername: HOST },
            }),
            relay: wayBy({ ...behind, port: relayPort }),
            direct: wayBy(behind),
        };
        print(line("", ["gateway/s", "bare relay/s", "direct/s"], ["gateway", "bare relay"]));
        await compare("new connections", connections, paths);
        for (const count of CLIENTS) {
            await compare(`queries, ${count} ${count === 1 ? "client" : "clients"}`, sessions(count, query), paths);
        }
        await compare("transactions, 1 client", sessions(1, transaction, makeAccounts), paths);
        await compare("large results, 1 client", sessions(1, largeResult), paths);
    } finally {
        relay?.kill();
        await server.stop();
        serving.kill("SIGTERM");
        await once(serving, "exit");
    }
}

function wayBy(config: ClientConfig): SessionOpener {
    return () => openClient(config);
}

/**
 * Measures the paths in turns; prints the median of each, and the median of its ratios to the direct path in the same
 * turn.
 */
async function compare(title: string, measure: Measure, { gateway, relay, direct }: Ways): Promise<void> {
    const turns: [gateway: number, relay: number, direct: number][] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
        turns.push([await measure(gateway), await measure(relay), await measure(direct)]);
    }
    const rates = [0, 1, 2].map((way) => median(turns.map((turn) => turn[way] ?? 0)).toFixed(0));
    const shares = [0, 1].map(
        (way) => `${median(turns.map((turn) => ((turn[way] ?? 0) / turn[2]) * 100)).toFixed(0)}%`,
    );
    print(line(title, rates, shares));
}

function line(title: string, rates: readonly string[], shares: readonly string[]): Shown {
    return separated(
        [
            padded(title, 24),
            ...rates.map((rate) => alignedRight(rate, 14)),
            ...shares.map((share) => alignedRight(share, 12)),
        ],
        shown``,
    );
}

/** New connections, sequentially. */
async function connections(way: SessionOpener): Promise<number> {
    return rate(async () => (await way()).end());
}

/** The same work in several open sessions, each waiting for its answers; returns the total rate. */
function sessions(count: number, once: Work, prepare: Work = () => Promise.resolve()): Measure {
    return async (way) => {
        const clients = await Promise.all(Array.from({ length: count }, way));
        try {
            await Promise.all(clients.map(prepare));
            const rates = await Promise.all(clients.map((client) => rate(() => once(client))));
            return rates.reduce((sum, each) => sum + each, 0);
        } finally {
            await Promise.all(clients.map((client) => client.end()));
        }
    };
}

async function makeAccounts(client: Client): Promise<void> {
    await client.query("CREATE TEMPORARY TABLE account AS SELECT id, 0 AS balance FROM generate_series(1, 1000) id");
    await client.query("CREATE INDEX ON account (id)");
}

async function query(client: Client): Promise<void> {
    await client.query("SELECT oid, relname FROM pg_class WHERE relname = 'pg_class'");
}

/** A prepared update and a prepared query, as a service runs them. */
async function transaction(client: Client): Promise<void> {
    const id = Math.ceil(Math.random() * 1000);
    await client.query("BEGIN");
    await client.query({ name: "add", text: "UPDATE account SET balance = balance + 1 WHERE id = $1", values: [id] });
    await client.query({ name: "read", text: "SELECT balance FROM account WHERE id = $1", values: [id] });
    await client.query("COMMIT");
}

async function largeResult(client: Client): Promise<void> {
    await client.query("SELECT g, repeat('x', 100) FROM generate_series(1, 10000) g");
}

/** The rate per second over a turn. */
async function rate(once: () => Promise<unknown>): Promise<number> {
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
    store.put({
        ...common,
        type: "aws:rds/clusterInstance:ClusterInstance",
        id: "bench-0",
        state: { clusterIdentifier: "bench" },
    });
}

void inOwnState(main);
