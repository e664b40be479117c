import { connect } from "node:net";
import type { Socket } from "node:net";
import { SocksClient } from "socks";

/** A server to connect to. */
export interface Destination {
    readonly host: string;
    readonly port: number;
    /** How many seconds to wait for it; 0 waits without a limit. */
    readonly connectTimeout: number;
}

/**
 * Opens a connection to the server, through the SOCKS5 proxy in `ALL_PROXY` if set, as the official provider
 * does (its proxy_driver.go). The proxy resolves the host's name.
 */
export async function dial(settings: Destination, environment: NodeJS.ProcessEnv): Promise<Socket> {
    const proxy = proxyFor(settings.host, environment);
    if (proxy === undefined) {
        return direct(settings);
    }
    const { socket } = await SocksClient.createConnection({
        proxy,
        command: "connect",
        destination: { host: settings.host, port: settings.port },
        ...(settings.connectTimeout > 0 ? { timeout: settings.connectTimeout * 1000 } : {}),
    });
    return socket;
}

/** `pg` connects the stream it receives, but a SOCKS connection is already open: it only needs to emit the event. */
export function connected(socket: Socket): Socket {
    socket.connect = () => {
        process.nextTick(() => socket.emit("connect"));
        return socket;
    };
    return socket;
}

function direct({ host, port, connectTimeout }: Destination): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const socket = connect({ host, port });
        const late = new Error(`no answer from ${host}:${port} within ${connectTimeout} s`);
        socket.setTimeout(connectTimeout > 0 ? connectTimeout * 1000 : 0, () => socket.destroy(late));
        socket.once("error", reject);
        socket.once("connect", () => {
            socket.setTimeout(0);
            socket.off("error", reject);
            resolve(socket);
        });
    });
}

interface Proxy {
    host: string;
    port: number;
    type: 5;
    userId?: string;
    password?: string;
}

/** Only SOCKS5 counts, and `NO_PROXY` names hosts (`db.local`) and zones (`.local`) to reach without it. */
export function proxyFor(host: string, environment: NodeJS.ProcessEnv): Proxy | undefined {
    const address = environment["ALL_PROXY"] ?? environment["all_proxy"] ?? "";
    if (!URL.canParse(address) || excluded(host, environment["NO_PROXY"] ?? environment["no_proxy"] ?? "")) {
        return undefined;
    }
    const url = new URL(address);
    if (url.protocol !== "socks5:" && url.protocol !== "socks5h:") {
        return undefined;
    }
    const credentials =
        url.username === ""
            ? {}
            : { userId: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
    return { host: url.hostname, port: Number(url.port || 1080), type: 5, ...credentials };
}

function excluded(host: string, list: string): boolean {
    const names = list.split(",").map((name) => name.trim().replace(/^\*\./, "."));
    return names.some(
        (name) => name !== "" && (name.startsWith(".") ? host.endsWith(name) || host === name.slice(1) : host === name),
    );
}
