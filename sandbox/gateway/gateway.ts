import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

import type { Certificate } from "../postgres/authority";
import type { Postgres } from "../postgres/cluster";
import { contextOf } from "./contexts";
import { dial, dialAdmitted } from "./dial";
import type { Endpoint } from "../cloud/aws/databaseEndpoints";
import { CLEARTEXT_PASSWORD, fatal, ProtocolError, readOpening, readPassword } from "./messages";
import type { Opening, Startup } from "./messages";
import { ConnectionClosed, eventOf } from "./streams";

/** The server behind the gateway. */
export interface Backend {
    readonly postgres: Postgres;
    /** Whether the server requires a token: whether this user is a direct or indirect member of `rds_iam`. */
    readonly isIamUser: (user: string) => Promise<boolean>;
}

/** One endpoint's gateway. */
export interface Gateway {
    readonly endpoint: Endpoint;
    /** The certificate to present; it exists even if the server cannot start, so that the error is sent over TLS. */
    identity(): Promise<Certificate>;
    /** The endpoint's server, started on demand. */
    backend(): Promise<Backend>;
    /** Whether this token is rejected; the reason is logged. */
    refuses(token: string, user: string): boolean;
    /** Logs the reason for a refused connection: the client learns as little as on AWS. */
    log(line: string): void;
}

/** A request for a session, and the connection that it arrived on. */
type SecureStartup = Startup & { readonly client: TLSSocket };

type Opened = SecureStartup | Extract<Opening, { kind: "cancel" }>;

/** Postgres' `authentication_timeout`. */
const AUTHENTICATION_MS = 60_000;

/** Ends the connection with an error that the client receives. */
class Refusal extends Error {
    constructor(
        readonly code: string,
        message: string,
    ) {
        super(message);
    }
}

/**
 * Serves one connection as RDS does: TLS is required; members of `rds_iam` are asked for a token and, if it is valid,
 * reach the server with a certificate that names them; the server authenticates all other users itself. After that, the
 * gateway only copies bytes.
 */
export async function serveConnection(raw: Socket, gateway: Gateway): Promise<void> {
    let client: Duplex = raw;
    const timer = setTimeout(() => raw.destroy(), AUTHENTICATION_MS);
    raw.on("error", () => raw.destroy());
    raw.once("close", () => clearTimeout(timer));
    try {
        const opening = await openSecurely(raw, await gateway.identity(), (secured) => (client = secured));
        const backend = await gateway.backend();
        if (opening.kind === "cancel") {
            await cancel(backend.postgres, opening.bytes);
            raw.destroy();
        } else {
            const server = await admit(opening, gateway, backend);
            clearTimeout(timer);
            join(opening.client, server);
        }
    } catch (error) {
        refuse(client, error, gateway);
    }
}

/** The client's first message after encryption is negotiated; a session request includes the stream that it arrived on. */
async function openSecurely(
    raw: Socket,
    identity: Certificate,
    onSecure: (client: TLSSocket) => void,
): Promise<Opened> {
    for (let first = true; ; first = false) {
        const opening = await readOpening(raw);
        if (opening.kind === "gss" && first) {
            raw.write("N");
        } else if (opening.kind === "ssl") {
            // Unencrypted bytes could come from an attacker and must not be taken for the client's.
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

/** The server's side of the connection, authenticated or still authenticating. */
async function admit(startup: SecureStartup, gateway: Gateway, { postgres, isIamUser }: Backend): Promise<Socket> {
    const { user, client, replication } = startup;
    const { endpoint } = gateway;
    if (replication && endpoint.proxy !== undefined) {
        // As seen in https://fivetran.com/docs/connectors/databases/postgresql/troubleshooting/rds-proxy-replication-error
        const message = "RDS Proxy currently doesn't support streaming replication mode";
        throw new Refusal("0A000", `Feature not supported: ${message}`);
    }
    const isIam = await isIamUser(user);
    if (!isIam && endpoint.proxy === undefined) {
        return dial(postgres, startup);
    }
    client.write(CLEARTEXT_PASSWORD);
    const token = await readPassword(client);
    if (replication && !endpoint.replicationTokens) {
        // Without the parameter, a replication connection needs a password: https://github.com/psycopg/psycopg2/issues/1391
        const needed = "rds.logical_replication and rds.iam_auth_for_replication in the database's parameter group";
        gateway.log(`refused replication for "${user}" at ${endpoint.host}: tokens for replication require ${needed}`);
        throw new Refusal("28P01", `password authentication failed for user "${user}"`);
    }
    if (gateway.refuses(token, user) || !isIam) {
        throw new Refusal("28000", `PAM authentication failed for user "${user}"`);
    }
    return dialAdmitted(postgres, startup, client);
}

async function accept(raw: Socket, identity: Certificate): Promise<TLSSocket> {
    raw.setNoDelay();
    // Written in the same turn, before the handshake starts to read, so no byte is lost.
    raw.write("S");
    const client = new TLSSocket(raw, { isServer: true, secureContext: contextOf(identity, identity) });
    client.on("error", () => client.destroy());
    await eventOf(client, "secure");
    return client;
}

/** Postgres answers a cancel request by closing the connection, whatever the result, and accepts it without TLS. */
async function cancel(postgres: Postgres, request: Buffer): Promise<void> {
    const socket = connectTcp({ host: postgres.host, port: postgres.port });
    socket.on("error", () => socket.destroy());
    socket.end(request);
    socket.resume();
    await eventOf(socket, "end");
}

/** Copies bytes both ways until one side closes; the bytes that it sent last still arrive. */
function join(client: Duplex, server: Duplex): void {
    client.pipe(server);
    server.pipe(client);
    client.once("close", () => server.destroy());
    server.once("close", () => client.end(() => client.destroy()));
}

function refuse(client: Duplex, error: unknown, gateway: Gateway): void {
    if (error instanceof ConnectionClosed || client.destroyed) {
        client.destroy();
        return;
    }
    // Further client bytes are read and dropped: closing with unread bytes could discard the answer.
    client.resume();
    if (error instanceof Refusal) {
        client.end(fatal(error.code, error.message));
    } else if (error instanceof ProtocolError) {
        client.end(fatal("08P01", error.message));
    } else {
        const reason = error instanceof Error ? error.message : String(error);
        gateway.log(`no connection to ${gateway.endpoint.host}: ${reason}`);
        client.end(fatal("57P03", `the sandbox cannot reach the database: ${reason}`));
    }
}
