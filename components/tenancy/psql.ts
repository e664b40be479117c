/** Where somebody connects to. */
export interface Connection {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly region: string;
    /** Path of the file that holds the certificate authorities to trust. */
    readonly caBundle: string;
}

/** A line for a shell that signs a token and starts psql with it. */
export function psqlLine({ host, port, database, region, caBundle }: Connection, user: string): string {
    const token = `aws rds generate-db-auth-token --hostname ${host} --port ${port} --username ${user} --region ${region}`;
    return `PGPASSWORD="$(${token})" psql "host=${host} port=${port} dbname=${database} user=${user} sslmode=verify-full sslrootcert=${caBundle}"`;
}
