import { RDS_IAM } from "./serverNames";
import { join, literal, sql, type Sql } from "./sql";

/**
 * The roles that RDS and Aurora create for themselves, by exact name: a role with CREATEROLE may create one that
 * begins with the same prefix.
 *
 * - rds_superuser, rds_replication, rds_password, rds_iam, rds_ad, rdsadmin:
 *   https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html
 * - rds_extension: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/RDS_delegated_ext.html
 * - rdsproxyadmin: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html#rds-proxy.limitations
 * - rdsrepladmin, rdstopmgr, rdswriteforwarduser: further roles that \du lists on RDS and Aurora, as in
 *   https://github.com/Autodesk/pgbelt/blob/main/pgbelt/cmd/login.py
 */
export const RDS_ROLES: readonly string[] = [
    "rdsadmin",
    "rds_superuser",
    "rds_replication",
    "rds_password",
    RDS_IAM,
    "rds_ad",
    "rds_extension",
    "rdsproxyadmin",
    "rdsrepladmin",
    "rdstopmgr",
    "rdswriteforwarduser",
];

/**
 * Whether a row of pg_roles is a role that Postgres or RDS creates for itself: no resource declares one. Postgres reserves the prefix
 * pg_ (https://www.postgresql.org/docs/current/sql-createrole.html), and role 10 is the superuser that initdb created.
 *
 * @param role the row's alias in the query
 */
export function isOwnRole(role: Sql): Sql {
    return sql`(${role}.rolname ~ '^pg_' OR ${role}.oid = 10 OR ${role}.rolname IN (${join(RDS_ROLES.map((name) => literal(name)))}))`;
}
