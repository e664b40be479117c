/**
 * The parameter that refuses connections without TLS, by engine, and the first version whose default parameter group
 * sets it. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html; no version of Aurora
 * MySQL does.
 */
export interface TlsDefault {
    readonly engine: RegExp;
    readonly parameter: "rds.force_ssl" | "require_secure_transport";
    readonly value: "1" | "ON";
    /** Such as 11.8; undefined if no version does. */
    readonly since: readonly [major: number, minor: number] | undefined;
}

const postgres = { parameter: "rds.force_ssl", value: "1" } as const;
const mysql = { parameter: "require_secure_transport", value: "ON" } as const;

/** The first match of an engine's name applies. */
export const tlsDefaults: readonly TlsDefault[] = [
    { engine: /^aurora-postgres/, ...postgres, since: [17, 0] },
    { engine: /postgres/, ...postgres, since: [15, 0] },
    { engine: /^aurora/, ...mysql, since: undefined },
    { engine: /mariadb/, ...mysql, since: [11, 8] },
    { engine: /mysql/, ...mysql, since: [9, 7] },
];
