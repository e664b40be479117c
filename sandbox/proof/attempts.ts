import { identifier, sql, type Sql } from "../../toolkit/sql";
import { RIGHTS } from "./expectation";
import type { Allowed, Right, Tenant } from "./expectation";

/** One thing that a login tries. */
export interface Attempt {
    readonly login: string;
    readonly action: Right | "create database" | "set role";
    /** What it is tried on, in words. */
    readonly on: string;
    /** Whose data that is; undefined for data without a tenant. */
    readonly tenant?: string;
    readonly statement: Sql;
    /** Whether it should succeed. */
    readonly expected: boolean;
}

/** All that one login tries: every right on every tenant's data, a database, and every role that is not its own. */
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
    };
    return [...onData, ...becoming, database];
}

/** Each needs its own privilege and no other: an UPDATE that reads nothing, a DELETE without a condition. */
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
