/** The database settings of a stack's config. Independent of AWS, so that the config can check them. */
export const databaseKinds = ["aurora", "instance"] as const;
/** A cluster that separates storage from its instances, or one RDS instance. */
export type DatabaseKind = (typeof databaseKinds)[number];

export const engines = ["postgres", "mysql"] as const;
export type Engine = (typeof engines)[number];

/** The master that RDS creates; `keyless bootstrap` signs in as this user once. */
export const masterUsername = "keyless_master";

/** What pgaudit can record: https://github.com/pgaudit/pgaudit#pgauditlog */
export const auditClasses = ["ddl", "function", "misc", "read", "role", "write"] as const;
export type AuditClass = (typeof auditClasses)[number];

/** The certificate authority of the server's certificate: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html */
export const certificateAuthorities = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] as const;
export type CertificateAuthority = (typeof certificateAuthorities)[number];

/** The default TCP port of an engine, which Keyless always uses. */
export const enginePorts: Readonly<Record<Engine, number>> = { postgres: 5432, mysql: 3306 };

/** `16` of `16.6`, `8.0` of `8.0.mysql_aurora.3.08.0`; and whether the version is pinned. */
export function readVersion(engine: Engine, version: string): { readonly major: string; readonly pinned: boolean } {
    const major = version.split(".", engine === "mysql" ? 2 : 1).join(".");
    return { major, pinned: version !== major };
}

/** An instance's maximum storage, in GiB: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
export const mostStorage = 65_536;

/**
 * The largest storage, in GiB, for which autoscaling is possible: its maximum must be at least 10% higher:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
 */
export const mostStorageToGrow = Math.floor(mostStorage / 1.1);

/** Aurora's instance classes: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html */
export function isAuroraClass(instanceClass: string): boolean {
    return /^db\.(t3|t4g)\.(medium|large)$/.test(instanceClass) || /^db\.[rx]\d[a-z]*\.\d*x?large$/.test(instanceClass);
}
