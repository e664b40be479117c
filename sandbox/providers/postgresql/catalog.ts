import { parameter, sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import type { StatementRunner } from "./server";

export async function databaseExists(session: StatementRunner, database: string): Promise<boolean> {
    const rows = await session.run(
        sql`SELECT datname FROM pg_database WHERE datname = ${parameter(database)}`,
        "could not check if database exists",
    );
    return rows.length > 0;
}

export async function schemaExists(session: StatementRunner, schema: string): Promise<boolean> {
    const rows = await session.run(
        sql`SELECT 1 FROM pg_namespace WHERE nspname = ${parameter(schema)}`,
        "could not check if schema exists",
    );
    return rows.length > 0;
}

/**
 * The schemas that the user has a privilege in, as the original's data source reads them. To exclude system schemas it
 * uses a pattern that also excludes a schema like `pgx`.
 */
export async function visibleSchemas(session: StatementRunner, withSystem: boolean): Promise<string[]> {
    const which = withSystem ? sql`` : sql` WHERE schema_name NOT LIKE 'pg_%' AND schema_name <> 'information_schema'`;
    const rows = await session.run<{ schema_name: string }>(
        sql`SELECT schema_name FROM information_schema.schemata${which}`,
    );
    return rows.map((row) => row.schema_name);
}

export async function databaseOwner(session: StatementRunner, database: string): Promise<string> {
    const [row] = await session.run<{ rolname: string }>(
        sql`SELECT rolname FROM pg_database JOIN pg_roles ON datdba = pg_roles.oid WHERE datname = ${parameter(database)}`,
        `error while looking for the owner of database '${database}'`,
    );
    if (row === undefined) {
        throw new ProviderError(`could not find database '${database}' while looking for owner`);
    }
    return row.rolname;
}

export async function schemaOwner(session: StatementRunner, schema: string): Promise<string> {
    const [row] = await session.run<{ rolname: string }>(
        sql`SELECT rolname FROM pg_namespace JOIN pg_roles ON nspowner = pg_roles.oid WHERE nspname = ${parameter(schema)}`,
        `error while looking for the owner of schema '${schema}'`,
    );
    if (row === undefined) {
        throw new ProviderError(`could not find schema '${schema}' while looking for owner`);
    }
    return row.rolname;
}

/** The owners of the tables in a schema. */
export async function tableOwners(session: StatementRunner, schema: string): Promise<string[]> {
    const rows = await session.run<{ tableowner: string }>(
        sql`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = ${parameter(schema)}`,
        `error while looking for owners of tables in schema '${schema}'`,
    );
    return rows.map((row) => row.tableowner);
}
