/** The target of a connection. */
export interface Connection {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly region: string;
    /** Path of the file that holds the certificate authorities to trust. */
    readonly caBundle: string;
    /**
     * Local port of a tunnel to the database. Token and certificate remain those of its real host name.
     * @default - a direct connection
     */
    readonly localPort?: number | undefined;
}

/** A shell command that signs a token and starts psql with it. */
export function psqlLine({ database, caBundle, localPort, ...at }: Connection, user: string): string {
    const { host } = at;
    const port = localPort === undefined ? String(at.port) : `${localPort} hostaddr=127.0.0.1`;
    return `PGPASSWORD="$(${tokenCommand(at, user)})" psql "host=${host} port=${port} dbname=${database} user=${user} sslmode=verify-full sslrootcert=${caBundle}"`;
}

/**
 * The same for MySQL's own client, which cannot connect through a tunnel under another host name:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.AWSCLI.html
 */
export function mysqlLine({ database, caBundle, ...at }: Connection, user: string): string {
    const { host, port } = at;
    const client = `mysql --host=${host} --port=${port} --user=${user} --ssl-mode=VERIFY_IDENTITY --ssl-ca=${caBundle} --enable-cleartext-plugin ${database}`;
    return `MYSQL_PWD="$(${tokenCommand(at, user)})" ${client}`;
}

function tokenCommand({ host, port, region }: Pick<Connection, "host" | "port" | "region">, user: string): string {
    return `aws rds generate-db-auth-token --hostname ${host} --port ${port} --username ${user} --region ${region}`;
}
