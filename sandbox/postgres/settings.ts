/** RDS's own superuser, the only one. */
export const SUPERUSER = "rdsadmin";

/** What a server's postgresql.conf depends on. */
export interface ServerSettings {
    /** TCP port on 127.0.0.1. */
    readonly port: number;
    /** Folder of the Unix socket; Postgres would read a comma in it as the end of a name. */
    readonly socketDir: string;
    /** PEM file of the authority that signs clients' certificates. */
    readonly caFile: string;
    /** PEM files of the server's own certificate. */
    readonly certFile: string;
    readonly keyFile: string;
    /** Whether the server's log has what logical decoding needs, as with `rds.logical_replication`. */
    readonly logicalReplication?: boolean;
    /** For a replica: the server that it follows. */
    readonly primary?: { readonly port: number; readonly socketDir: string };
}

/**
 * The whole postgresql.conf. What is not said is Postgres' default, as in an RDS parameter group.
 */
export function postgresqlConf(settings: ServerSettings): string {
    const { primary } = settings;
    return lines([
        ...(primary === undefined
            ? []
            : // By default, a replica waits five seconds before it asks again.
              [`primary_conninfo = ${quote(conninfo(primary))}`, `wal_retrieve_retry_interval = 50ms`]),
        ...(settings.logicalReplication === true ? [`wal_level = 'logical'`] : []),
        `listen_addresses = '127.0.0.1'`,
        `port = ${settings.port}`,
        `unix_socket_directories = ${quote(settings.socketDir)}`,
        `unix_socket_permissions = 0700`,
        `max_connections = 300`,
        `shared_buffers = 64MB`,
        `ssl = on`,
        `ssl_ca_file = ${quote(settings.caFile)}`,
        `ssl_cert_file = ${quote(settings.certFile)}`,
        `ssl_key_file = ${quote(settings.keyFile)}`,
        `ssl_min_protocol_version = 'TLSv1.2'`,
        `password_encryption = 'scram-sha-256'`,
        // Shown as on RDS; pg_hba.conf is what enforces it.
        `rds.force_ssl = 1`,
        `timezone = 'UTC'`,
        `log_timezone = 'UTC'`,
        // As the program's parameter group has them; the prefix is that of RDS.
        `log_connections = on`,
        `log_disconnections = on`,
        `log_line_prefix = '%t:%r:%u@%d:[%p]:'`,
        // Killing the server loses nothing all the same; only a crash of the whole machine can.
        `fsync = off`,
    ]);
}

/** The first major version whose pg_ident.conf can name all users at once. */
const WITH_GATEWAY_SOCKET = 16;

/**
 * Whether the server also admits the gateway's clients through its Unix socket. Only the operating system's user who runs the
 * sandbox is admitted there, even if others reach the socket: the kernel reports the peer's user.
 */
export function hasGatewaySocket(major: number): boolean {
    return major >= WITH_GATEWAY_SOCKET;
}

/**
 * The whole pg_hba.conf, with RDS' rules: members of `rds_iam` have their own method, all other logins use a
 * password, and every connection needs TLS. `+rds_iam` counts memberships through other roles too, whatever their
 * options. On RDS that method is PAM, which verifies a token; here the gateway has verified it, and connects through the Unix socket as
 * the operating system's user who runs the sandbox, or with a certificate in its client's name.
 */
export function pgHba(major: number): string {
    return lines([
        `local   replication ${SUPERUSER} peer map=replica`,
        ...(hasGatewaySocket(major) ? [`local   all +rds_iam peer map=gateway`] : []),
        `local   all all peer map=sandbox`,
        `host    all ${SUPERUSER} all reject`,
        `hostssl all +rds_iam all cert`,
        `hostssl all all all scram-sha-256`,
        `host    all all all reject`,
    ]);
}

/**
 * The whole pg_ident.conf: the superuser, and the members of `rds_iam` that pg_hba.conf sends here, are for the operating
 * system's user who runs the sandbox; replication is for the one who runs the servers.
 */
export function pgIdent(users: { readonly sandbox: string; readonly server: string }, major: number): string {
    return lines([
        `sandbox "${users.sandbox}" ${SUPERUSER}`,
        `replica "${users.server}" ${SUPERUSER}`,
        ...(hasGatewaySocket(major) ? [`gateway "${users.sandbox}" all`] : []),
    ]);
}

/** https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING */
function conninfo({ port, socketDir }: { readonly port: number; readonly socketDir: string }): string {
    return `host='${socketDir.replaceAll(/['\\]/g, "\\$&")}' port=${port} user=${SUPERUSER}`;
}

function quote(value: string): string {
    return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

function lines(all: readonly string[]): string {
    return `# Written by the Keyless sandbox at each start.\n${all.join("\n")}\n`;
}
