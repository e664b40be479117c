import { ProviderError } from "../protocol/types";
import type { Attributes } from "./fields";
import { quoteIdentifier, quoteLiteral } from "./sql";
import type { Session } from "./server";

/** What CREATE ROLE and ALTER ROLE say of each flag. */
export const options: Readonly<Record<string, string>> = {
    superuser: "SUPERUSER",
    createDatabase: "CREATEDB",
    createRole: "CREATEROLE",
    inherit: "INHERIT",
    login: "LOGIN",
    bypassRowLevelSecurity: "BYPASSRLS",
    replication: "REPLICATION",
};

/** One ALTER ROLE for each thing that changed. */
export async function alterRole(session: Session, attributes: Attributes): Promise<void> {
    const name = attributes.text("name");
    if (attributes.changed("name")) {
        if (name === "") {
            throw new ProviderError("error setting role name to an empty string");
        }
        const old = attributes.previous().text("name");
        await session.run(`ALTER ROLE ${quoteIdentifier(old)} RENAME TO ${quoteIdentifier(name)}`, [], "error updating role NAME");
        attributes.id = name;
    }
    await alterPassword(session, attributes);
    const quoted = quoteIdentifier(name);
    if (attributes.changed("connectionLimit")) {
        const limit = attributes.integer("connectionLimit");
        await session.run(`ALTER ROLE ${quoted} CONNECTION LIMIT ${limit}`, [], "error updating role CONNECTION LIMIT");
    }
    for (const [attribute, option] of Object.entries(options)) {
        if (attributes.changed(attribute)) {
            const word = attributes.flag(attribute) ? option : `NO${option}`;
            await session.run(`ALTER ROLE ${quoted} WITH ${word}`, [], `error updating role ${option}`);
        }
    }
    const validUntil = attributes.text("validUntil");
    if (attributes.changed("validUntil") && validUntil !== "") {
        const until = validUntil.toLowerCase() === "infinity" ? "infinity" : validUntil;
        await session.run(`ALTER ROLE ${quoted} VALID UNTIL ${quoteLiteral(until)}`, [], "error updating role VALID UNTIL");
    }
}

/** A write-only password is set again when its version changes, a kept one when it or the role's name does. */
async function alterPassword(session: Session, attributes: Attributes): Promise<void> {
    const writeOnly = attributes.text("passwordWo");
    const due = writeOnly === "" ? attributes.changed("password") || attributes.changed("name") : attributes.changed("passwordWoVersion");
    const password = writeOnly || attributes.text("password");
    if (due && password !== "") {
        const statement = `ALTER ROLE ${quoteIdentifier(attributes.text("name"))} PASSWORD ${quoteLiteral(password)}`;
        await session.run(statement, [], "error updating role password");
    }
}

export async function revokeRoles(session: Session, role: string): Promise<void> {
    const rows = await session.run<{ granted: string }>(
        `SELECT pg_get_userbyid(roleid) AS granted FROM pg_catalog.pg_auth_members members
        JOIN pg_catalog.pg_roles ON members.member = pg_roles.oid WHERE rolname = $1`,
        [role],
        `could not get roles list for role ${role}`,
    );
    for (const { granted } of rows) {
        const statement = `REVOKE ${quoteIdentifier(granted)} FROM ${quoteIdentifier(role)}`;
        await session.run(statement, [], `could not revoke role ${granted} from ${role}`);
    }
}

export async function grantRoles(session: Session, attributes: Attributes): Promise<void> {
    const role = attributes.text("name");
    for (const granted of attributes.set("roles")) {
        await session.run(`GRANT ${quoteIdentifier(granted)} TO ${quoteIdentifier(role)}`, [], `could not grant role ${granted} to ${role}`);
    }
}

/** The search path is always set, be it to the default; the others when they changed. */
export async function setParameters(session: Session, attributes: Attributes): Promise<void> {
    const role = attributes.text("name");
    const quoted = quoteIdentifier(role);
    const paths = attributes.list("searchPaths");
    const comma = paths.find((path) => path.includes(", "));
    if (comma !== undefined) {
        throw new ProviderError(`search_path cannot contain \`, \`: ${comma}`);
    }
    const path = paths.length > 0 ? paths.map(quoteIdentifier).join(", ") : "DEFAULT";
    await session.run(`ALTER ROLE ${quoted} SET search_path TO ${path}`, [], `could not set search_path ${path} for ${role}`);
    const timeouts = [
        ["statementTimeout", "statement_timeout"],
        ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
    ] as const;
    for (const [attribute, parameter] of timeouts) {
        if (attributes.changed(attribute)) {
            const value = attributes.integer(attribute);
            const change = value === 0 ? `RESET ${parameter}` : `SET ${parameter} TO ${value}`;
            await session.run(`ALTER ROLE ${quoted} ${change}`, [], `could not set ${parameter} for ${role}`);
        }
    }
    if (attributes.changed("assumeRole")) {
        const assumed = attributes.text("assumeRole");
        const change = assumed === "" ? "RESET ROLE" : `SET ROLE TO ${quoteIdentifier(assumed)}`;
        await session.run(`ALTER ROLE ${quoted} ${change}`, [], `could not set role ${assumed} for ${role}`);
    }
}
