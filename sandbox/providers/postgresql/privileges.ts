import { keyword, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import { databaseExists, schemaExists } from "./catalog";
import type { Attributes } from "./fields";
import { PUBLIC, roleExists } from "./membership";
import { listed } from "./sql";
import type { ConfiguredServer } from "./server";

/** Privileges per object type: https://www.postgresql.org/docs/current/sql-grant.html */
const allowed: Readonly<Record<string, readonly string[]>> = {
    database: ["CREATE", "CONNECT", "TEMPORARY"],
    table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
    sequence: ["USAGE", "SELECT", "UPDATE"],
    schema: ["CREATE", "USAGE"],
    function: ["EXECUTE"],
    procedure: ["EXECUTE"],
    routine: ["EXECUTE"],
    type: ["USAGE"],
    foreign_data_wrapper: ["USAGE"],
    foreign_server: ["USAGE"],
    column: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
};

/** The catalog's abbreviation of an object type. */
export const objectKinds: Readonly<Record<string, string>> = {
    table: "r",
    sequence: "S",
    function: "f",
    routine: "f",
    type: "T",
    schema: "n",
};

/** Object types outside schemas. */
export const outsideSchemas = ["database", "foreign_data_wrapper", "foreign_server"];

async function allowedFor(server: ConfiguredServer, objectType: string): Promise<readonly string[]> {
    const base = allowed[objectType] ?? [];
    return objectType === "table" && (await server.version()) >= 17 ? [...base, "MAINTAIN"] : base;
}

/** @throws ProviderError for the first privilege that does not exist for this object type */
export async function validatePrivileges(server: ConfiguredServer, attributes: Attributes): Promise<void> {
    const objectType = attributes.text("objectType");
    const possible = ["ALL", ...(await allowedFor(server, objectType))];
    const wrong = attributes.set("privileges").find((privilege) => !possible.includes(privilege));
    if (wrong !== undefined) {
        throw new ProviderError(
            `${wrong} is not an allowed privilege for object type ${objectType}; allowed are ${possible.join(", ")}`,
        );
    }
}

/** The declared privileges, as GRANT and REVOKE list them. */
export function privilegeWords(attributes: Attributes): Sql {
    const known = ["ALL", "MAINTAIN", ...Object.values(allowed).flat()];
    return listed(attributes.set("privileges").map((privilege) => keyword(privilege, known)));
}

/** Stores the granted privileges if they differ from the desired ones: ALL stays ALL. */
export async function putPrivileges(
    server: ConfiguredServer,
    attributes: Attributes,
    granted: readonly string[],
): Promise<boolean> {
    const wanted = attributes.set("privileges");
    const same =
        sameSet(granted, wanted) ||
        (wanted.includes("ALL") && sameSet(granted, await allowedFor(server, attributes.text("objectType"))));
    if (!same) {
        attributes.put("privileges", [...granted]);
    }
    return same;
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
    const members = new Set(a);
    return members.size === new Set(b).size && b.every((member) => members.has(member));
}

/** Whether the grant's database, role and schema all exist. */
export async function partiesExist(server: ConfiguredServer, attributes: Attributes): Promise<boolean> {
    const database = attributes.text("database");
    if (!(await databaseExists(server, database))) {
        return false;
    }
    return server.transaction(database, async (session) => {
        const role = attributes.text("role");
        if (role !== PUBLIC && !(await roleExists(session, role))) {
            return false;
        }
        const schema = attributes.text("schema");
        return outsideSchemas.includes(attributes.text("objectType")) || schema === "" || schemaExists(session, schema);
    });
}
