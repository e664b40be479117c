import { createHash } from "node:crypto";
import { join, literal, parameter, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { isSuperuser, lockRole, withRolesGranted } from "./membership";
import { alterRole, grantRoles, options, optionWord, revokeRoles, setParameters } from "./roleChanges";
import { constant, named } from "./sql";
import type { ConfiguredServer } from "./server";

const fields: Fields = {
    name: { type: "text", required: true },
    password: { type: "text", conflictsWith: ["passwordWo", "passwordWoVersion"] },
    passwordWo: { type: "text", writeOnly: true, conflictsWith: ["password"], requiredWith: ["passwordWoVersion"] },
    passwordWoVersion: { type: "text", conflictsWith: ["password"], requiredWith: ["passwordWo"] },
    encrypted: { type: "text" },
    roles: { type: "set" },
    searchPaths: { type: "list" },
    encryptedPassword: { type: "flag", default: true },
    validUntil: { type: "text", default: "infinity" },
    connectionLimit: { type: "integer", default: -1, least: -1 },
    superuser: { type: "flag", default: false },
    createDatabase: { type: "flag", default: false },
    createRole: { type: "flag", default: false },
    idleInTransactionSessionTimeout: { type: "integer", least: 0 },
    inherit: { type: "flag", default: true },
    login: { type: "flag", default: false },
    replication: { type: "flag", default: false },
    bypassRowLevelSecurity: { type: "flag", default: false },
    skipDropRole: { type: "flag", default: false },
    skipReassignOwned: { type: "flag", default: false },
    statementTimeout: { type: "integer", least: 0 },
    assumeRole: { type: "text" },
};

/** `postgresql:index/role:Role`. Its `roles` are all its memberships: every change of the role revokes others. */
export const role: ResourceType = {
    fields,
    idOf: (attributes) => attributes.text("name"),

    async create(server, attributes) {
        const name = attributes.text("name");
        await server.transaction("", async (session) => {
            await session.run(
                sql`CREATE ROLE ${named(name)} WITH ${createOptions(attributes)}`,
                `error creating role ${name}`,
            );
            await grantRoles(session, attributes);
            await setParameters(session, attributes);
        });
        attributes.id = name;
    },

    async read(server, attributes) {
        const [row] = await server.run<RoleRow>(readQuery(attributes.id), "error reading ROLE");
        if (row === undefined) {
            return false;
        }
        attributes.put("name", row.rolname);
        attributes.put("connectionLimit", row.rolconnlimit);
        attributes.put("createDatabase", row.rolcreatedb);
        attributes.put("createRole", row.rolcreaterole);
        attributes.put("encryptedPassword", true);
        attributes.put("inherit", row.rolinherit);
        attributes.put("login", row.rolcanlogin);
        attributes.put("skipDropRole", attributes.flag("skipDropRole"));
        attributes.put("skipReassignOwned", attributes.flag("skipReassignOwned"));
        attributes.put("superuser", row.rolsuper);
        attributes.put("validUntil", row.valid_until);
        attributes.put("replication", row.rolreplication);
        attributes.put("bypassRowLevelSecurity", row.rolbypassrls);
        attributes.put("roles", row.roles);
        const config = row.rolconfig ?? [];
        attributes.put(
            "searchPaths",
            settingOf(config, "search_path")
                ?.split(", ")
                .map((part) => part.replace(/^"+|"+$/g, "")) ?? [],
        );
        attributes.put("assumeRole", settingOf(config, "role") ?? "");
        attributes.put("statementTimeout", milliseconds(config, "statement_timeout"));
        attributes.put("idleInTransactionSessionTimeout", milliseconds(config, "idle_in_transaction_session_timeout"));
        attributes.id = row.rolname;
        if (attributes.text("password") !== "") {
            attributes.put("password", await readPassword(server, attributes, row.rolcanlogin));
        }
        return true;
    },

    async update(server, attributes) {
        await server.transaction("", async (session) => {
            await lockRole(session, attributes.previous().text("name"));
            await alterRole(session, attributes);
            // Revokes all memberships and grants the declared ones: this corrects drift, and revokes others' grants.
            await revokeRoles(session, attributes.text("name"));
            await grantRoles(session, attributes);
            await setParameters(session, attributes);
        });
    },

    async delete(server, attributes) {
        const name = attributes.text("name");
        const user = server.settings.databaseUsername;
        const quoted = named(name);
        await server.transaction("", async (session) => {
            await lockRole(session, name);
            if (!attributes.flag("skipReassignOwned")) {
                // Only in the provider's own database: objects of the role in other databases prevent dropping it.
                await withRolesGranted(session, [name], async () => {
                    const failing = `could not reassign owned by role ${name} to ${user}`;
                    await session.run(sql`REASSIGN OWNED BY ${quoted} TO ${named(user)}`, failing);
                    await session.run(sql`DROP OWNED BY ${quoted}`, `could not drop owned by role ${name}`);
                });
            }
            if (!attributes.flag("skipDropRole")) {
                await session.run(sql`DROP ROLE ${quoted}`, `could not delete role ${name}`);
            }
        });
    },
};

interface RoleRow {
    roles: string[];
    rolname: string;
    rolsuper: boolean;
    rolinherit: boolean;
    rolcreaterole: boolean;
    rolcreatedb: boolean;
    rolcanlogin: boolean;
    rolconnlimit: number;
    valid_until: string;
    rolconfig: string[] | null;
    rolreplication: boolean;
    rolbypassrls: boolean;
}

const readQuery = (name: string): Sql => sql`
SELECT ARRAY(SELECT pg_get_userbyid(roleid) FROM pg_catalog.pg_auth_members members WHERE member = pg_roles.oid)::text[] AS roles,
    rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit,
    COALESCE(rolvaliduntil::TEXT, 'infinity') AS valid_until, rolconfig, rolreplication, rolbypassrls
FROM pg_catalog.pg_roles WHERE rolname = ${parameter(name)}`;

function createOptions(attributes: Attributes): Sql {
    const password = attributes.text("password") || attributes.text("passwordWo");
    const parts: Sql[] = [];
    if (password.toUpperCase() === "NULL") {
        parts.push(sql`PASSWORD NULL`);
    } else if (password !== "") {
        parts.push(
            attributes.flag("encryptedPassword") ? sql`ENCRYPTED` : sql`UNENCRYPTED`,
            sql`PASSWORD ${constant(password)}`,
        );
    }
    const validUntil = attributes.text("validUntil");
    if (validUntil !== "") {
        parts.push(sql`VALID UNTIL ${constant(validUntil.toLowerCase() === "infinity" ? "infinity" : validUntil)}`);
    }
    parts.push(sql`CONNECTION LIMIT ${literal(attributes.integer("connectionLimit"))}`);
    parts.push(...Object.entries(options).map(([name, option]) => optionWord(option, attributes.flag(name))));
    return join(parts, sql` `);
}

/** One setting of the role, in the catalog's format: `name=value`. As in the original, the last one counts. */
function settingOf(config: readonly string[], name: string): string | undefined {
    return config
        .filter((entry) => entry.startsWith(`${name}=`))
        .at(-1)
        ?.slice(name.length + 1);
}

/** @throws ProviderError for a value with a unit, which the provider never sets: the original cannot read it either */
function milliseconds(config: readonly string[], name: string): number {
    const value = settingOf(config, name) ?? "0";
    if (!/^-?\d+$/.test(value)) {
        throw new ProviderError(`error reading ${name}: ${value} is not a number of milliseconds`);
    }
    return Number(value);
}

/** Keeps the password in the state, unless a superuser can see that it differs. */
async function readPassword(server: ConfiguredServer, attributes: Attributes, login: boolean): Promise<string> {
    const known = attributes.text("password");
    if (!login || !server.settings.superuser) {
        return known;
    }
    const user = server.settings.databaseUsername;
    if (!(await isSuperuser(server, user))) {
        throw new ProviderError(
            `could not read role password from Postgres as connected user ${user} is not a SUPERUSER. ` +
                "You can set `superuser = false` in the provider configuration so it will not try to read the password from Postgres",
        );
    }
    const query = sql`SELECT COALESCE(passwd, '') AS password FROM pg_catalog.pg_shadow WHERE usename = ${parameter(attributes.id)}`;
    const [row] = await server.run<{ password: string }>(query, "error reading role");
    const stored = row?.password ?? "";
    const hashed = `md5${createHash("md5")
        .update(known + attributes.id)
        .digest("hex")}`;
    const plain = !known.startsWith("md5") && !known.startsWith("SCRAM-SHA-256");
    return plain && (stored === hashed || stored.startsWith("SCRAM-SHA-256")) ? known : stored;
}
