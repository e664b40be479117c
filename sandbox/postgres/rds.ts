import { MAINTENANCE, RDS_IAM } from "../../toolkit/serverNames";
import { inTransaction, type Queryable } from "../../toolkit/session";
import { identifier, literal, parameter, sql, type Sql } from "../../toolkit/sql";

/** The roles that RDS gives its master through this one. */
const MASTER_GROUP = "rds_superuser";

/** Who and what RDS makes in a new server. */
export interface Master {
    readonly name: string;
    readonly password: string;
    /** The database that it owns besides `postgres` and `template1`; RDS makes none unless asked. */
    readonly database?: string;
}

/**
 * Makes of a stock server what RDS hands over: no superuser but RDS' own; a master that may create roles and databases
 * and is a member of `rds_superuser`; the role `rds_iam`. Can be repeated after an interruption.
 *
 * @param admin a session of the superuser
 */
export async function makeRds(admin: Queryable, master: Master): Promise<void> {
    const [name, group] = [identifier(master.name), identifier(MASTER_GROUP)];
    await makeRole(admin, RDS_IAM, sql`NOLOGIN`);
    await makeRole(
        admin,
        MASTER_GROUP,
        sql`NOLOGIN`,
        sql`GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO ${group} WITH ADMIN OPTION`,
    );
    await makeRole(
        admin,
        master.name,
        sql`LOGIN CREATEROLE CREATEDB PASSWORD ${literal(master.password)} VALID UNTIL 'infinity'`,
        sql`GRANT ${group} TO ${name}`,
    );
    const { database } = master;
    if (
        database !== undefined &&
        !(await has(admin, sql`SELECT FROM pg_database WHERE datname = ${parameter(database)}`))
    ) {
        await admin.query(sql`CREATE DATABASE ${identifier(database)} OWNER ${name}`);
    }
}

/** Gives the master the databases that it owns on RDS in every server: see bootstrap/closing.ts. Can be repeated. */
export async function ownMaintenance(admin: Queryable, master: string): Promise<void> {
    await inTransaction(
        admin,
        MAINTENANCE.map((database) => sql`ALTER DATABASE ${identifier(database)} OWNER TO ${identifier(master)}`),
    );
}

async function makeRole(admin: Queryable, name: string, options: Sql, ...then: readonly Sql[]): Promise<void> {
    if (!(await has(admin, sql`SELECT FROM pg_roles WHERE rolname = ${parameter(name)}`))) {
        await inTransaction(admin, [sql`CREATE ROLE ${identifier(name)} ${options}`, ...then]);
    }
}

async function has(admin: Queryable, question: Sql): Promise<boolean> {
    return (await admin.query(question)).rows.length > 0;
}
