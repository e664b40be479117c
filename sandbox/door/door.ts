import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

import type { Identity } from "../postgres/authority";
import type { Postgres } from "../postgres/cluster";
import { contextOf } from "./contexts";
import { dial, dialAdmitted } from "./dial";
import type { Endpoint } from "./endpoints";
import { CLEARTEXT_PASSWORD, fatal, ProtocolError, readOpening, readPassword } from "./messages";
import type { Opening, Startup } from "./messages";
import { ConnectionClosed, eventOf } from "./streams";

/** The server behind the door. */
export interface Backend {
    readonly postgres: Postgres;
    /** Whether the server asks this user for a token: whether it is a member of `rds_iam`, directly or not. */
    readonly isIamUser: (user: string) => Promise<boolean>;
}

/** One endpoint's door. */
export interface Door {
    readonly endpoint: Endpoint;
    /** The certificate to show; there is one even if the server cannot be started, to say so over TLS. */
    identity(): Promise<Identity>;
    /** The endpoint's server, started if it does not run. */
    backend(): Promise<Backend>;
    /** Whether a user is turned away with this token; what there is to say of it is logged. */
    refuses(token: string, user: string): boolean;
    /** Takes a line for whoever wonders why a connection was refused: the client is told as little as on AWS. */
    log(line: string): void;
}

/** A request for a session, and the connection that it came by. */
type SecureStartup = Startup & { readonly client: TLSSocket };

type Opened = SecureStartup | Extract<Opening, { kind: "cancel" }>;

/** Postgres' `authentication_timeout`. */
const AUTHENTICATION_MS = 60_000;

/** An end of the connection that the client is told. */
class Refusal extends Error {
    constructor(
        readonly code: string,
        message: string,
    ) {
        super(message);
    }
}

/**
 * Serves one connection as RDS does: TLS or nothing; members of `rds_iam` are asked for a token and, if it is good,
 * come to the server with a certificate that says who they are; all others the server asks itself. From then on bytes
 * only pass.
 */
export async function serveConnection(raw: Socket, door: Door): Promise<void> {
    let client: Duplex = raw;
    const timer = setTimeout(() => raw.destroy(), AUTHENTICATION_MS);
    raw.on("error", () => raw.destroy());
    raw.once("close", () => clearTimeout(timer));
    try {
        const opening = await openSecurely(raw, await door.identity(), (secured) => (client = secured));
        const backend = await door.backend();
        if (opening.kind === "cancel") {
            await cancel(backend.postgres, opening.bytes);
            raw.destroy();
        } else {
            const server = await admit(opening, door, backend);
            clearTimeout(timer);
            join(opening.client, server);
        }
    } catch (error) {
        refuse(client, error, door);
    }
}

/** The client's first message that is not about encryption; a request for a session comes with the encryption it came by. */
async function openSecurely(
    raw: Socket,
    identity: Identity,
    onSecure: (client: TLSSocket) => void,
): Promise<Opened> {
    for (let first = true; ; first = false) {
        const opening = await readOpening(raw);
        if (opening.kind === "gss" && first) {
            raw.write("N");
        } else if (opening.kind === "ssl") {
            // What came along unencrypted could be an attacker's, to be taken for the client's.
            if (raw.readableLength > 0) {
                throw new ProtocolError("received unencrypted data after SSL request");
            }
            const client = await accept(raw, identity);
            onSecure(client);
            const inside = await readOpening(client);
            if (inside.kind === "startup") {
                return { ...inside, client };
            }
            if (inside.kind === "cancel") {
                return inside;
            }
            throw new ProtocolError("unexpected request within an encrypted connection");
        } else if (opening.kind === "cancel") {
            return opening;
        } else if (opening.kind === "startup") {
            const { user, database } = opening;
            throw new Refusal(
                "28000",
                `no pg_hba.conf entry for host "${raw.remoteAddress}", user "${user}", database "${database}", no encryption`,
            );
        } else {
            throw new ProtocolError("unexpected second request for encryption");
        }
    }
}

/** The authenticated session's, or the authenticating server's, side of the connection. */
async function admit(startup: SecureStartup, door: Door, { postgres, isIamUser }: Backend): Promise<Socket> {
    const { user, client } = startup;
    const isIam = await isIamUser(user);
    if (!isIam && door.endpoint.proxy === undefined) {
        return dial(postgres, startup);
    }
    client.write(CLEARTEXT_PASSWORD);
    const token = await readPassword(client);
    if (door.refuses(token, user) || !isIam) {
        throw new Refusal("28000", `PAM authentication failed for user "${user}"`);
    }
    return dialAdmitted(postgres, startup, client);
}

async function accept(raw: Socket, identity: Identity): Promise<TLSSocket> {
    raw.setNoDelay();
    // Written before the handshake's reading begins, in the same turn: no byte of it can get lost.
    raw.write("S");
    const client = new TLSSocket(raw, { isServer: true, secureContext: contextOf(identity, identity) });
    client.on("error", () => client.destroy());
    await eventOf(client, "secure");
    return client;
}

/** Postgres answers a cancel request by closing the connection, whatever became of it, and takes it without TLS. */
async function cancel(postgres: Postgres, request: Buffer): Promise<void> {
    const socket = connectTcp({ host: postgres.host, port: postgres.port });
    socket.on("error", () => socket.destroy());
    socket.end(request);
    socket.resume();
    await eventOf(socket, "end");
}

/** Passes bytes both ways until one side is gone; what it said last still reaches the other. */
function join(client: Duplex, server: Duplex): void {
    client.pipe(server);
    server.pipe(client);
    client.once("close", () => server.destroy());
    server.once("close", () => client.end(() => client.destroy()));
}

function refuse(client: Duplex, error: unknown, door: Door): void {
    if (error instanceof ConnectionClosed || client.destroyed) {
        client.destroy();
        return;
    }
    // What the client still says is read and dropped: closing on unread bytes could cost it the answer.
    client.resume();
    if (error instanceof Refusal) {
        client.end(fatal(error.code, error.message));
    } else if (error instanceof ProtocolError) {
        client.end(fatal("08P01", error.message));
    } else {
        const reason = error instanceof Error ? error.message : String(error);
        door.log(`no connection to ${door.endpoint.host}: ${reason}`);
        client.end(fatal("57P03", `the sandbox cannot reach the database: ${reason}`));
    }
}
