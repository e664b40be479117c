import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { cancelled } from "../toolkit/cancel";
import { Store } from "./cloud/store";
import { endpointsOf, resourceIdsOf } from "./cloud/aws/databaseEndpoints";
import { Gateways } from "./gateway/gateways";
import { Listeners } from "./gateway/listeners";
import { openProxy, type Elsewhere } from "./gateway/proxy";
import type { World } from "./identity/assume";
import { clockOf } from "./identity/clock";
import type { Pace } from "./identity/clock";
import { openIdentity } from "./identity/endpoints";
import { acquireLock, isAlive, readHolder } from "../toolkit/system/lock.mjs";
import { stateDir } from "../toolkit/paths";
import { openCluster, removeClustersExcept, stopClusters } from "./postgres/cluster";
import type { Postgres } from "./postgres/cluster";
import type * as Loaded from "./providers/kubernetes/clusterApis";
import type { ClusterApis } from "./providers/kubernetes/clusterApis";
import { hasCode, readIfThere, writeWhole } from "../toolkit/system/files";

const load = createRequire(__filename);

/** Where a server can be reached. */
export interface Address {
    /** For `ALL_PROXY`: `socks5://127.0.0.1:port`, the way to every database endpoint of the stand-in cloud. */
    readonly socksUrl: string;
    /** `http://127.0.0.1:port`: the stand-in cloud's identity services. */
    readonly identityUrl: string;
    /** How fast the sandbox's time runs; as the world's unless given. */
    readonly pace?: Pace;
}

/** The sandbox's databases, reachable under their real names, and its identity services. */
export interface Server extends Address {
    /** PEM file of the authority that clients verify the databases' certificates with. */
    readonly caFile: string;
    /** The Postgres behind an endpoint, past its gateway; started if it does not run. */
    postgresFor(resourceId: string): Promise<Postgres>;
    /**
     * Lets go of the server. The process that runs it ends it, once no other process uses it, with the databases'
     * servers; the data of databases that the stand-in cloud no longer has is removed then.
     */
    stop(): Promise<void>;
}

const POLL_MS = 200;
const STOP_MS = 15_000;

/**
 * Runs the server in this process, or uses the one that another process runs for the same state folder: there is never
 * more than one.
 */
export async function startServer({ pace }: { readonly pace?: Pace } = {}): Promise<Server> {
    return exclusively(async () => {
        const found = findServer();
        return found === undefined ? run(pace) : use(found);
    });
}

/** The server that runs for this state folder, in whatever process; undefined if none does. */
export function findServer(): (Address & { readonly pid: number }) | undefined {
    const holder = readHolder(files.running());
    const written = readIfThere(files.address());
    return holder !== undefined && written !== undefined && isAlive(holder)
        ? { pid: holder.pid, ...parseAddress(written) }
        : undefined;
}

/**
 * Ends the server that another process runs (by SIGTERM: that process ends), and the databases' servers, also those of
 * a run that was killed. What belongs to databases that are gone is removed.
 */
export async function stopServer(): Promise<void> {
    const holder = readHolder(files.running());
    if (holder !== undefined && holder.pid !== process.pid) {
        const end = Date.now() + STOP_MS;
        for (let signal: NodeJS.Signals = "SIGTERM"; isAlive(holder); signal = Date.now() > end ? "SIGKILL" : signal) {
            kill(holder.pid, signal);
            await pause(POLL_MS);
        }
    }
    await exclusively(async () => {
        // Another process may have started a new one meanwhile.
        if (findServer() === undefined) {
            withdraw();
            await endDatabases();
        }
    });
}

function kill(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(pid, signal);
    } catch (error) {
        if (!hasCode(error, "ESRCH")) {
            throw error;
        }
    }
}

async function run(pace?: Pace): Promise<Server> {
    // Of a server that was killed.
    withdraw();
    const release = await acquireLock(files.running());
    const world = { store: new Store(), clock: clockOf(pace) };
    const gateways = await Gateways.open(world);
    const proxy = await openProxy(gateways, clusterApis(world));
    const listeners = new Listeners(gateways);
    const identity = await openIdentity(world, () => listeners.places());
    const address: Address = {
        socksUrl: proxy.url,
        identityUrl: identity.url,
        ...(pace === undefined ? {} : { pace }),
    };
    writeWhole(files.address(), JSON.stringify(address));
    const stop = async () => {
        while (!(await exclusively(async () => (cancelled.aborted || !isUsed()) && withdraw()))) {
            await pause(POLL_MS);
        }
        await Promise.all([proxy.close(), listeners.close(), identity.close()]);
        await gateways.close();
        await endDatabases();
        release();
    };
    return serverAt(address, once(stop));
}

/** The clusters' APIs, loaded on first use: few connections lead there. */
function clusterApis(world: World): Elsewhere {
    let apis: ClusterApis | undefined;
    return (host, port) => {
        if (!host.endsWith(".eks.amazonaws.com") && !host.endsWith(".eks.amazonaws.com.cn")) {
            return undefined;
        }
        const { ClusterApis: Apis } = load("./providers/kubernetes/clusterApis") as typeof Loaded;
        apis ??= new Apis(world);
        return apis.at(host, port);
    };
}

/** From here on no new client can find the server. */
function withdraw(): true {
    rmSync(files.address(), { force: true });
    return true;
}

async function use(address: Address): Promise<Server> {
    usesHere += 1;
    const release = await acquireLock(join(files.users(), `${process.pid}-${usesHere}`));
    const letGo = once(async () => release());
    return serverAt(address, letGo);
}

let usesHere = 0;

function serverAt(address: Address, stop: () => Promise<void>): Server {
    const { socksUrl, identityUrl, pace } = address;
    return {
        socksUrl,
        identityUrl,
        ...(pace === undefined ? {} : { pace }),
        caFile: stateDir("tls", "ca.pem"),
        postgresFor,
        stop,
    };
}

async function postgresFor(resourceId: string): Promise<Postgres> {
    const endpoint = endpointsOf(new Store()).find(({ spec }) => spec.resourceId === resourceId);
    if (endpoint === undefined) {
        throw new Error(
            `the sandbox has no database with the resource id "${resourceId}", or a cluster that has no instance yet`,
        );
    }
    return openCluster(endpoint.spec);
}

async function endDatabases(): Promise<void> {
    await stopClusters();
    await removeClustersExcept(resourceIdsOf(new Store()));
}

/** Whether another process, or another part of this one, still uses the server. */
function isUsed(): boolean {
    return userFiles().some((name) => {
        const holder = readHolder(join(files.users(), name));
        return holder !== undefined && isAlive(holder);
    });
}

function userFiles(): string[] {
    try {
        return readdirSync(files.users());
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return [];
        }
        throw error;
    }
}

/** Starting, finding and withdrawing happen one after the other, over all processes. */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const release = await acquireLock(files.gate());
    try {
        return await work();
    } finally {
        release();
    }
}

function once(work: () => Promise<void>): () => Promise<void> {
    let done: Promise<void> | undefined;
    return () => (done ??= work());
}

function parseAddress(text: string): Address {
    return JSON.parse(text) as Address;
}

const files = {
    /** Held by the process that runs the server, as long as it does. */
    running: () => stateDir("locks", "server"),
    gate: () => stateDir("locks", "server-gate"),
    /** One file for each use by another process. */
    users: () => stateDir("locks", "server-users"),
    address: () => stateDir("server.json"),
};
