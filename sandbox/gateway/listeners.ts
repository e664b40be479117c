import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";

import { stateDir } from "../../toolkit/paths";
import { hasCode } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";
import type { Gateways } from "./gateways";

/** The local address of a database endpoint's host name. */
export interface LocalAddress {
    readonly host: string;
    readonly port: number;
    /** `127.x.y.z`; the port is the endpoint's own. */
    readonly address: string;
}

const TRIES = 16;

/**
 * Gives each host name its own loopback address, which listens on the endpoint's real port. A client needs only the
 * address of a name; everything else is as on AWS.
 */
export class Listeners {
    private readonly open = new Map<string, Promise<{ readonly place: LocalAddress; readonly server: Server }>>();
    private readonly sockets = new Set<Socket>();

    constructor(private readonly gateways: Gateways) {}

    /** The addresses of all current endpoints. @throws UserError if the system refuses the addresses */
    async places(): Promise<LocalAddress[]> {
        return Promise.all(
            this.gateways.endpoints().map(async ({ host, port }) => {
                const name = `${host}:${port}`;
                const opening = this.open.get(name) ?? this.listen(host, port);
                this.open.set(name, opening);
                opening.catch(() => this.open.delete(name));
                return (await opening).place;
            }),
        );
    }

    async close(): Promise<void> {
        const opened = await Promise.allSettled(this.open.values());
        this.sockets.forEach((socket) => socket.destroy());
        for (const each of opened) {
            if (each.status === "fulfilled") {
                each.value.server.close();
            }
        }
    }

    private async listen(host: string, port: number): Promise<{ place: LocalAddress; server: Server }> {
        for (let attempt = 0; attempt < TRIES; attempt += 1) {
            const address = addressOf(host, attempt);
            const server = createServer((socket) => void this.serve(socket, host, port));
            try {
                server.listen(port, address);
                await once(server, "listening");
                return { place: { host, port, address }, server };
            } catch (error) {
                // Another sandbox on this machine may use the same names.
                if (!hasCode(error, "EADDRINUSE")) {
                    throw hasCode(error, "EADDRNOTAVAIL") ? new UserError(unavailable(address)) : error;
                }
            }
        }
        throw new UserError(
            `no loopback address with a free port ${port} for ${host} after ${TRIES} tries; stop the process that uses it`,
        );
    }

    private async serve(socket: Socket, host: string, port: number): Promise<void> {
        this.sockets.add(socket);
        socket.once("close", () => this.sockets.delete(socket));
        socket.on("error", () => socket.destroy());
        const endpoint = this.gateways.endpoints().find((each) => each.host === host && each.port === port);
        if (endpoint === undefined) {
            // The database was deleted, and its name with it.
            socket.destroy();
            return;
        }
        await this.gateways.serve(socket, endpoint);
    }
}

/** The same at each start; not 127.0.x.y, which other programs use. */
function addressOf(host: string, attempt: number): string {
    const [a = 0, b = 0, c = 0] = createHash("sha256").update(`${stateDir()} ${host} ${attempt}`).digest();
    return `127.${64 + (a % 128)}.${b}.${1 + (c % 254)}`;
}

function unavailable(address: string): string {
    return `this system has no loopback address ${address}; add it with: sudo ifconfig lo0 alias ${address} up`;
}
