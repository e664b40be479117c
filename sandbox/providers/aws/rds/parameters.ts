/** An engine parameter that RDS allows changing. */
interface Parameter {
    /** Applies at once; a static one waits for a restart. */
    readonly dynamic: boolean;
    /** The allowed values, if they are limited. */
    readonly values?: readonly string[];
    /** The allowed range of whole numbers, inclusive. */
    readonly range?: readonly [number, number];
}

const onOff = ["0", "1", "on", "off"];
const bit = ["0", "1"];

/** Parameters with any value, optionally static: a known part of some 400; others are refused as unknown. */
function open(names: string, dynamic: boolean): Record<string, Parameter> {
    return Object.fromEntries(names.split(/\s+/).map((name) => [name, { dynamic }]));
}

function switches(names: string, values: readonly string[], dynamic = true): Record<string, Parameter> {
    return Object.fromEntries(names.split(/\s+/).map((name) => [name, { dynamic, values }]));
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html */
const postgres: Readonly<Record<string, Parameter>> = {
    ...open(
        "application_name client_min_messages datestyle default_statistics_target effective_cache_size effective_io_concurrency extra_float_digits",
        true,
    ),
    ...open(
        "idle_in_transaction_session_timeout idle_session_timeout intervalstyle lc_messages lc_monetary lc_numeric lc_time lock_timeout",
        true,
    ),
    ...open(
        "log_autovacuum_min_duration log_filename log_line_prefix log_lock_waits log_min_duration_sample log_min_duration_statement",
        true,
    ),
    ...open(
        "log_min_error_statement log_min_messages log_rotation_age log_rotation_size log_statement_sample_rate log_temp_files",
        true,
    ),
    ...open(
        "log_transaction_sample_rate maintenance_work_mem max_parallel_maintenance_workers max_parallel_workers max_parallel_workers_per_gather",
        true,
    ),
    ...open(
        "max_slot_wal_keep_size max_wal_size min_wal_size pgaudit.role pg_stat_statements.track random_page_cost rds.log_retention_period",
        true,
    ),
    ...open(
        "search_path seq_page_cost statement_timeout temp_buffers timezone transaction_timeout vacuum_cost_limit work_mem",
        true,
    ),
    ...open(
        "auto_explain.log_min_duration autovacuum_naptime autovacuum_vacuum_cost_limit autovacuum_vacuum_scale_factor tcp_keepalives_idle",
        true,
    ),
    ...open(
        "tcp_keepalives_count tcp_keepalives_interval ssl_ciphers password_encryption rds.iam_auth_cache_ttl wal_sender_timeout",
        true,
    ),
    ...open(
        "autovacuum_max_workers huge_pages max_connections max_locks_per_transaction max_prepared_transactions max_replication_slots",
        false,
    ),
    ...open(
        "max_wal_senders max_worker_processes pg_stat_statements.max shared_buffers track_activity_query_size wal_buffers cron.database_name",
        false,
    ),
    ...open("shared_preload_libraries", false),
    // https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-TEMP-FILE-LIMIT: in kB, -1 means unlimited
    temp_file_limit: { dynamic: true, range: [-1, 2_147_483_647] },
    ...switches("rds.force_ssl rds.iam_auth_for_replication", bit),
    ...switches(
        "log_connections log_disconnections log_checkpoints log_duration log_hostname log_replication_commands autovacuum",
        onOff,
    ),
    ...switches(
        "pgaudit.log_catalog pgaudit.log_client pgaudit.log_parameter pgaudit.log_relation pgaudit.log_rows pgaudit.log_statement",
        onOff,
    ),
    ...switches("pgaudit.log_statement_once row_security synchronize_seqscans track_io_timing track_functions", onOff),
    ...switches("pgaudit.log", [
        "ddl",
        "function",
        "misc",
        "read",
        "role",
        "write",
        "none",
        "all",
        "-ddl",
        "-function",
        "-misc",
        "-read",
        "-role",
        "-write",
    ]),
    ...switches("log_error_verbosity", ["terse", "default", "verbose"]),
    ...switches("log_statement", ["none", "ddl", "mod", "all"]),
    ...switches("rds.log_statement_once rds.force_autovacuum_logging_level rds.restrict_password_commands", bit, false),
    ...switches("rds.logical_replication", bit, false),
    ...switches("ssl_min_protocol_version ssl_max_protocol_version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html */
const mysql: Readonly<Record<string, Parameter>> = {
    ...open(
        "binlog_row_image character_set_client character_set_connection character_set_database character_set_results character_set_server",
        true,
    ),
    ...open(
        "collation_connection collation_server connect_timeout innodb_lock_wait_timeout interactive_timeout lock_wait_timeout log_error_verbosity",
        true,
    ),
    ...open(
        "long_query_time max_allowed_packet max_connect_errors max_connections net_read_timeout net_write_timeout server_audit_excl_users",
        true,
    ),
    ...open("server_audit_incl_users sql_mode time_zone tls_version wait_timeout ssl_cipher", true),
    ...open("innodb_buffer_pool_size innodb_log_file_size lower_case_table_names performance_schema", false),
    ...switches("require_secure_transport", ["0", "1", "ON", "OFF"]),
    ...switches(
        "general_log slow_query_log log_bin_trust_function_creators server_audit_logging server_audit_logs_upload local_infile",
        ["0", "1", "ON", "OFF"],
    ),
    ...switches("log_output", ["TABLE", "FILE", "NONE"]),
    ...switches("server_audit_events", ["CONNECT", "QUERY", "QUERY_DCL", "QUERY_DDL", "QUERY_DML", "TABLE"]),
    ...switches("binlog_format", ["ROW", "STATEMENT", "MIXED", "OFF"], false),
    ...switches("skip_name_resolve", bit, false),
};

/**
 * A list of stages in PostgreSQL 18 (https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOG-CONNECTIONS). The server still
 * understands "1", but the family of the parameter group allows stages only: https://github.com/dfpc-coe/CloudTAK
 */
const connectionStages: Parameter = {
    dynamic: true,
    values: ["receipt", "authentication", "authorization", "setup_durations", "all"],
};

/** A parameter of a family, such as `postgres18`. */
export function parameterOf(engine: string, family: string, name: string): Parameter | undefined {
    if (name === "log_connections" && /postgres(ql)?18$/.test(family)) {
        return connectionStages;
    }
    return (engine.endsWith("postgresql") || engine === "postgres" ? postgres : mysql)[name];
}

/**
 * The default of a parameter, as far as it matters here.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html; MySQL has
 * require_secure_transport off up to 8.4: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
 */
export function defaultOf(family: string, name: string): string | undefined {
    const [, engine = "", major = ""] = /^([a-z-]+)([\d.]+)$/.exec(family) ?? [];
    const since: Readonly<Record<string, number>> = { "aurora-postgresql": 17, postgres: 15 };
    const first = since[engine];
    if (name === "rds.force_ssl" && first !== undefined) {
        return Number(major) >= first ? "1" : "0";
    }
    return name === "require_secure_transport" ? "0" : undefined;
}
