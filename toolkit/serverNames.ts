/** Names that mean the same on every server, in the program as in what it is checked with. */

/** The role whose members log in with IAM tokens, and with nothing else. */
export const RDS_IAM = "rds_iam";

/** The role whose members may use replication slots, in place of the attribute REPLICATION. */
export const RDS_REPLICATION = "rds_replication";

/**
 * The login that creates everything: created once by `keyless bootstrap`, signs in with IAM, owns the databases it
 * manages.
 */
export const PROVISIONER = "keyless_provisioner";

/**
 * The login for use when IAM fails: it has a password, so it must never become a member of `rds_iam`, not even through
 * other roles. It creates nothing, because from Postgres 16 a role's creator is a member of it.
 */
export const BREAK_GLASS = "keyless_breakglass";

/** `keyless bootstrap` creates both logins as this role, and drops it afterwards. */
export const BOOTSTRAP_ROLE = "keyless_bootstrap";

/**
 * The group that a database belongs to when its owner and the provisioner share it: neither loses what an owner may do. As long as
 * the name of a database whose group of members (`app_connect`) has a name.
 */
export function ownerGroup(database: string): string {
    return `${database}_dbowner`;
}

/** The database that any client may fall back on, and the template of new databases; every server has both. */
export const [FALLBACK, TEMPLATE] = ["postgres", "template1"] as const;

/**
 * The databases that come with a server and are open to PUBLIC: every login can connect to both, create temporary
 * tables in the first, and leave large objects and default privileges in either. On RDS and Aurora both belong to the
 * master, who can revoke that; `rdsadmin` and `template0` belong to AWS and admit no client:
 * https://www.asheiduk.de/post/setup-pg-on-rds/ (RDS), and `\l` on Aurora in
 * https://github.com/ksmin23/my-aws-cdk-examples/tree/main/rds/aurora_postgresql
 */
export const MAINTENANCE = [FALLBACK, TEMPLATE] as const;
