/** What the words of a stack's config about its database mean; free of AWS, so that the config can check them. */
export const databaseKinds = ["aurora", "instance"] as const;
/** A cluster that separates storage from its instances, or one RDS instance. */
export type DatabaseKind = (typeof databaseKinds)[number];

export const engines = ["postgres", "mysql"] as const;
export type Engine = (typeof engines)[number];

/** Who RDS makes; `keyless bootstrap` signs in as this user once. */
export const masterUsername = "keyless_master";

/** What pgaudit can record: https://github.com/pgaudit/pgaudit#pgauditlog */
export const auditClasses = ["ddl", "function", "misc", "read", "role", "write"] as const;
export type AuditClass = (typeof auditClasses)[number];

/** Who signs the server's certificate: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html */
export const certificateAuthorities = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"] as const;
export type CertificateAuthority = (typeof certificateAuthorities)[number];

/** The TCP port on which an engine is reached, here as everywhere. */
export const enginePorts: Readonly<Record<Engine, number>> = { postgres: 5432, mysql: 3306 };

/** `16` of `16.6`, `8.0` of `8.0.mysql_aurora.3.08.0`; and whether the version is pinned. */
export function readVersion(engine: Engine, version: string): { readonly major: string; readonly pinned: boolean } {
    const major = version.split(".", engine === "mysql" ? 2 : 1).join(".");
    return { major, pinned: version !== major };
}

/** GiB that an instance can have at most: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
export const mostStorage = 65_536;

/**
 * GiB from which RDS can still let the storage grow, which takes a maximum at least 10% above:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
 */
export const mostStorageToGrow = Math.floor(mostStorage / 1.1);

/** What Aurora runs on: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html */
export function isAuroraClass(instanceClass: string): boolean {
    return /^db\.(t3|t4g)\.(medium|large)$/.test(instanceClass) || /^db\.[rx]\d[a-z]*\.\d*x?large$/.test(instanceClass);
}
