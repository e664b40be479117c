import { keyword, parameter, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import type { Attributes, Fields } from "./fields";
import type { ResourceType } from "./kind";
import { lockRole, roleOid, withRolesGranted } from "./membership";
import { objectKinds, partiesExist, privilegeWords, putPrivileges, validatePrivileges } from "./privileges";
import { named } from "./sql";
import type { ConfiguredServer, StatementRunner } from "./server";

const fields: Fields = {
    role: { type: "text", required: true, forceNew: true },
    database: { type: "text", required: true, forceNew: true },
    owner: { type: "text", required: true, forceNew: true },
    schema: { type: "text", forceNew: true },
    objectType: { type: "text", required: true, forceNew: true, allowed: Object.keys(objectKinds) },
    privileges: { type: "set", required: true },
    withGrantOption: { type: "flag", default: false, forceNew: true },
};

/** `postgresql:index/defaultPrivileges:DefaultPrivileges`. Every operation, even a read, waits for the owner's lock. */
export const defaultPrivileges: ResourceType = {
    fields,
    idOf,
    create: write,
    update: write,
    exists: partiesExist,

    async read(server, attributes) {
        const granted = await server.transaction(attributes.text("database"), (session) =>
            readGranted(session, attributes),
        );
        if (granted.length === 0 && attributes.set("privileges").length > 0) {
            return false;
        }
        await putPrivileges(server, attributes, granted);
        attributes.id = idOf(attributes);
        return true;
    },

    async delete(server, attributes) {
        await locked(server, attributes, (session) => revoke(session, attributes));
    },
};

async function write(server: ConfiguredServer, attributes: Attributes): Promise<void> {
    if (attributes.text("schema") !== "" && attributes.text("objectType") === "schema") {
        throw new ProviderError("cannot specify `schema` when `object_type` is `schema`");
    }
    if (attributes.flag("withGrantOption") && attributes.text("role").toLowerCase() === "public") {
        throw new ProviderError("with_grant_option cannot be true for role 'public'");
    }
    await validatePrivileges(server, attributes);
    await locked(server, attributes, async (session) => {
        await revoke(session, attributes);
        if (attributes.set("privileges").length > 0) {
            const option = attributes.flag("withGrantOption") ? sql` WITH GRANT OPTION` : sql``;
            const statement = sql`${alter(attributes)} GRANT ${privilegeWords(attributes)} ${objectsTo(attributes, sql`TO`)}${option}`;
            await session.run(statement, "could not alter default privileges");
        }
    });
    attributes.id = idOf(attributes);
}

async function locked(
    server: ConfiguredServer,
    attributes: Attributes,
    work: (session: StatementRunner) => Promise<void>,
): Promise<void> {
    const owner = attributes.text("owner");
    await server.transaction(attributes.text("database"), async (session) => {
        await lockRole(session, owner);
        await withRolesGranted(session, [owner], () => work(session));
    });
}

async function revoke(session: StatementRunner, attributes: Attributes): Promise<void> {
    await session.run(
        sql`${alter(attributes)} REVOKE ALL ${objectsTo(attributes, sql`FROM`)}`,
        "could not revoke default privileges",
    );
}

async function readGranted(session: StatementRunner, attributes: Attributes): Promise<string[]> {
    const owner = attributes.text("owner");
    await lockRole(session, owner);
    const oid = await roleOid(session, attributes.text("role"));
    const schema = attributes.text("schema");
    const place =
        schema === ""
            ? sql`namespace = 0`
            : sql`namespace = (SELECT oid FROM pg_namespace WHERE nspname = ${parameter(schema)})`;
    const [row] = await session.run<{ privileges: string[] | null }>(
        sql`SELECT array_agg(prtype)::text[] AS privileges FROM (
            SELECT defaclnamespace, (aclexplode(defaclacl)).* FROM pg_default_acl WHERE defaclobjtype = ${parameter(objectKinds[attributes.text("objectType")])}
        ) AS t (namespace, grantor_oid, grantee_oid, prtype, grantable)
        WHERE grantee_oid = ${parameter(oid)} AND pg_get_userbyid(grantor_oid) = ${parameter(owner)} AND ${place}`,
        "could not read default privileges",
    );
    return row?.privileges ?? [];
}

function alter(attributes: Attributes): Sql {
    const schema = attributes.text("schema");
    const place = schema === "" ? sql`` : sql` IN SCHEMA ${named(schema)}`;
    return sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${named(attributes.text("owner"))}${place}`;
}

function objectsTo(attributes: Attributes, preposition: Sql): Sql {
    const objects = keyword(pluralOf(attributes.text("objectType")), Object.keys(objectKinds).map(pluralOf));
    return sql`ON ${objects} ${preposition} ${named(attributes.text("role"))}`;
}

function pluralOf(objectType: string): string {
    return `${objectType.toUpperCase()}S`;
}

function idOf(attributes: Attributes): string {
    const parts = ["role", "database", "schema", "owner", "objectType"].map((name) => attributes.text(name));
    return parts.map((part, index) => (index === 2 && part === "" ? "noschema" : part)).join("_");
}
