import { identifier, sql, type Sql } from "../../toolkit/sql";
import type { Attempt as Tried } from "../attempts/run";
import { RIGHTS } from "./expectation";
import type { Allowed, Right, Tenant } from "./expectation";

/** One action that a login attempts. */
export interface Attempt extends Tried {
    readonly login: string;
    readonly action: Right | "create database" | "set role";
    /** A description of the target. */
    readonly on: string;
    /** The tenant that owns the data; undefined for data without a tenant. */
    readonly tenant?: string;
}

/**
 * Everything that one login attempts: every right on every tenant's data, creating a database, and becoming every role of
 * the stack that it must not be able to become.
 */
export function attemptsOf(allowed: Allowed, tenants: readonly Tenant[], probe: string): Attempt[] {
    const { login, rights, foreignRoles } = allowed;
    const onData = tenants.flatMap(({ name, schema }) =>
        RIGHTS.map((action) => ({
            login,
            action,
            on: `schema ${schema}`,
            tenant: name,
            statement: statementFor(action, schema, probe),
            expected: rights.get(name)?.includes(action) ?? false,
        })),
    );
    const becoming = foreignRoles.map((role) => ({
        login,
        action: "set role" as const,
        on: `role ${role}`,
        statement: sql`SET LOCAL ROLE ${identifier(role)}`,
        expected: false,
    }));
    const database: Attempt = {
        login,
        action: "create database",
        on: "the server",
        statement: sql`CREATE DATABASE ${identifier(probe)}`,
        expected: false,
        alone: true,
    };
    return [...onData, ...becoming, database];
}

/** Each statement needs exactly one privilege: an UPDATE that reads nothing, a DELETE without a condition. */
function statementFor(right: Right, schema: string, probe: string): Sql {
    const table = identifier(schema, probe);
    switch (right) {
        case "read":
            return sql`SELECT * FROM ${table}`;
        case "insert":
            return sql`INSERT INTO ${table} (value) VALUES (1)`;
        case "update":
            return sql`UPDATE ${table} SET value = 2`;
        case "delete":
            return sql`DELETE FROM ${table}`;
        case "create":
            return sql`CREATE TABLE ${identifier(schema, `${probe}_new`)} ()`;
        case "drop":
            return sql`DROP TABLE ${table}`;
    }
}
