import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import { Store } from "../cloud/store";
import { sandboxCredentials } from "../credentials";
import { stateDir } from "../paths";
import { Authority } from "../postgres/authority";
import { hasCode } from "../postgres/files";
import { Backends } from "./backends";
import { serveConnection } from "./door";
import type { Door } from "./door";
import { endpointsOf } from "./endpoints";
import type { Endpoint } from "./endpoints";
import { readSocksRequest, socksReply } from "./socks";
import { refuseToken } from "./token";

/** A SOCKS proxy whose only destinations are the endpoints of the stand-in cloud's databases. */
export interface Proxy {
    /** For `ALL_PROXY`: `socks5://127.0.0.1:port`. */
    readonly url: string;
    /** Ends all connections. The databases' servers run on. */
    close(): Promise<void>;
}

/** Opens the proxy on a free loopback port. */
export async function openProxy(): Promise<Proxy> {
    const backends = new Backends();
    const authority = await Authority.open();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        void serve(socket, backends, authority);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
        url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: async () => {
            server.close();
            sockets.forEach((socket) => socket.destroy());
            await backends.close();
        },
    };
}

async function serve(socket: Socket, backends: Backends, authority: Authority): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
        const target = await readSocksRequest(socket);
        if (target === undefined) {
            return;
        }
        const host = target.host.toLowerCase();
        const endpoints = endpointsOf(new Store()).filter((endpoint) => endpoint.host === host);
        const endpoint = endpoints.find(({ port }) => port === target.port);
        if (endpoint === undefined) {
            log(
                `no way to ${JSON.stringify(target.host)}, port ${target.port}: the sandbox's databases are its only destinations`,
            );
            socksReply(socket, endpoints.length === 0 ? "hostUnreachable" : "connectionRefused");
            return;
        }
        socksReply(socket, "succeeded");
        await serveConnection(socket, doorOf(endpoint, backends, authority));
    } catch {
        // A client that speaks another protocol, or went away.
        socket.destroy();
    }
}

function doorOf(endpoint: Endpoint, backends: Backends, authority: Authority): Door {
    const { host, port, region, spec } = endpoint;
    const { accessKeyId, secretAccessKey } = sandboxCredentials();
    return {
        endpoint,
        identity: () =>
            backends.open(spec).then(
                ({ postgres }) => postgres.identity,
                () => authority.server(spec.resourceId, spec.hosts),
            ),
        backend: () => backends.open(spec),
        refuseToken: (token, user) =>
            refuseToken(token, {
                host,
                port,
                region,
                user,
                now: new Date(),
                keyOf: (id) => (id === accessKeyId ? { secretAccessKey } : undefined),
            }),
        log,
    };
}

/** What happened and why, for people: the state folder's server.log. */
function log(line: string): void {
    try {
        appendFileSync(stateDir("server.log"), `${new Date().toISOString()} ${line}\n`);
    } catch (error) {
        if (!hasCode(error, "ENOENT")) {
            throw error;
        }
    }
}
