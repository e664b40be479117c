import { parameter, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import { databaseExists, databaseOwner, schemaExists } from "./catalog";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { withRolesGranted } from "./membership";
import { changedPolicies, grantPolicies, policiesOf } from "./schemaPolicies";
import { named } from "./sql";
import type { ConfiguredServer, StatementRunner } from "./server";

const fields: Fields = {
    name: { type: "text", required: true },
    database: { type: "text", computed: true, forceNew: true },
    owner: { type: "text", computed: true },
    ifNotExists: { type: "flag", default: true },
    dropCascade: { type: "flag", default: false },
    policies: { type: "objects", computed: true },
};

/** `postgresql:index/schema:Schema`. Creating an existing one adopts it and changes its owner. */
export const schema: ResourceType = {
    fields,
    idOf: (attributes, server) => `${databaseOf(server, attributes)}.${attributes.text("name")}`,

    async create(server, attributes) {
        const database = databaseOf(server, attributes);
        const owner = attributes.text("owner");
        await server.transaction(database, async (session) => {
            const ownerOfDatabase = await databaseOwner(session, database);
            const roles = owner !== "" && owner !== ownerOfDatabase ? [ownerOfDatabase, owner] : [ownerOfDatabase];
            await withRolesGranted(session, roles, () => createSchema(session, attributes));
        });
        attributes.id = `${database}.${attributes.text("name")}`;
    },

    async exists(server, attributes) {
        const { database, name } = addressOf(server, attributes);
        return (
            (await databaseExists(server, database)) &&
            (await server.transaction(database, (session) => schemaExists(session, name)))
        );
    },

    async read(server, attributes) {
        const { database, name } = addressOf(server, attributes);
        const [row] = await server.transaction(database, (session) =>
            session.run<{ owner: string }>(
                sql`SELECT pg_catalog.pg_get_userbyid(n.nspowner) AS owner FROM pg_catalog.pg_namespace n WHERE n.nspname = ${parameter(name)}`,
                "error reading schema",
            ),
        );
        if (row === undefined) {
            return false;
        }
        // Policies are not read back, so drift in them is not detected.
        attributes.put("policies", attributes.objects("policies"));
        attributes.put("name", name);
        attributes.put("owner", row.owner);
        attributes.put("database", database);
        attributes.id = `${database}.${name}`;
        return true;
    },

    async update(server, attributes) {
        const database = databaseOf(server, attributes);
        await server.transaction(database, async (session) => {
            const name = attributes.text("name");
            if (attributes.changed("name")) {
                if (name === "") {
                    throw new ProviderError("error setting schema name to an empty string");
                }
                const old = named(attributes.previous().text("name"));
                await session.run(sql`ALTER SCHEMA ${old} RENAME TO ${named(name)}`, "error updating schema NAME");
                attributes.id = `${database}.${name}`;
            }
            await setOwner(session, attributes);
            if (attributes.changed("policies")) {
                const owner = attributes.text("owner");
                const statements = await changedPolicies(
                    session,
                    name,
                    policiesOf(attributes.previous()),
                    policiesOf(attributes),
                );
                await withRolesGranted(session, owner === "" ? [] : [owner], () =>
                    runAll(session, statements, "error updating schema DCL"),
                );
            }
        });
    },

    async delete(server, attributes) {
        const name = attributes.text("name");
        await server.transaction(databaseOf(server, attributes), async (session) => {
            if (!(await schemaExists(session, name))) {
                return;
            }
            const mode = attributes.flag("dropCascade") ? sql`CASCADE` : sql`RESTRICT`;
            await withRolesGranted(session, [attributes.text("owner")], async () => {
                await session.run(sql`DROP SCHEMA ${named(name)} ${mode}`, "error deleting schema");
            });
        });
    },
};

async function createSchema(session: StatementRunner, attributes: Attributes): Promise<void> {
    const name = attributes.text("name");
    if (await schemaExists(session, name)) {
        await setOwner(session, attributes);
    } else {
        const owner = attributes.text("owner");
        const unless = attributes.flag("ifNotExists") ? sql`IF NOT EXISTS ` : sql``;
        const authorization = owner === "" ? sql`` : sql` AUTHORIZATION ${named(owner)}`;
        const statement = sql`CREATE SCHEMA ${unless}${named(name)}${authorization}`;
        await session.run(statement, `error creating schema ${name}`);
    }
    await runAll(session, grantPolicies(name, policiesOf(attributes)), `error creating schema ${name}`);
}

/** Unlike creating a schema, changing its owner works without temporary memberships. */
async function setOwner(session: StatementRunner, attributes: Attributes): Promise<void> {
    if (!attributes.changed("owner")) {
        return;
    }
    const owner = attributes.text("owner");
    if (owner === "") {
        throw new ProviderError("error setting schema owner to an empty string");
    }
    const name = named(attributes.text("name"));
    await session.run(sql`ALTER SCHEMA ${name} OWNER TO ${named(owner)}`, "error updating schema OWNER");
}

async function runAll(session: StatementRunner, statements: readonly Sql[], failing: string): Promise<void> {
    for (const statement of statements) {
        await session.run(statement, failing);
    }
}

function databaseOf(server: ConfiguredServer, attributes: Attributes): string {
    return attributes.text("database") || server.settings.database;
}

/** On import there is only the id, `database.schema`. */
function addressOf(server: ConfiguredServer, attributes: Attributes): { database: string; name: string } {
    const name = attributes.text("name");
    if (name !== "") {
        return { database: databaseOf(server, attributes), name };
    }
    const [database, schemaName, more] = attributes.id.split(".");
    if (database === undefined || schemaName === undefined || more !== undefined) {
        throw new ProviderError(`schema ID ${attributes.id} has not the expected format 'database.schema'`);
    }
    return { database, name: schemaName };
}
