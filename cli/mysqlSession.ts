import type { Socket } from "node:net";

import { createConnection, type Connection } from "mysql2/promise";

import { needSql, type Sql } from "../toolkit/sql";
import { UserError } from "../toolkit/userError";

/** Where a user signs in to MySQL, and how it authenticates the server. */
export interface MysqlLogin {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: string | undefined;
    /** Certificate authorities in PEM format. */
    readonly ca: string[];
}

/** A session that accepts only statements of toolkit/sql.ts. */
export interface MysqlSession {
    query(statement: Sql): Promise<readonly Readonly<Record<string, unknown>>[]>;
    end(): Promise<void>;
}

const CONNECT_MS = 15_000;

/**
 * Signs in over fully verified TLS.
 *
 * @param stream the connection. A MySQL server speaks first: call this immediately, or its greeting is lost
 * @throws UserError
 */
export async function openMysqlSession(
    stream: Socket,
    { host, port, username: user, password, ca }: MysqlLogin,
): Promise<MysqlSession> {
    let session: Connection;
    try {
        const ssl = { ca, rejectUnauthorized: true, verifyIdentity: true };
        session = await createConnection({ stream, host, port, user, password, connectTimeout: CONNECT_MS, ssl });
    } catch (error) {
        throw new UserError(
            `can't connect to ${host}:${port} as ${user}: ${error instanceof Error ? error.message.trim() : String(error)}`,
        );
    }
    return {
        query: async (statement) => {
            needSql(statement);
            const [rows] = await session.query(statement.text);
            return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
        },
        end: () => session.end(),
    };
}
