import { join, keyword, literal, parameter, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import type { Attributes } from "./fields";
import { constant, named } from "./sql";
import type { StatementRunner } from "./server";

/** The option of CREATE ROLE and ALTER ROLE for each flag. */
export const options: Readonly<Record<string, string>> = {
    superuser: "SUPERUSER",
    createDatabase: "CREATEDB",
    createRole: "CREATEROLE",
    inherit: "INHERIT",
    login: "LOGIN",
    bypassRowLevelSecurity: "BYPASSRLS",
    replication: "REPLICATION",
};

/** `LOGIN` or `NOLOGIN`. */
export function optionWord(option: string, on: boolean): Sql {
    return keyword(
        `${on ? "" : "NO"}${option}`,
        Object.values(options).flatMap((word) => [word, `NO${word}`]),
    );
}

/** One ALTER ROLE per change. */
export async function alterRole(session: StatementRunner, attributes: Attributes): Promise<void> {
    const name = attributes.text("name");
    if (attributes.changed("name")) {
        if (name === "") {
            throw new ProviderError("error setting role name to an empty string");
        }
        const old = attributes.previous().text("name");
        await session.run(sql`ALTER ROLE ${named(old)} RENAME TO ${named(name)}`, "error updating role NAME");
        attributes.id = name;
    }
    await alterPassword(session, attributes);
    const quoted = named(name);
    if (attributes.changed("connectionLimit")) {
        const limit = attributes.integer("connectionLimit");
        await session.run(
            sql`ALTER ROLE ${quoted} CONNECTION LIMIT ${literal(limit)}`,
            "error updating role CONNECTION LIMIT",
        );
    }
    for (const [attribute, option] of Object.entries(options)) {
        if (attributes.changed(attribute)) {
            await session.run(
                sql`ALTER ROLE ${quoted} WITH ${optionWord(option, attributes.flag(attribute))}`,
                `error updating role ${option}`,
            );
        }
    }
    const validUntil = attributes.text("validUntil");
    if (attributes.changed("validUntil") && validUntil !== "") {
        const until = validUntil.toLowerCase() === "infinity" ? "infinity" : validUntil;
        await session.run(sql`ALTER ROLE ${quoted} VALID UNTIL ${constant(until)}`, "error updating role VALID UNTIL");
    }
}

/** A write-only password is set again when its version changes, a stored one when it or the role's name changes. */
async function alterPassword(session: StatementRunner, attributes: Attributes): Promise<void> {
    const writeOnly = attributes.text("passwordWo");
    const due =
        writeOnly === ""
            ? attributes.changed("password") || attributes.changed("name")
            : attributes.changed("passwordWoVersion");
    const password = writeOnly || attributes.text("password");
    if (due && password !== "") {
        const statement = sql`ALTER ROLE ${named(attributes.text("name"))} PASSWORD ${constant(password)}`;
        await session.run(statement, "error updating role password");
    }
}

export async function revokeRoles(session: StatementRunner, role: string): Promise<void> {
    const rows = await session.run<{ granted: string }>(
        sql`SELECT pg_get_userbyid(roleid) AS granted FROM pg_catalog.pg_auth_members members
        JOIN pg_catalog.pg_roles ON members.member = pg_roles.oid WHERE rolname = ${parameter(role)}`,
        `could not get roles list for role ${role}`,
    );
    for (const { granted } of rows) {
        const statement = sql`REVOKE ${named(granted)} FROM ${named(role)}`;
        await session.run(statement, `could not revoke role ${granted} from ${role}`);
    }
}

export async function grantRoles(session: StatementRunner, attributes: Attributes): Promise<void> {
    const role = attributes.text("name");
    for (const granted of attributes.set("roles")) {
        await session.run(sql`GRANT ${named(granted)} TO ${named(role)}`, `could not grant role ${granted} to ${role}`);
    }
}

/** The search path is always set, even to the default; other settings only if they changed. */
export async function setParameters(session: StatementRunner, attributes: Attributes): Promise<void> {
    const role = attributes.text("name");
    const quoted = named(role);
    const paths = attributes.list("searchPaths");
    const comma = paths.find((path) => path.includes(", "));
    if (comma !== undefined) {
        throw new ProviderError(`search_path cannot contain \`, \`: ${comma}`);
    }
    const path = paths.length > 0 ? join(paths.map(named)) : sql`DEFAULT`;
    await session.run(
        sql`ALTER ROLE ${quoted} SET search_path TO ${path}`,
        `could not set search_path ${path.text} for ${role}`,
    );
    const timeouts = [
        ["statementTimeout", sql`statement_timeout`],
        ["idleInTransactionSessionTimeout", sql`idle_in_transaction_session_timeout`],
    ] as const;
    for (const [attribute, setting] of timeouts) {
        if (attributes.changed(attribute)) {
            const value = attributes.integer(attribute);
            const change = value === 0 ? sql`RESET ${setting}` : sql`SET ${setting} TO ${literal(value)}`;
            await session.run(sql`ALTER ROLE ${quoted} ${change}`, `could not set ${setting.text} for ${role}`);
        }
    }
    if (attributes.changed("assumeRole")) {
        const assumed = attributes.text("assumeRole");
        const change = assumed === "" ? sql`RESET ROLE` : sql`SET ROLE TO ${named(assumed)}`;
        await session.run(sql`ALTER ROLE ${quoted} ${change}`, `could not set role ${assumed} for ${role}`);
    }
}
