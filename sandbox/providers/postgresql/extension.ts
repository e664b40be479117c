import { join, parameter, sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import { databaseExists } from "./catalog";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { named } from "./sql";
import type { ConfiguredServer, StatementRunner } from "./server";

const fields: Fields = {
    name: { type: "text", required: true, forceNew: true },
    schema: { type: "text", computed: true },
    version: { type: "text", computed: true },
    database: { type: "text", computed: true, forceNew: true },
    dropCascade: { type: "flag", default: false },
    createCascade: { type: "flag", default: false },
};

/** `postgresql:index/extension:Extension`. Creating an existing one does not change it. */
export const extension: ResourceType = {
    fields,
    idOf(attributes, server) {
        const { database, name } = addressOf(server, attributes);
        return `${database}.${name}`;
    },

    async create(server, attributes) {
        const name = attributes.text("name");
        const schema = attributes.text("schema");
        const version = attributes.text("version");
        const parts = [
            sql`CREATE EXTENSION IF NOT EXISTS ${named(name)}`,
            schema === "" ? sql`` : sql` SCHEMA ${named(schema)}`,
            version === "" ? sql`` : sql` VERSION ${named(version)}`,
            attributes.flag("createCascade") ? sql` CASCADE` : sql``,
        ];
        const { database } = addressOf(server, attributes);
        await server.transaction(database, (session) => session.run(join(parts, sql``)));
        attributes.id = `${database}.${name}`;
    },

    async exists(server, attributes) {
        return databaseExists(server, addressOf(server, attributes).database);
    },

    async read(server, attributes) {
        const { database, name } = addressOf(server, attributes);
        const [row] = await server.transaction(database, (session) =>
            session.run<{ nspname: string; extversion: string }>(
                sql`SELECT n.nspname, e.extversion FROM pg_catalog.pg_extension e, pg_catalog.pg_namespace n
                WHERE n.oid = e.extnamespace AND e.extname = ${parameter(name)}`,
                "error reading extension",
            ),
        );
        if (row === undefined) {
            return false;
        }
        attributes.put("name", name);
        attributes.put("schema", row.nspname);
        attributes.put("version", row.extversion);
        attributes.put("database", database);
        attributes.id = `${database}.${name}`;
        return true;
    },

    async update(server, attributes) {
        const { database, name } = addressOf(server, attributes);
        await server.transaction(database, async (session) => {
            await setSchema(session, attributes);
            if (attributes.changed("version")) {
                const version = attributes.text("version");
                const to = version === "" ? sql`` : sql` TO ${named(version)}`;
                await session.run(sql`ALTER EXTENSION ${named(name)} UPDATE${to}`, "error updating extension version");
            }
        });
    },

    async delete(server, attributes) {
        const { database, name } = addressOf(server, attributes);
        const mode = attributes.flag("dropCascade") ? sql`CASCADE` : sql`RESTRICT`;
        await server.transaction(database, (session) => session.run(sql`DROP EXTENSION ${named(name)} ${mode}`));
    },
};

async function setSchema(session: StatementRunner, attributes: Attributes): Promise<void> {
    if (!attributes.changed("schema")) {
        return;
    }
    const schema = attributes.text("schema");
    if (schema === "") {
        throw new ProviderError("error setting extension schema to an empty string");
    }
    const name = named(attributes.text("name"));
    await session.run(sql`ALTER EXTENSION ${name} SET SCHEMA ${named(schema)}`, "error updating extension SCHEMA");
}

/** On import there is only the id, `database.extension`. */
function addressOf(server: ConfiguredServer, attributes: Attributes): { database: string; name: string } {
    const name = attributes.text("name");
    if (name !== "") {
        return { database: attributes.text("database") || server.settings.database, name };
    }
    const [database, extensionName, more] = attributes.id.split(".");
    if (database === undefined || extensionName === undefined || more !== undefined) {
        throw new ProviderError(`extension ID ${attributes.id} has not the expected format 'database.extension'`);
    }
    return { database, name: extensionName };
}
