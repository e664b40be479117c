import { cancelled } from "../../toolkit/cancel";
import { inTransaction, type Queryable } from "../../toolkit/session";
import { identifier, sql } from "../../toolkit/sql";
import type { Tenant } from "./expectation";

/**
 * Creates a table in each tenant's schema, as the schema's owner would: access by others comes from the default
 * privileges alone. Its sequence is for logins that insert.
 *
 * @param admin a session of the superuser in the tenants' database
 * @param name the tables' name, the same in each schema
 * @returns the reason why a tenant has no table, by tenant name
 */
export async function makeProbes(
    admin: Queryable,
    tenants: readonly Tenant[],
    name: string,
): Promise<ReadonlyMap<string, string>> {
    const failed = new Map<string, string>();
    for (const { name: tenant, schema, owner } of tenants) {
        cancelled.throwIfAborted();
        const table = identifier(schema, name);
        try {
            await inTransaction(admin, [
                sql`SET LOCAL ROLE ${identifier(owner)}`,
                sql`CREATE TABLE ${table} (id bigserial, value integer)`,
                sql`INSERT INTO ${table} (value) VALUES (1)`,
            ]);
        } catch (error) {
            failed.set(tenant, error instanceof Error ? error.message : String(error));
        }
    }
    return failed;
}
