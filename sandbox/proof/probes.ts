import { randomBytes } from "node:crypto";

import type { Client } from "pg";

import { quoteIdentifier } from "../../bootstrap";
import { hasCode } from "../postgres/files";
import type { Tenant } from "./expectation";

/** So that a table of a user's cannot have the name, and what a killed run left can be told from it. */
const PATTERN = "^keyless_probe_[0-9a-f]{16}$";
/** Proofs on one server wait for each other: each cleans up what an earlier one left. Any number does. */
const PROOF_LOCK = 5_417_031;

/** The tables that are there to be tried. */
export interface Probes {
    /** The tables' name, the same in each schema. */
    readonly name: string;
    /** Why a tenant has none, by tenant name. */
    readonly failed: ReadonlyMap<string, string>;
    /** Removes them. */
    remove(): Promise<void>;
}

/**
 * Makes a table in each tenant's schema, as the schema's owner would: what others may do with it comes from the default
 * privileges alone. Its sequence is for those who insert.
 *
 * @param admin a session of the superuser in the tenants' database; used until the probes are removed
 */
export async function makeProbes(admin: Client, tenants: readonly Tenant[]): Promise<Probes> {
    await admin.query("SELECT pg_advisory_lock($1)", [PROOF_LOCK]);
    await removeLeftovers(admin);
    const name = `keyless_probe_${randomBytes(8).toString("hex")}`;
    const failed = new Map<string, string>();
    for (const { name: tenant, schema, owner } of tenants) {
        const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
        try {
            // One message, so one transaction: all of it or nothing.
            await admin.query(
                `SET LOCAL ROLE ${quoteIdentifier(owner)}; CREATE TABLE ${table} (id bigserial, value integer); INSERT INTO ${table} (value) VALUES (1)`,
            );
        } catch (error) {
            failed.set(tenant, error instanceof Error ? error.message : String(error));
        }
    }
    return { name, failed, remove: () => removeLeftovers(admin) };
}

async function removeLeftovers(admin: Client): Promise<void> {
    const tables = await admin.query<{ name: string }>(
        `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname ~ $1 AND c.relkind = 'r'`,
        [PATTERN],
    );
    for (const { name } of tables.rows) {
        await dropIfThere(admin, `DROP TABLE ${name}`, "42P01");
    }
    const databases = await admin.query<{ name: string }>(
        "SELECT quote_ident(datname) AS name FROM pg_database WHERE datname ~ $1",
        [PATTERN],
    );
    for (const { name } of databases.rows) {
        await dropIfThere(admin, `DROP DATABASE ${name}`, "3D000");
    }
}

async function dropIfThere(admin: Client, statement: string, gone: string): Promise<void> {
    try {
        await admin.query(statement);
    } catch (error) {
        if (!hasCode(error, gone)) {
            throw error;
        }
    }
}
