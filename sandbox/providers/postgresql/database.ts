import { join, literal, parameter, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import { databaseExists, databaseOwner } from "./catalog";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { grantMembership, lockRole, revokeMembership } from "./membership";
import { constant, named } from "./sql";
import type { ConfiguredServer } from "./server";

const fields: Fields = {
    name: { type: "text", required: true },
    owner: { type: "text", computed: true },
    template: { type: "text", computed: true, forceNew: true },
    encoding: { type: "text", computed: true, forceNew: true },
    lcCollate: { type: "text", computed: true, forceNew: true },
    lcCtype: { type: "text", computed: true, forceNew: true },
    tablespaceName: { type: "text", computed: true },
    connectionLimit: { type: "integer", default: -1, least: -1 },
    allowConnections: { type: "flag", default: true },
    isTemplate: { type: "flag", computed: true },
    alterObjectOwnership: { type: "flag", default: false },
};

/** `postgresql:index/database:Database`. CREATE and DROP DATABASE are not transactional: failures can leave parts. */
export const database: ResourceType = {
    fields,
    idOf: (attributes) => attributes.text("name"),

    async create(server, attributes) {
        const name = attributes.text("name");
        await server.leave(attributes.text("template"));
        await asOwner(server, attributes.text("owner"), async () => {
            await server.run(
                createStatement(attributes, server.settings.databaseUsername),
                `error creating database "${name}"`,
            );
        });
        attributes.id = name;
    },

    async exists(server, attributes) {
        return databaseExists(server, attributes.id);
    },

    async read(server, attributes) {
        const [row] = await server.run<DatabaseRow>(readQuery(attributes.id), "error reading database");
        if (row === undefined) {
            return false;
        }
        attributes.put("name", row.datname);
        attributes.put("owner", row.owner);
        attributes.put("encoding", row.encoding);
        attributes.put("lcCollate", row.datcollate);
        attributes.put("lcCtype", row.datctype);
        attributes.put("tablespaceName", row.spcname);
        attributes.put("connectionLimit", row.datconnlimit);
        attributes.put("template", attributes.text("template") || "template0");
        attributes.put("allowConnections", row.datallowconn);
        attributes.put("isTemplate", row.datistemplate);
        return true;
    },

    async update(server, attributes) {
        const name = named(attributes.text("name"));
        await rename(server, attributes);
        await reassign(server, attributes);
        const owner = attributes.text("owner");
        if (attributes.changed("owner") && owner !== "") {
            await asOwner(server, owner, async () => {
                await server.run(sql`ALTER DATABASE ${name} OWNER TO ${named(owner)}`, "error updating database OWNER");
            });
        }
        const tablespace = attributes.text("tablespaceName");
        const settings: [string, Sql, string][] = [
            [
                "tablespaceName",
                isDefault(tablespace) ? sql`RESET TABLESPACE` : sql`SET TABLESPACE ${named(tablespace)}`,
                "TABLESPACE",
            ],
            [
                "connectionLimit",
                sql`CONNECTION LIMIT = ${literal(attributes.integer("connectionLimit"))}`,
                "CONNECTION LIMIT",
            ],
            [
                "allowConnections",
                sql`ALLOW_CONNECTIONS ${flag(attributes.flag("allowConnections"))}`,
                "ALLOW_CONNECTIONS",
            ],
            ["isTemplate", sql`IS_TEMPLATE ${flag(attributes.flag("isTemplate"))}`, "IS_TEMPLATE"],
        ];
        for (const [attribute, change, what] of settings) {
            if (attributes.changed(attribute)) {
                await server.run(sql`ALTER DATABASE ${name} ${change}`, `error updating database ${what}`);
            }
        }
    },

    async delete(server, attributes) {
        const name = named(attributes.text("name"));
        await server.leave(attributes.text("name"));
        await asOwner(server, attributes.text("owner"), async () => {
            if (attributes.flag("isTemplate")) {
                await server.run(
                    sql`ALTER DATABASE ${name} IS_TEMPLATE false`,
                    "error updating database IS_TEMPLATE during DROP DATABASE",
                );
            }
            await server.run(
                sql`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
                "error blocking connections to database",
            );
            await server.run(
                sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${parameter(attributes.text("name"))} AND pid <> pg_backend_pid()`,
                "error terminating database connections",
            );
            const force = (await server.version()) >= 13 ? sql`WITH ( FORCE )` : sql``;
            await server.run(sql`DROP DATABASE ${name} ${force}`, "error dropping database");
        });
    },
};

interface DatabaseRow {
    datname: string;
    owner: string;
    encoding: string;
    datcollate: string;
    datctype: string;
    spcname: string;
    datconnlimit: number;
    datallowconn: boolean;
    datistemplate: boolean;
}

const readQuery = (name: string): Sql => sql`
SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba) AS owner, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate, d.datctype, ts.spcname, d.datconnlimit, d.datallowconn, d.datistemplate
FROM pg_catalog.pg_database AS d, pg_catalog.pg_tablespace AS ts
WHERE d.datname = ${parameter(name)} AND d.dattablespace = ts.oid`;

/**
 * Runs work while the user is a member of the owner: outside a transaction, so other sessions see the membership, and
 * under a lock on the user, so that databases are created one at a time.
 */
async function asOwner(server: ConfiguredServer, owner: string, work: () => Promise<void>): Promise<void> {
    if (owner === "") {
        return work();
    }
    const user = server.settings.databaseUsername;
    await server.transaction("", async (lock) => {
        await lockRole(lock, user);
        const granted = await grantMembership(server, owner, user);
        try {
            await work();
        } finally {
            if (granted) {
                await revokeMembership(server, owner, user);
            }
        }
    });
}

function createStatement(attributes: Attributes, user: string): Sql {
    const option = (word: Sql, attribute: string, quote: (text: string) => Sql, otherwise: Sql): Sql => {
        const value = attributes.text(attribute);
        if (value === "") {
            return otherwise;
        }
        return sql` ${word} ${value.toUpperCase() === "DEFAULT" ? sql`DEFAULT` : quote(value)}`;
    };
    const parts = [
        sql`CREATE DATABASE ${named(attributes.text("name"))}`,
        sql` OWNER ${named(attributes.text("owner") || user)}`,
        option(sql`TEMPLATE`, "template", named, sql` TEMPLATE template0`),
        option(sql`ENCODING`, "encoding", constant, sql` ENCODING 'UTF8'`),
        option(sql`LC_COLLATE`, "lcCollate", constant, sql``),
        option(sql`LC_CTYPE`, "lcCtype", constant, sql``),
        option(sql`TABLESPACE`, "tablespaceName", named, sql``),
        sql` ALLOW_CONNECTIONS ${flag(attributes.flag("allowConnections"))}`,
        sql` CONNECTION LIMIT ${literal(attributes.integer("connectionLimit"))}`,
        sql` IS_TEMPLATE ${flag(attributes.flag("isTemplate"))}`,
    ];
    return join(parts, sql``);
}

function flag(on: boolean): Sql {
    return on ? sql`true` : sql`false`;
}

async function rename(server: ConfiguredServer, attributes: Attributes): Promise<void> {
    if (!attributes.changed("name")) {
        return;
    }
    const name = attributes.text("name");
    if (name === "") {
        throw new ProviderError("error setting database name to an empty string");
    }
    const old = attributes.previous().text("name");
    await server.leave(old);
    await server.run(sql`ALTER DATABASE ${named(old)} RENAME TO ${named(name)}`, "error updating database name");
    attributes.id = name;
}

/** With `alterObjectOwnership`, a new owner gets all of the old owner's objects in the database. */
async function reassign(server: ConfiguredServer, attributes: Attributes): Promise<void> {
    const owner = attributes.text("owner");
    const due = attributes.changed("owner") || attributes.changed("alterObjectOwnership");
    if (!due || owner === "" || !attributes.flag("alterObjectOwnership")) {
        return;
    }
    const name = attributes.text("name");
    const user = server.settings.databaseUsername;
    await server.transaction(name, async (session) => {
        await lockRole(session, user);
        const current = await databaseOwner(server, name);
        if (current === owner) {
            return;
        }
        const granted = await grantMembership(server, current, user);
        try {
            const statement = sql`REASSIGN OWNED BY ${named(current)} TO ${named(owner)}`;
            await session.run(statement, `error reassigning objects owned by '${current}'`);
        } finally {
            if (granted) {
                await revokeMembership(server, current, user);
            }
        }
    });
}

function isDefault(tablespace: string): boolean {
    return tablespace === "" || tablespace.toUpperCase() === "DEFAULT";
}
