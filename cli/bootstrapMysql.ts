import type { Socket } from "node:net";
import { createConnection, type Connection } from "mysql2/promise";
import { bootstrapMysql } from "../bootstrap/mysql";
import { UserError } from "../toolkit/userError";
import type { Sql } from "../toolkit/sql";

/** Where the master signs in, and how it authenticates the server. */
export interface MysqlMaster {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
    /** Certificate authorities in PEM format. */
    readonly ca: string[];
}

const CONNECT_MS = 15_000;

/**
 * Creates the provisioner in MySQL over fully verified TLS, and returns the executed statements.
 *
 * @param stream the connection. A MySQL server speaks first: call this immediately, or its greeting is lost
 */
export async function bootstrapMysqlServer(
    stream: Socket,
    { host, port, username, password, ca }: MysqlMaster,
): Promise<Sql[]> {
    let session: Connection;
    try {
        const ssl = { ca, rejectUnauthorized: true, verifyIdentity: true };
        session = await createConnection({
            stream,
            host,
            port,
            user: username,
            password,
            connectTimeout: CONNECT_MS,
            ssl,
        });
    } catch (error) {
        throw new UserError(
            `can't connect to ${host}:${port} as ${username}: ${error instanceof Error ? error.message.trim() : String(error)}`,
        );
    }
    try {
        return await bootstrapMysql({ query: ({ text }) => session.query(text) });
    } finally {
        await session.end();
    }
}
