import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";

import type { Certificate } from "../postgres/authority";
import { SHOWN_TLS } from "../postgres/clientTls";
import type { Postgres } from "../postgres/cluster";
import { contextOf } from "./contexts";
import { SSL_REQUEST } from "./messages";
import type { Startup } from "./messages";
import { eventOf, readBytes } from "./streams";

/**
 * Opens a session for a member of `rds_iam` with a valid token. The server's Unix socket avoids encrypting every byte
 * twice. It is used only if clients cannot notice: `pg_stat_ssl` reports for socket sessions what most clients
 * negotiate. Other clients, and replication clients, which can see their connection type, use TLS with a certificate.
 */
export async function dialAdmitted(postgres: Postgres, startup: Startup, client: TLSSocket): Promise<Socket> {
    const { gatewaySocket } = postgres;
    const { version, cipher } = SHOWN_TLS;
    const isShown = client.getProtocol() === version && client.getCipher().name === cipher;
    if (gatewaySocket === undefined || !isShown || startup.replication) {
        return dial(postgres, startup, await postgres.clientCertificate(startup.user));
    }
    const server = connectTcp({ path: gatewaySocket });
    await eventOf(server, "connect");
    server.on("error", () => server.destroy());
    server.write(startup.bytes);
    return server;
}

/** Connects to the server and sends the startup packet. Without a certificate, the server asks for a password. */
export async function dial(postgres: Postgres, startup: Startup, identity?: Certificate): Promise<Socket> {
    const socket = connectTcp({ host: postgres.host, port: postgres.port, noDelay: true });
    await eventOf(socket, "connect");
    socket.write(SSL_REQUEST);
    if ((await readBytes(socket, 1)).toString("latin1") !== "S") {
        throw new Error("the server does not support TLS");
    }
    const secureContext = contextOf(identity ?? postgres, { ca: postgres.authority, ...identity });
    const server = connectTls({ socket, host: postgres.host, secureContext });
    server.on("error", () => server.destroy());
    await eventOf(server, "secureConnect");
    server.write(startup.bytes);
    return server;
}
