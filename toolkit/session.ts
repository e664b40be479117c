import { Client } from "pg";
import type { ClientConfig } from "pg";

/**
 * Opens a session; nothing stays of one that could not be opened. By itself `pg` leaves the connection open when it gives
 * up first, for want of a password, say: the server waits for it for a minute, and whoever drops a database meanwhile
 * waits for the server.
 */
export async function openSession(config: ClientConfig): Promise<Client> {
    const client = new Client(config);
    // What breaks fails whatever is asked next, too: there it is told.
    client.on("error", () => undefined);
    try {
        await client.connect();
        return client;
    } catch (error) {
        void client.end();
        throw error;
    }
}
