import type { Fields } from "../postgresql/fields";
import type { ResourceType } from "../postgresql/kind";
import { mysqlError, type Catalogue } from "./catalogue";

const fields: Fields = {
    name: { type: "text", required: true, forceNew: true },
    defaultCharacterSet: { type: "text", default: "utf8", allowed: ["ascii", "latin1", "utf8", "utf8mb3", "utf8mb4"] },
    defaultCollation: { type: "text", default: "utf8_general_ci" },
};

/** `CREATE DATABASE`, `ALTER DATABASE`, and `DROP DATABASE` with its contents. */
export const database: ResourceType<Catalogue> = {
    fields,
    idOf: (attributes) => attributes.text("name"),
    async create(catalogue, attributes) {
        const name = attributes.text("name");
        // https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html
        if ([...name].length > 64) {
            throw mysqlError(1059, `Identifier name '${name}' is too long`);
        }
        const charset = attributes.text("defaultCharacterSet");
        const collation = attributes.text("defaultCollation");
        checkCollation(charset, collation);
        catalogue.change((contents) => {
            if (contents.databases[name] !== undefined) {
                throw mysqlError(1007, `Can't create database '${name}'; database exists`);
            }
            return { ...contents, databases: { ...contents.databases, [name]: { charset, collation } } };
        });
        attributes.id = name;
    },
    async read(catalogue, attributes) {
        const found = catalogue.read().databases[attributes.id];
        if (found === undefined) {
            return false;
        }
        attributes.put("name", attributes.id);
        attributes.put("defaultCharacterSet", found.charset);
        attributes.put("defaultCollation", found.collation);
        return true;
    },
    async update(catalogue, attributes) {
        const charset = attributes.text("defaultCharacterSet");
        const collation = attributes.text("defaultCollation");
        checkCollation(charset, collation);
        catalogue.change((contents) => ({
            ...contents,
            databases: { ...contents.databases, [attributes.id]: { charset, collation } },
        }));
    },
    async delete(catalogue, attributes) {
        catalogue.change((contents) => {
            const { [attributes.id]: gone, ...databases } = contents.databases;
            if (gone === undefined) {
                throw mysqlError(1008, `Can't drop database '${attributes.id}'; database doesn't exist`);
            }
            return { ...contents, databases };
        });
    },
};

function checkCollation(charset: string, collation: string): void {
    if (!collation.startsWith(`${charset}_`) && collation !== "binary") {
        throw mysqlError(1253, `COLLATION '${collation}' is not valid for CHARACTER SET '${charset}'`);
    }
}
