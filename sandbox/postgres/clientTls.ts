import type { Queryable } from "../../toolkit/session";
import { literal, sql } from "../../toolkit/sql";

/** What current clients negotiate with the gateway; `pg_stat_ssl` reports it for sessions through the gateway's socket. */
export const SHOWN_TLS = { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", bits: 256 } as const;

/**
 * Makes `pg_stat_ssl` report the client's TLS for sessions through the Unix socket: on RDS the database terminates TLS; in the
 * sandbox the gateway does, and uses the socket for no other version or cipher. For the superuser, which connects
 * behind the gateway, the view still reports none. The view is local to one database: call this for the template, too. The
 * columns are those of https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-SSL-VIEW
 *
 * @param admin a session of the superuser
 */
export async function showClientsTls(admin: Queryable): Promise<void> {
    const { version, cipher, bits } = SHOWN_TLS;
    await admin.query(sql`SET allow_system_table_mods = on`);
    await admin.query(sql`
        CREATE OR REPLACE VIEW pg_catalog.pg_stat_ssl AS
        SELECT s.pid, s.ssl OR d.gateway AS ssl,
            CASE WHEN d.gateway THEN ${literal(version)} ELSE s.sslversion END AS version,
            CASE WHEN d.gateway THEN ${literal(cipher)} ELSE s.sslcipher END AS cipher,
            CASE WHEN d.gateway THEN ${literal(bits)} ELSE s.sslbits END AS bits,
            s.ssl_client_dn AS client_dn, s.ssl_client_serial AS client_serial, s.ssl_issuer_dn AS issuer_dn
        FROM pg_stat_get_activity(NULL) s,
            LATERAL (SELECT s.client_port = -1 AND s.usesysid <> ${literal(SUPERUSER_OID)} AS gateway) d
        WHERE s.client_port IS NOT NULL`);
    await admin.query(sql`RESET allow_system_table_mods`);
}

/** Whom initdb makes. */
const SUPERUSER_OID = 10;
