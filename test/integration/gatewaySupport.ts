import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import { Signer } from "@aws-sdk/rds-signer";
import type { Client } from "pg";
import { SocksClient } from "socks";

import { Store } from "../../sandbox/cloud/store";
import { sandboxCredentials } from "../../sandbox/identity/credentials";
import type { Server } from "../../sandbox/server";
import { openClient } from "../support/client";
import { HOST } from "./postgres-support";

export const RESOURCE_ID = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const READER = HOST.replace(".cluster-", ".cluster-ro-");
const PLACE = { region: "eu-central-1", account: "111122223333" };

/** How a client connects, besides user and password. */
export interface ConnectionOptions {
    readonly host?: string;
    readonly plain?: boolean;
    /** Opens a replication connection. */
    readonly replication?: "database" | "true";
}

/** Puts an Aurora cluster with one instance into the stand-in cloud. */
export function putDatabase({
    id = "keyless",
    clusterResourceId = RESOURCE_ID,
    engineVersion = "16.6",
    parameterGroup = "default.aurora-postgresql16",
} = {}): void {
    const store = new Store();
    const common = { ...PLACE, inputs: {} };
    const state = {
        ...{ clusterIdentifier: id, clusterResourceId, port: 5432, engineVersion },
        ...{ endpoint: HOST.replace("keyless", id), readerEndpoint: READER.replace("keyless", id) },
        ...{ masterUsername: "postgres", databaseName: "app", iamDatabaseAuthenticationEnabled: true },
        enabledCloudwatchLogsExports: ["postgresql", "iam-db-auth-error"],
        dbClusterParameterGroupName: parameterGroup,
    };
    store.put({ ...common, type: "aws:rds/cluster:Cluster", id, state });
    const member = { clusterIdentifier: id };
    store.put({ ...common, type: "aws:rds/clusterInstance:ClusterInstance", id: `${id}-0`, state: member });
}

/** A token as the AWS SDK creates it. */
export function tokenFor(username: string, hostname = HOST): Promise<string> {
    const credentials = sandboxCredentials();
    return new Signer({ hostname, port: 5432, username, region: PLACE.region, credentials }).getAuthToken();
}

/** A client that believes it is on AWS: the endpoint's real name, TLS verified against that name. */
export async function connectThrough(
    server: Server,
    user: string,
    password: string,
    way: ConnectionOptions = {},
): Promise<Client> {
    const { host = HOST, plain = false, replication } = way;
    const socket = await throughProxy(server, host, 5432);
    const ssl = plain ? false : { ca: readFileSync(server.caFile, "utf8") };
    const stream = () => alreadyConnected(socket);
    const more = replication === undefined ? {} : { replication };
    return openClient({ host, user, password, database: "app", ssl, stream, ...more });
}

export async function throughProxy(server: Server, host: string, port: number): Promise<Socket> {
    const { hostname, port: proxyPort } = new URL(server.socksUrl);
    const proxy = { host: hostname, port: Number(proxyPort), type: 5 as const };
    return (await SocksClient.createConnection({ proxy, command: "connect", destination: { host, port } })).socket;
}

/** `pg` connects the stream it is given; this one is. */
function alreadyConnected(socket: Socket): Socket {
    return Object.assign(socket, {
        connect: () => {
            setImmediate(() => socket.emit("connect"));
            return socket;
        },
    });
}

/** A local port that leads to the endpoint, for clients that know no SOCKS. */
export async function forward(server: Server): Promise<{ number: number; close: () => Promise<void> }> {
    const forwarder = createServer((socket) => {
        void throughProxy(server, HOST, 5432).then((far) => {
            far.pipe(socket).pipe(far);
            far.on("error", () => socket.destroy());
            socket.on("error", () => far.destroy());
            // An unread socket does not notice that its client has disconnected, and would keep the port from closing.
            far.on("close", () => socket.resume());
        });
    });
    forwarder.listen(0, "127.0.0.1");
    await once(forwarder, "listening");
    const close = async () => {
        forwarder.close();
        await once(forwarder, "close");
    };
    return { number: (forwarder.address() as AddressInfo).port, close };
}
