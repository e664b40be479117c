import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";

import type { Identity } from "../postgres/authority";
import { SHOWN_TLS } from "../postgres/clientTls";
import type { Postgres } from "../postgres/cluster";
import { contextOf } from "./contexts";
import { SSL_REQUEST } from "./messages";
import type { Startup } from "./messages";
import { eventOf, readBytes } from "./streams";

/**
 * Opens a session of a member of `rds_iam` whose token was good. By the server's Unix socket, past a second encryption of
 * every byte, where that shows in nothing: `pg_stat_ssl` says of the socket's sessions what most clients have, and the
 * others, as those who ask for replication and are told by which way they came, take the way of those with passwords,
 * with a certificate.
 */
export async function dialAdmitted(postgres: Postgres, startup: Startup, client: TLSSocket): Promise<Socket> {
    const { doorSocket } = postgres;
    const { version, cipher } = SHOWN_TLS;
    const isShown = client.getProtocol() === version && client.getCipher().name === cipher;
    if (doorSocket === undefined || !isShown || startup.replication) {
        return dial(postgres, startup, await postgres.clientCertificate(startup.user));
    }
    const server = connectTcp({ path: doorSocket });
    await eventOf(server, "connect");
    server.on("error", () => server.destroy());
    server.write(startup.bytes);
    return server;
}

/** Opens a connection to the server and hands it the client's startup packet. Without a certificate, the server will ask for a password. */
export async function dial(postgres: Postgres, startup: Startup, identity?: Identity): Promise<Socket> {
    const socket = connectTcp({ host: postgres.host, port: postgres.port, noDelay: true });
    await eventOf(socket, "connect");
    socket.write(SSL_REQUEST);
    if ((await readBytes(socket, 1)).toString("latin1") !== "S") {
        throw new Error("the server has no TLS");
    }
    const secureContext = contextOf(identity ?? postgres, { ca: postgres.authority, ...identity });
    const server = connectTls({ socket, host: postgres.host, secureContext });
    server.on("error", () => server.destroy());
    await eventOf(server, "secureConnect");
    server.write(startup.bytes);
    return server;
}
