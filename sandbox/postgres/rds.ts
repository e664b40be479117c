import type { Client } from "pg";

import { quoteIdentifier, RDS_IAM } from "../../bootstrap";

/** The roles that RDS gives its master through this one. */
const MASTER_GROUP = "rds_superuser";

/** Who and what RDS makes in a new server. */
export interface Master {
    readonly name: string;
    readonly password: string;
    /** The database that it owns besides `postgres`; RDS makes none unless asked. */
    readonly database?: string;
}

/**
 * Makes of a stock server what RDS hands over: no superuser but RDS' own; a master that may create roles and databases
 * and is a member of `rds_superuser`; the role `rds_iam`. Can be repeated after an interruption.
 *
 * @param admin a session of the superuser
 */
export async function makeRds(admin: Client, master: Master): Promise<void> {
    const name = quoteIdentifier(master.name);
    await makeRole(admin, RDS_IAM, ["NOLOGIN"], []);
    await makeRole(
        admin,
        MASTER_GROUP,
        ["NOLOGIN"],
        [`GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO ${MASTER_GROUP} WITH ADMIN OPTION`],
    );
    await makeRole(
        admin,
        master.name,
        [`LOGIN CREATEROLE CREATEDB PASSWORD ${admin.escapeLiteral(master.password)} VALID UNTIL 'infinity'`],
        [`GRANT ${MASTER_GROUP} TO ${name}`, `ALTER DATABASE postgres OWNER TO ${name}`],
    );
    if (
        master.database !== undefined &&
        !(await has(admin, "SELECT FROM pg_database WHERE datname = $1", master.database))
    ) {
        await admin.query(`CREATE DATABASE ${quoteIdentifier(master.database)} OWNER ${name}`);
    }
}

async function makeRole(
    admin: Client,
    name: string,
    options: readonly string[],
    then: readonly string[],
): Promise<void> {
    if (!(await has(admin, "SELECT FROM pg_roles WHERE rolname = $1", name))) {
        await admin.query([`CREATE ROLE ${quoteIdentifier(name)} ${options.join(" ")}`, ...then].join(";"));
    }
}

async function has(admin: Client, query: string, name: string): Promise<boolean> {
    return (await admin.query(query, [name])).rows.length > 0;
}
