import { ProviderError } from "../protocol/types";
import { databaseExists, databaseOwner } from "./catalog";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { grantMembership, lockRole, revokeMembership } from "./membership";
import { quoteIdentifier, quoteLiteral } from "./sql";
import type { Server } from "./server";

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

/** `postgresql:index/database:Database`. CREATE and DROP DATABASE run in no transaction, so half of it can be left. */
export const database: ResourceType = {
    fields,

    async create(server, attributes) {
        const name = attributes.text("name");
        await server.leave(attributes.text("template"));
        await asOwner(server, attributes.text("owner"), async () => {
            await server.run(createStatement(attributes, server.settings.databaseUsername), [], `error creating database "${name}"`);
        });
        attributes.id = name;
    },

    async exists(server, attributes) {
        return databaseExists(server, attributes.id);
    },

    async read(server, attributes) {
        const [row] = await server.run<DatabaseRow>(readQuery, [attributes.id], "error reading database");
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
        const name = quoteIdentifier(attributes.text("name"));
        await rename(server, attributes);
        await reassign(server, attributes);
        const owner = attributes.text("owner");
        if (attributes.changed("owner") && owner !== "") {
            await asOwner(server, owner, async () => {
                await server.run(`ALTER DATABASE ${name} OWNER TO ${quoteIdentifier(owner)}`, [], "error updating database OWNER");
            });
        }
        const tablespace = attributes.text("tablespaceName");
        const settings: [string, string, string][] = [
            ["tablespaceName", isDefault(tablespace) ? "RESET TABLESPACE" : `SET TABLESPACE ${quoteIdentifier(tablespace)}`, "TABLESPACE"],
            ["connectionLimit", `CONNECTION LIMIT = ${attributes.integer("connectionLimit")}`, "CONNECTION LIMIT"],
            ["allowConnections", `ALLOW_CONNECTIONS ${attributes.flag("allowConnections")}`, "ALLOW_CONNECTIONS"],
            ["isTemplate", `IS_TEMPLATE ${attributes.flag("isTemplate")}`, "IS_TEMPLATE"],
        ];
        for (const [attribute, change, what] of settings) {
            if (attributes.changed(attribute)) {
                await server.run(`ALTER DATABASE ${name} ${change}`, [], `error updating database ${what}`);
            }
        }
    },

    async delete(server, attributes) {
        const name = quoteIdentifier(attributes.text("name"));
        await server.leave(attributes.text("name"));
        await asOwner(server, attributes.text("owner"), async () => {
            if (attributes.flag("isTemplate")) {
                await server.run(`ALTER DATABASE ${name} IS_TEMPLATE false`, [], "error updating database IS_TEMPLATE during DROP DATABASE");
            }
            await server.run(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`, [], "error blocking connections to database");
            await server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
                [attributes.text("name")],
                "error terminating database connections",
            );
            const force = (await server.version()) >= 13 ? "WITH ( FORCE )" : "";
            await server.run(`DROP DATABASE ${name} ${force}`, [], "error dropping database");
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

const readQuery = `
SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba) AS owner, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate, d.datctype, ts.spcname, d.datconnlimit, d.datallowconn, d.datistemplate
FROM pg_catalog.pg_database AS d, pg_catalog.pg_tablespace AS ts
WHERE d.datname = $1 AND d.dattablespace = ts.oid`;

/**
 * While the user is a member of the owner: outside a transaction, so everybody sees it meanwhile, and behind a lock on
 * the user, so that two databases are not made at once.
 */
async function asOwner(server: Server, owner: string, work: () => Promise<void>): Promise<void> {
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

function createStatement(attributes: Attributes, user: string): string {
    const option = (keyword: string, attribute: string, quote: (text: string) => string, otherwise: string): string => {
        const value = attributes.text(attribute);
        if (value === "") {
            return otherwise;
        }
        return ` ${keyword} ${value.toUpperCase() === "DEFAULT" ? "DEFAULT" : quote(value)}`;
    };
    return [
        `CREATE DATABASE ${quoteIdentifier(attributes.text("name"))}`,
        ` OWNER ${quoteIdentifier(attributes.text("owner") || user)}`,
        option("TEMPLATE", "template", quoteIdentifier, " TEMPLATE template0"),
        option("ENCODING", "encoding", quoteLiteral, " ENCODING 'UTF8'"),
        option("LC_COLLATE", "lcCollate", quoteLiteral, ""),
        option("LC_CTYPE", "lcCtype", quoteLiteral, ""),
        option("TABLESPACE", "tablespaceName", quoteIdentifier, ""),
        ` ALLOW_CONNECTIONS ${attributes.flag("allowConnections")}`,
        ` CONNECTION LIMIT ${attributes.integer("connectionLimit")}`,
        ` IS_TEMPLATE ${attributes.flag("isTemplate")}`,
    ].join("");
}

async function rename(server: Server, attributes: Attributes): Promise<void> {
    if (!attributes.changed("name")) {
        return;
    }
    const name = attributes.text("name");
    if (name === "") {
        throw new ProviderError("error setting database name to an empty string");
    }
    const old = attributes.previous().text("name");
    await server.leave(old);
    await server.run(`ALTER DATABASE ${quoteIdentifier(old)} RENAME TO ${quoteIdentifier(name)}`, [], "error updating database name");
    attributes.id = name;
}

/** With `alterObjectOwnership` a new owner gets everything that the old one has in the database. */
async function reassign(server: Server, attributes: Attributes): Promise<void> {
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
            const statement = `REASSIGN OWNED BY ${quoteIdentifier(current)} TO ${quoteIdentifier(owner)}`;
            await session.run(statement, [], `error reassigning objects owned by '${current}'`);
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
