import { isOwnRole } from "../../toolkit/ownRoles";
import { literal, sql } from "../../toolkit/sql";

/** The sessions of programs, without RDS' own and those on the server itself; hidden: the login may not see whose they are. */
const CLIENTS = sql`FROM pg_stat_activity a LEFT JOIN pg_roles r ON r.oid = a.usesysid LEFT JOIN pg_stat_ssl s ON s.pid = a.pid
    WHERE a.datid IS NOT NULL AND a.pid <> pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend'
        AND (r.oid IS NULL OR NOT ${isOwnRole(sql`r`)})`;

/** Programs choose their names: more characters are not read. */
const NAME_LENGTH = literal(100);

export const SESSIONS = sql`SELECT coalesce(r.rolname, '(dropped)')::text AS login, a.datname::text AS database, left(a.application_name, ${NAME_LENGTH}) AS application,
    coalesce(host(a.client_addr), 'the server') AS address, coalesce(s.ssl, true) AS tls, count(*)::int AS count ${CLIENTS}
        AND a.backend_start IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`;

/** https://www.postgresql.org/docs/current/monitoring-stats.html: without pg_read_all_stats, most columns of others' sessions are null. */
export const HIDDEN = sql`SELECT count(*)::int AS count ${CLIENTS} AND a.backend_start IS NULL`;

export const LOAD = sql`SELECT current_setting('max_connections')::int AS most, (SELECT count(*)::int FROM pg_stat_activity
    WHERE coalesce(backend_type, 'client backend') = 'client backend' AND datid IS NOT NULL) AS open`;

/** All sessions that ever began, in all databases (Postgres 14 and newer). */
export const BEGUN = sql`SELECT sum(sessions)::float8 AS begun FROM pg_stat_database`;

export const PASSWORDS = sql`SELECT rolname::text AS name FROM pg_authid WHERE rolpassword IS NOT NULL`;

export const EXTENSIONS = sql`SELECT extname::text AS name FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1`;

/** Whose user mapping it is can be seen by everyone, the mapping's options cannot. */
export const FOREIGN_SERVERS = sql`SELECT s.srvname::text AS name, w.fdwname::text AS wrapper,
    (SELECT coalesce(json_agg(m.usename ORDER BY m.usename), '[]') FROM pg_user_mappings m WHERE m.srvid = s.oid) AS users
    FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw ORDER BY 1`;
