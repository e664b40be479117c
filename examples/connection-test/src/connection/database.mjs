import pg from "pg";
import { tokenSource } from "./tokens.mjs";

/** How every connection is made: over TLS, the certificate checked against the authorities and the host's name. */
export function connectionOf({ host, port, database, user, ca }) {
    return { host, port, database, user, ssl: { ca, rejectUnauthorized: true, minVersion: "TLSv1.2" } };
}

/**
 * A pool whose connections sign in with a token each. Connections are renewed from time to time: a session outlives
 * its token, and would outlive the permission too.
 */
export function openPool(settings, { token = tokenSource(settings), onError = () => undefined, ...more } = {}) {
    const pool = new pg.Pool({
        ...connectionOf(settings),
        password: token,
        max: 10,
        connectionTimeoutMillis: 10_000,
        idleTimeoutMillis: 60_000,
        maxLifetimeSeconds: 1800,
        statement_timeout: 30_000,
        application_name: "connection-test",
        ...more,
    });
    // An idle connection that ends (a failover) must not end the program.
    pool.on("error", onError);
    return pool;
}
