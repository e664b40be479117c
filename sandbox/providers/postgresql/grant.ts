import { ProviderError } from "../protocol/types";
import { databaseOwner, schemaOwner, tableOwners } from "./catalog";
import type { Attributes, Fields } from "./fields";
import { readGranted } from "./grantRead";
import { grantStatement, revokeStatement } from "./grantStatements";
import type { ResourceType } from "./kind";
import { lockDatabase, lockRole, withRolesGranted } from "./membership";
import { outsideSchemas, partiesExist, validatePrivileges } from "./privileges";
import type { ConfiguredServer, StatementRunner } from "./server";

const objectTypes = [
    "database",
    "function",
    "procedure",
    "routine",
    "schema",
    "sequence",
    "table",
    "foreign_data_wrapper",
    "foreign_server",
    "column",
];

const fields: Fields = {
    role: { type: "text", required: true, forceNew: true },
    database: { type: "text", required: true, forceNew: true },
    schema: { type: "text", forceNew: true },
    objectType: { type: "text", required: true, forceNew: true, allowed: objectTypes },
    objects: { type: "set", forceNew: true },
    columns: { type: "set", forceNew: true },
    privileges: { type: "set", required: true },
    withGrantOption: { type: "flag", default: false, forceNew: true },
};

/**
 * `postgresql:index/grant:Grant`. All privileges of its role on its objects: other grants on them are revoked first.
 * Only the role is locked, so two grants on one object can conflict ("tuple concurrently updated").
 */
export const grant: ResourceType = {
    fields,
    idOf,
    deleteBeforeReplace: true,

    async create(server, attributes) {
        await write(server, attributes, attributes);
    },

    async update(server, attributes) {
        await write(server, attributes, attributes.previous());
    },

    exists: partiesExist,

    async read(server, attributes) {
        attributes.id = idOf(attributes);
        await server.transaction(attributes.text("database"), (session) => readGranted(server, session, attributes));
        return true;
    },

    async delete(server, attributes) {
        await locked(server, attributes, (session) => revoke(session, attributes));
    },
};

async function write(server: ConfiguredServer, attributes: Attributes, revoked: Attributes): Promise<void> {
    const problem = problemOf(attributes);
    if (problem !== undefined) {
        throw new ProviderError(problem);
    }
    await validatePrivileges(server, attributes);
    await locked(server, attributes, async (session) => {
        await revoke(session, revoked);
        if (attributes.set("privileges").length > 0) {
            await session.run(grantStatement(attributes));
        }
    });
    attributes.id = idOf(attributes);
}

/** Runs in one transaction, under the locks, while the user is a member of the owners. */
async function locked(
    server: ConfiguredServer,
    attributes: Attributes,
    work: (session: StatementRunner) => Promise<void>,
): Promise<void> {
    const database = attributes.text("database");
    await server.transaction(database, async (session) => {
        await lockRole(session, attributes.text("role"));
        if (attributes.text("objectType") === "database") {
            await lockDatabase(session, database);
        }
        await withRolesGranted(session, await owners(session, attributes), () => work(session));
    });
}

async function revoke(session: StatementRunner, attributes: Attributes): Promise<void> {
    await session.run(revokeStatement(attributes), "could not execute revoke query");
}

/** The owners of the schema and of its tables, without a database's owner. */
async function owners(session: StatementRunner, attributes: Attributes): Promise<string[]> {
    const objectType = attributes.text("objectType");
    if (outsideSchemas.includes(objectType)) {
        return [];
    }
    const schema = attributes.text("schema");
    const found = objectType === "schema" ? [] : await tableOwners(session, schema);
    const all = [...new Set([...found, await schemaOwner(session, schema)])];
    if (!all.includes("pg_database_owner")) {
        return all;
    }
    const owner = await databaseOwner(session, attributes.text("database"));
    return all.map((name) => (name === "pg_database_owner" ? owner : name));
}

function problemOf(attributes: Attributes): string | undefined {
    const objectType = attributes.text("objectType");
    const objects = attributes.set("objects").length;
    const columns = attributes.set("columns").length;
    const rules: [boolean, string][] = [
        [
            attributes.text("schema") === "" && !outsideSchemas.includes(objectType),
            "parameter 'schema' is mandatory for postgresql_grant resource",
        ],
        [
            objects > 0 && ["database", "schema"].includes(objectType),
            "cannot specify `objects` when `object_type` is `database` or `schema`",
        ],
        [columns > 0 && objectType !== "column", "cannot specify `columns` when `object_type` is not `column`"],
        [columns === 0 && objectType === "column", "must specify `columns` when `object_type` is `column`"],
        [
            attributes.set("privileges").length !== 1 && objectType === "column",
            "must specify exactly 1 `privileges` when `object_type` is `column`",
        ],
        [
            objects !== 1 && objectType === "column",
            "must specify exactly 1 table in the `objects` field when `object_type` is `column`",
        ],
        [
            objects !== 1 && ["foreign_data_wrapper", "foreign_server"].includes(objectType),
            "one element must be specified in `objects` when `object_type` is `foreign_data_wrapper` or `foreign_server`",
        ],
    ];
    return rules.find(([broken]) => broken)?.[1];
}

function idOf(attributes: Attributes): string {
    const objectType = attributes.text("objectType");
    const place = outsideSchemas.includes(objectType) ? [] : [attributes.text("schema")];
    const named = [...attributes.set("objects"), ...attributes.set("columns")];
    return [attributes.text("role"), attributes.text("database"), ...place, objectType, ...named].join("_");
}
