import type { ClientConfig } from "../../toolkit/session";

import type { Postgres } from "./cluster";

/** The way in of a login that signs in by its client certificate. */
export async function byCertificate(
    postgres: Pick<Postgres, "host" | "port" | "authority" | "clientCertificate">,
    user: string,
): Promise<ClientConfig> {
    const { cert, key } = await postgres.clientCertificate(user);
    return { host: postgres.host, port: postgres.port, user, ssl: { ca: postgres.authority, cert, key } };
}

/** The way in of a login that has a password. */
export function byPassword(
    { host, port, authority }: Pick<Postgres, "host" | "port" | "authority">,
    user: string,
    password: string,
): ClientConfig {
    return { host, port, user, password, ssl: { ca: authority } };
}
