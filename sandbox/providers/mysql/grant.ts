import { ProviderError } from "../protocol/types";
import type { Fields } from "../postgresql/fields";
import type { ResourceType } from "../postgresql/kind";
import { mysqlError, type Catalogue, type Granted } from "./catalogue";

const fields: Fields = {
    database: { type: "text", required: true, forceNew: true },
    user: { type: "text", required: true, forceNew: true },
    host: { type: "text", default: "localhost", forceNew: true },
    table: { type: "text", default: "*", forceNew: true },
    privileges: { type: "set", required: true, forceNew: true },
    grant: { type: "flag", default: false, forceNew: true },
    tlsOption: { type: "text", default: "NONE", forceNew: true, allowed: ["NONE", "SSL", "X509"] },
};

/** Privileges on a database or a table: https://dev.mysql.com/doc/refman/8.0/en/privileges-provided.html */
const known = new Set(
    [
        "ALL, ALL PRIVILEGES, ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE VIEW, DELETE, DROP, EVENT,",
        "EXECUTE, INDEX, INSERT, LOCK TABLES, REFERENCES, SELECT, SHOW VIEW, TRIGGER, UPDATE",
    ]
        .join(" ")
        .split(", "),
);

/** `GRANT … ON database.table` to a user, and `REVOKE`. Unlike the official provider, it does not support roles. */
export const grant: ResourceType<Catalogue> = {
    fields,
    idOf: (attributes) => `${attributes.text("user")}@${attributes.text("host")}:\`${attributes.text("database")}\``,
    async create(catalogue, attributes) {
        const granted = grantedBy(
            attributes.text("user"),
            attributes.text("host"),
            attributes.text("database"),
            attributes.text("table"),
            attributes.set("privileges"),
        );
        if (attributes.flag("grant")) {
            throw new ProviderError(
                "from MySQL 8 on the official provider does not grant the GRANT OPTION, although it reports it: omit grant",
            );
        }
        catalogue.change((contents) => {
            if (contents.users[granted.user] === undefined) {
                throw mysqlError(1410, "You are not allowed to create a user with GRANT");
            }
            return { ...contents, grants: [...contents.grants.filter((other) => !isSame(other, granted)), granted] };
        });
        // The official provider's id, with the quotes.
        attributes.id = `${granted.user}:\`${granted.database}\``;
    },
    // The official provider only checks whether the user has any grants, so privileges are not read back.
    async read(catalogue, attributes) {
        return catalogue.read().users[`${attributes.text("user")}@${attributes.text("host")}`] !== undefined;
    },
    async update() {
        throw new ProviderError("a change of any argument replaces a grant");
    },
    async delete(catalogue, attributes) {
        const old = grantedBy(
            attributes.text("user"),
            attributes.text("host"),
            attributes.text("database"),
            attributes.text("table"),
            attributes.set("privileges"),
        );
        catalogue.change((contents) => {
            if (!contents.grants.some((granted) => isSame(granted, old))) {
                throw mysqlError(
                    1141,
                    `There is no such grant defined for user '${attributes.text("user")}' on host '${attributes.text("host")}'`,
                );
            }
            return { ...contents, grants: contents.grants.filter((granted) => !isSame(granted, old)) };
        });
    },
};

function grantedBy(
    user: string,
    host: string,
    database: string,
    table: string,
    privileges: readonly string[],
): Granted {
    const wrong = privileges.filter((privilege) => !known.has(privilege.toUpperCase()));
    if (wrong.length > 0 || privileges.length === 0) {
        throw mysqlError(
            1064,
            `${wrong.join(", ") || "no privilege"} cannot be granted on a database; allowed values: ${[...known].join(", ")}`,
        );
    }
    return {
        user: `${user}@${host}`,
        database,
        table,
        privileges: privileges.map((privilege) => privilege.toUpperCase()).sort(),
    };
}

function isSame(a: Granted, b: Granted): boolean {
    return a.user === b.user && a.database === b.database && a.table === b.table;
}
