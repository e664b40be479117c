import type { Socket } from "node:net";
import { bootstrapMysql } from "../bootstrap/mysql";
import type { Sql } from "../toolkit/sql";
import { openMysqlSession, type MysqlLogin } from "./mysqlSession";

/**
 * Creates the provisioner in MySQL as the master, and returns the executed statements.
 *
 * @param stream the connection. A MySQL server speaks first: call this immediately, or its greeting is lost
 */
export async function bootstrapMysqlServer(stream: Socket, master: MysqlLogin): Promise<Sql[]> {
    const session = await openMysqlSession(stream, master);
    try {
        return await bootstrapMysql(session);
    } finally {
        await session.end();
    }
}
