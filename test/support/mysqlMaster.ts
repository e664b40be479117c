import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { readSocksRequest } from "../../sandbox/gateway/socks";
import { readBytes } from "../../sandbox/gateway/streams";
import type { Certificate } from "../../sandbox/postgres/authority";

/** The requests of a client that came through the proxy. */
export interface Visit {
    /** `host:port` that the client requested from the proxy. */
    readonly asked: string;
    /** The name in the TLS handshake. */
    readonly serverName: string | false | null;
    readonly user: string;
    readonly statements: string[];
}

/** A SOCKS proxy that leads to a server which speaks as much of MySQL's protocol as a master's session needs. */
export interface MysqlMaster {
    /** For `ALL_PROXY`. */
    readonly url: string;
    readonly visits: readonly Visit[];
    close(): Promise<void>;
}

/** https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html: 4.1's protocol, TLS, plugins */
const CAPABILITIES = 0x200 | 0x800 | 0x8000 | 0x80000;
const SOCKS_SUCCEEDED = Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
const QUERY = 3;

export async function openMysqlMaster(identity: Certificate): Promise<MysqlMaster> {
    const visits: Visit[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket.on("error", () => socket.destroy()));
        void serve(socket, identity, visits).catch(() => socket.destroy());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const close = async (): Promise<void> => {
        sockets.forEach((socket) => socket.destroy());
        server.close();
        await once(server, "close");
    };
    return { url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`, visits, close };
}

async function serve(socket: Socket, { cert, key }: Certificate, visits: Visit[]): Promise<void> {
    const target = await readSocksRequest(socket);
    // In one piece, as from a nearby server: no part of it may be lost.
    socket.write(Buffer.concat([SOCKS_SUCCEEDED, packet(0, greeting())]));
    await readPacket(socket);
    const secure = new TLSSocket(socket, { isServer: true, cert, key });
    const response = await readPacket(secure);
    const user = response.subarray(32, response.indexOf(0, 32)).toString();
    const visit: Visit = {
        asked: `${target?.host}:${target?.port}`,
        serverName: (secure as { servername?: string | false }).servername ?? null,
        user,
        statements: [],
    };
    visits.push(visit);
    secure.write(packet(3, ok));
    for (let command = await readPacket(secure); command[0] === QUERY; command = await readPacket(secure)) {
        visit.statements.push(command.subarray(1).toString());
        secure.write(packet(1, ok));
    }
    secure.end();
}

const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

/** https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html */
function greeting(): Buffer {
    const flags = Buffer.alloc(4);
    flags.writeUInt32LE(CAPABILITIES);
    const scramble = Buffer.alloc(20, "s");
    return Buffer.concat([
        ...[
            Buffer.from([10]),
            Buffer.from("8.0.39\0"),
            Buffer.from([1, 0, 0, 0]),
            scramble.subarray(0, 8),
            Buffer.from([0]),
        ],
        ...[flags.subarray(0, 2), Buffer.from([45, 2, 0]), flags.subarray(2), Buffer.from([21]), Buffer.alloc(10)],
        ...[scramble.subarray(8), Buffer.from([0]), Buffer.from("mysql_native_password\0")],
    ]);
}

function packet(sequence: number, payload: Buffer): Buffer {
    const head = Buffer.alloc(4);
    head.writeUIntLE(payload.length, 0, 3);
    head[3] = sequence;
    return Buffer.concat([head, payload]);
}

async function readPacket(socket: Socket): Promise<Buffer> {
    return readBytes(socket, (await readBytes(socket, 4)).readUIntLE(0, 3));
}
