import type { AuditClass, DatabaseKind, Engine } from "../engines";

/** A setting of the engine in a parameter group. */
export interface Parameter {
    readonly name: string;
    readonly value: string;
    /** A static parameter takes effect after a restart, unless the database is created with its group. */
    readonly applyMethod: "immediate" | "pending-reboot";
}

/** RDS' name for an Aurora engine; an instance's engine has its plain name. */
export const auroraEngines = { postgres: "aurora-postgresql", mysql: "aurora-mysql" } as const satisfies Record<
    Engine,
    string
>;

/**
 * Logs that RDS sends to CloudWatch. Refused IAM logins appear only in `iam-db-auth-error`; CloudTrail does not record them:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Troubleshooting.html. RDS writes
 * MySQL's `audit` log for Aurora; an instance would require a plugin in an option group.
 */
export function exportedLogs(kind: DatabaseKind, engine: Engine): readonly string[] {
    if (engine === "postgres") {
        return kind === "aurora"
            ? ["iam-db-auth-error", "instance", "postgresql"]
            : ["iam-db-auth-error", "postgresql", "upgrade"];
    }
    return kind === "aurora" ? ["audit", "error", "iam-db-auth-error", "instance"] : ["error", "iam-db-auth-error"];
}

/**
 * Off by default in Aurora PostgreSQL up to 16 and in RDS for PostgreSQL up to 14
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html). Where it is on, RDS keeps
 * a parameter that equals the default as `pending-reboot`, and `immediate` would be a permanent difference:
 * https://github.com/hashicorp/terraform-provider-aws/issues/39252
 */
function forceSsl(kind: DatabaseKind, major: number): Parameter {
    const byDefault = major >= (kind === "aurora" ? 17 : 15);
    return { name: "rds.force_ssl", value: "1", applyMethod: byDefault ? "pending-reboot" : "immediate" };
}

/**
 * PostgreSQL 18 has a list of stages in place of a switch, and RDS accepts no switch there. These are what "1" means:
 * https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOG-CONNECTIONS
 */
function connectionStages(major: number): string {
    return major >= 18 ? "receipt,authentication,authorization" : "1";
}

/**
 * Refuses plain text, records connections and changes of structure and privileges, and prevents a statement from filling the disk.
 *
 * @param temporary maximum size of one process' temporary files, in GiB
 */
export function parametersOf(
    kind: DatabaseKind,
    engine: Engine,
    major: string,
    audit: readonly AuditClass[],
    temporary: number,
): readonly Parameter[] {
    const now = (name: string, value: string): Parameter => ({ name, value, applyMethod: "immediate" });
    if (engine === "postgres") {
        const auditing: Parameter[] = [
            // Includes the libraries that RDS loads by default, because this list replaces RDS' own.
            { name: "shared_preload_libraries", value: "pg_stat_statements,pgaudit", applyMethod: "pending-reboot" },
            now("pgaudit.log", audit.join(",")),
        ];
        return [
            forceSsl(kind, Number(major)),
            now("log_connections", connectionStages(Number(major))),
            now("log_disconnections", "1"),
            // In kB; a session cannot change it: https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-TEMP-FILE-LIMIT
            now("temp_file_limit", String(temporary * 2 ** 20)),
            ...(audit.length > 0 ? auditing : []),
        ];
    }
    return kind === "aurora"
        ? [
              now("require_secure_transport", "ON"),
              // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Auditing.html
              now("server_audit_logging", "1"),
              now(
                  "server_audit_events",
                  ["CONNECT", "QUERY_DCL", ...(audit.includes("ddl") ? ["QUERY_DDL"] : [])].join(","),
              ),
          ]
        : // Verbosity 3 notes refused connections in the error log: https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html
          [now("require_secure_transport", "1"), now("log_error_verbosity", "3")];
}
