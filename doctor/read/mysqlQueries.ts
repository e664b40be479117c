import { sql, type Sql } from "../../toolkit/sql";

/** MySQL's own accounts and RDS' own: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html */
const OURS = sql`NOT IN ('mysql.sys', 'mysql.session', 'mysql.infoschema', 'mariadb.sys', 'rdsadmin', 'rdsrepladmin', 'rdstopmgr',
    'rdsproxyadmin', 'rds_superuser_role') AND User NOT LIKE 'AWS\\_%'`;

const SYSTEM = sql`NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'innodb', 'tmp')`;

/**
 * In MySQL a statement that reads can be bounded, and one that waits for a table's definition too:
 * https://dev.mysql.com/doc/refman/8.0/en/server-system-variables.html (max_execution_time, in milliseconds; lock_wait_timeout, in seconds).
 */
export const CAREFUL: readonly Sql[] = [
    sql`SET SESSION TRANSACTION READ ONLY`,
    sql`SET SESSION lock_wait_timeout = 1`,
    sql`SET SESSION innodb_lock_wait_timeout = 1`,
];
export const BOUNDED = {
    mysql: sql`SET SESSION max_execution_time = 30000`,
    mariadb: sql`SET SESSION max_statement_time = 30`,
};

export const VERSION = sql`SELECT VERSION() AS version`;

/** The columns of a table that not every version has. */
export const HAS_LOCKED = sql`SELECT COUNT(*) AS count FROM information_schema.columns
    WHERE table_schema = 'mysql' AND table_name = 'user' AND column_name = 'account_locked'`;

/** The stored form of a password is not read. */
export const accountsWith = (locked: boolean): Sql =>
    sql`SELECT User AS user, Host AS host, plugin, ssl_type <> '' AS tls, authentication_string <> '' AS password,
        ${locked ? sql`account_locked = 'Y'` : sql`0`} AS locked FROM mysql.user WHERE User ${OURS} ORDER BY 1, 2`;

export const DATABASES = sql`SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name ${SYSTEM} ORDER BY 1`;

export const GLOBAL_GRANTS = sql`SELECT User AS user, Host AS host, NULL AS pattern, Select_priv AS s, Insert_priv AS i, Update_priv AS u,
    Delete_priv AS d FROM mysql.user WHERE User ${OURS} ORDER BY 1, 2`;

export const DATABASE_GRANTS = sql`SELECT User AS user, Host AS host, Db AS pattern, Select_priv AS s, Insert_priv AS i, Update_priv AS u,
    Delete_priv AS d FROM mysql.db WHERE User ${OURS} ORDER BY 1, 2, 3`;

export const ROLES = {
    mysql: sql`SELECT FROM_USER AS role, FROM_HOST AS roleHost, TO_USER AS user, TO_HOST AS host FROM mysql.role_edges ORDER BY 1, 3`,
    mariadb: sql`SELECT Role AS role, '' AS roleHost, User AS user, Host AS host FROM mysql.roles_mapping ORDER BY 1, 3`,
};

export const DEFINERS = sql`SELECT name, kind, definer, COUNT(*) AS count FROM (
    SELECT routine_schema AS name, LOWER(routine_type) AS kind, definer FROM information_schema.routines WHERE security_type = 'DEFINER'
    UNION ALL SELECT table_schema, 'view', definer FROM information_schema.views WHERE security_type = 'DEFINER'
    UNION ALL SELECT trigger_schema, 'trigger', definer FROM information_schema.triggers
    UNION ALL SELECT event_schema, 'event', definer FROM information_schema.events) AS o
    WHERE name ${SYSTEM} GROUP BY name, kind, definer ORDER BY 1, 2, 3`;

export const INSTRUMENTED = sql`SELECT @@performance_schema AS instrumented`;

/** https://dev.mysql.com/doc/refman/8.0/en/performance-schema-threads-table.html */
export const SESSIONS = sql`SELECT PROCESSLIST_USER AS login, COALESCE(PROCESSLIST_DB, '') AS name, COALESCE(PROCESSLIST_HOST, '') AS address,
    CONNECTION_TYPE IN ('SSL/TLS', 'Socket', 'Shared Memory') AS tls, COUNT(*) AS count FROM performance_schema.threads
    WHERE TYPE = 'FOREGROUND' AND PROCESSLIST_ID <> CONNECTION_ID() AND CONNECTION_TYPE IS NOT NULL AND PROCESSLIST_USER <> 'rdsadmin'
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3`;

export const MOST = sql`SELECT @@max_connections AS most`;

/** Sessions that are open, and all that were ever tried: https://dev.mysql.com/doc/refman/8.0/en/server-status-variables.html */
export const OPEN = sql`SHOW GLOBAL STATUS LIKE 'Threads_connected'`;
export const BEGUN = sql`SHOW GLOBAL STATUS LIKE 'Connections'`;
