import type { Socket } from "node:net";

import { readBytes } from "./streams";

/** The destination that a client of the proxy requests. */
export interface Destination {
    /** A host name, or an IP address. */
    readonly host: string;
    readonly port: number;
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const NONE_ACCEPTABLE = 0xff;
const CONNECT = 1;

/** Replies of RFC 1928, section 6. */
export const SOCKS_REPLY = {
    succeeded: 0,
    hostUnreachable: 4,
    connectionRefused: 5,
    commandNotSupported: 7,
    addressTypeNotSupported: 8,
} as const;

/**
 * Reads a SOCKS 5 client's request (RFC 1928): no authentication, CONNECT only. Undefined if it was refused.
 */
export async function readSocksRequest(socket: Socket): Promise<Destination | undefined> {
    const [version, count = 0] = await readBytes(socket, 2);
    const methods = await readBytes(socket, count);
    if (version !== VERSION || !methods.includes(NO_AUTHENTICATION)) {
        socket.end(Buffer.from([VERSION, NONE_ACCEPTABLE]));
        return undefined;
    }
    socket.write(Buffer.from([VERSION, NO_AUTHENTICATION]));
    const [, command, , addressType] = await readBytes(socket, 4);
    const host = await readAddress(socket, addressType);
    if (host === undefined) {
        socksReply(socket, "addressTypeNotSupported");
        return undefined;
    }
    const port = (await readBytes(socket, 2)).readUInt16BE();
    if (command !== CONNECT) {
        socksReply(socket, "commandNotSupported");
        return undefined;
    }
    return { host, port };
}

/** Answers the request; any reply other than success ends the connection. */
export function socksReply(socket: Socket, reply: keyof typeof SOCKS_REPLY): void {
    // The proxy's bound address, which CONNECT clients do not use: 0.0.0.0:0.
    const answer = Buffer.from([VERSION, SOCKS_REPLY[reply], 0, 1, 0, 0, 0, 0, 0, 0]);
    if (reply === "succeeded") {
        socket.write(answer);
    } else {
        socket.end(answer);
    }
}

async function readAddress(socket: Socket, type: number | undefined): Promise<string | undefined> {
    switch (type) {
        case 1:
            return [...(await readBytes(socket, 4))].join(".");
        case 3: {
            const [length = 0] = await readBytes(socket, 1);
            return (await readBytes(socket, length)).toString("latin1");
        }
        case 4:
            return (await readBytes(socket, 16)).toString("hex").replace(/(.{4})(?!$)/g, "$1:");
        default:
            return undefined;
    }
}
