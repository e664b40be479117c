import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import type { Gateways } from "./gateways";
import { log } from "./log";
import { readSocksRequest, socksReply } from "./socks";

/** A SOCKS proxy whose only destinations are the endpoints of the stand-in cloud's databases and clusters. */
export interface Proxy {
    /** For `ALL_PROXY`: `socks5://127.0.0.1:port`. */
    readonly url: string;
    /** Ends all connections. */
    close(): Promise<void>;
}

/** Serves connections to an address that is no database's; undefined if there is none. */
export type Elsewhere = (host: string, port: number) => ((socket: Socket) => Promise<void>) | undefined;

/** Opens the proxy on a free loopback port. */
export async function openProxy(gateways: Gateways, elsewhere: Elsewhere = () => undefined): Promise<Proxy> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        void serve(socket, gateways, elsewhere);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return {
        url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: async () => {
            server.close();
            sockets.forEach((socket) => socket.destroy());
        },
    };
}

async function serve(socket: Socket, gateways: Gateways, elsewhere: Elsewhere): Promise<void> {
    socket.on("error", () => socket.destroy());
    try {
        const target = await readSocksRequest(socket);
        if (target === undefined) {
            return;
        }
        const host = target.host.toLowerCase();
        const endpoints = gateways.endpoints().filter((endpoint) => endpoint.host === host);
        const endpoint = endpoints.find(({ port }) => port === target.port);
        const other = endpoint === undefined ? elsewhere(host, target.port) : undefined;
        if (other !== undefined) {
            socksReply(socket, "succeeded");
            await other(socket);
            return;
        }
        if (endpoint === undefined) {
            log(
                `cannot reach ${JSON.stringify(target.host)}, port ${target.port}: only the sandbox's databases and clusters are reachable`,
            );
            socksReply(socket, endpoints.length === 0 ? "hostUnreachable" : "connectionRefused");
            return;
        }
        socksReply(socket, "succeeded");
        await gateways.serve(socket, endpoint);
    } catch {
        // The client speaks another protocol or has disconnected.
        socket.destroy();
    }
}
