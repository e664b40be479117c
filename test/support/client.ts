import { Client } from "pg";

import type { Postgres } from "../../sandbox/postgres/cluster";
import type { ClientConfig } from "../../toolkit/session";

/** A plain `pg` client, for statements that a test writes itself. */
export async function openClient(config: ClientConfig): Promise<Client> {
    const client = new Client(config);
    client.on("error", () => undefined);
    try {
        await client.connect();
        return client;
    } catch (error) {
        void client.end();
        throw error;
    }
}

/** The superuser's; the caller ends it. */
export function superuserOf(postgres: Pick<Postgres, "superuser">, database?: string): Promise<Client> {
    return openClient(postgres.superuser(database));
}
