import { connect } from "node:net";
import type { Socket } from "node:net";
import { checkServerIdentity } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { SocksClient } from "socks";
import type { Settings } from "./settings";

/** Host and port of a server, and how long to wait for it, in seconds; 0 for ever. */
export type Destination = Pick<Settings, "host" | "port" | "connectTimeout">;

/**
 * Opens the way to the server, through the SOCKS5 proxy of `ALL_PROXY` where there is one, as the official provider
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

/** `pg` connects the stream it is given, but a SOCKS connection is made before: all that is left is to say so. */
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

/** Only SOCKS5 counts, and `NO_PROXY` names hosts (`db.local`) and zones (`.local`) that are reached without it. */
export function proxyFor(host: string, environment: NodeJS.ProcessEnv): Proxy | undefined {
    const address = environment["ALL_PROXY"] ?? environment["all_proxy"] ?? "";
    if (!URL.canParse(address) || excluded(host, environment["NO_PROXY"] ?? environment["no_proxy"] ?? "")) {
        return undefined;
    }
    const url = new URL(address);
    if (url.protocol !== "socks5:" && url.protocol !== "socks5h:") {
        return undefined;
    }
    const credentials = url.username === "" ? {} : { userId: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
    return { host: url.hostname, port: Number(url.port || 1080), type: 5, ...credentials };
}

function excluded(host: string, list: string): boolean {
    const names = list.split(",").map((name) => name.trim().replace(/^\*\./, "."));
    return names.some((name) => name !== "" && (name.startsWith(".") ? host.endsWith(name) || host === name.slice(1) : host === name));
}

/** TLS for one `sslmode`, in lib/pq's reading: `require` with a root certificate verifies it, as libpq does. */
export function tlsOptions(settings: Settings): ConnectionOptions | false {
    const { sslMode, rootCertificate, clientCertificate, host } = settings;
    if (sslMode === "disable") {
        return false;
    }
    return {
        rejectUnauthorized: sslMode !== "require" || rootCertificate !== undefined,
        checkServerIdentity: (_, certificate) => (sslMode === "verify-full" ? checkServerIdentity(host, certificate) : undefined),
        ...(rootCertificate === undefined ? {} : { ca: rootCertificate }),
        ...(clientCertificate === undefined ? {} : { cert: clientCertificate.certificate, key: clientCertificate.key }),
    };
}
