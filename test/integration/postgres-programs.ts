import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { clientProgram } from "../../cli/command/clientProgram";
import type { Postgres } from "../../sandbox/postgres/cluster";

/** The major version of the machine's PostgreSQL client; 0 if there is none. */
export function clientMajor(): number {
    try {
        return Number(/(\d+)\./.exec(execFileSync(clientProgram("pg_dump"), ["--version"], { encoding: "utf8" }))?.[1]);
    } catch {
        return 0;
    }
}

/** The environment with which Postgres' programs sign in as a role, by its certificate, which is written to a folder. */
export async function environmentOf(postgres: Postgres, role: string, dir: string): Promise<NodeJS.ProcessEnv> {
    const { cert, key } = await postgres.clientCertificate(role);
    const [PGSSLCERT, PGSSLKEY] = [join(dir, "cert.pem"), join(dir, "key.pem")];
    writeFileSync(PGSSLCERT, cert);
    writeFileSync(PGSSLKEY, key, { mode: 0o600 });
    return {
        ...process.env,
        PGHOST: postgres.host,
        PGPORT: `${postgres.port}`,
        PGUSER: role,
        PGSSLMODE: "verify-ca",
        PGSSLROOTCERT: postgres.caFile,
        PGSSLCERT,
        PGSSLKEY,
    };
}
