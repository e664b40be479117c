import { keyword, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";
import { databaseExists, schemaExists } from "./catalog";
import type { Attributes } from "./fields";
import { PUBLIC, roleExists } from "./membership";
import { listed } from "./sql";
import type { Server } from "./server";

/** What may be granted on what: https://www.postgresql.org/docs/current/sql-grant.html */
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

/** How the catalog abbreviates a type of object. */
export const objectKinds: Readonly<Record<string, string>> = { table: "r", sequence: "S", function: "f", routine: "f", type: "T", schema: "n" };

/** Types of object that are in no schema. */
export const outsideSchemas = ["database", "foreign_data_wrapper", "foreign_server"];

async function allowedFor(server: Server, objectType: string): Promise<readonly string[]> {
    const base = allowed[objectType] ?? [];
    return objectType === "table" && (await server.version()) >= 17 ? [...base, "MAINTAIN"] : base;
}

/** @throws ProviderError naming the first privilege that does not exist for this type of object */
export async function validatePrivileges(server: Server, attributes: Attributes): Promise<void> {
    const objectType = attributes.text("objectType");
    const possible = ["ALL", ...(await allowedFor(server, objectType))];
    const wrong = attributes.set("privileges").find((privilege) => !possible.includes(privilege));
    if (wrong !== undefined) {
        throw new ProviderError(`${wrong} is not an allowed privilege for object type ${objectType}; allowed are ${possible.join(", ")}`);
    }
}

/** What the declaration grants, as GRANT and REVOKE list it. */
export function privilegeWords(attributes: Attributes): Sql {
    const known = ["ALL", "MAINTAIN", ...Object.values(allowed).flat()];
    return listed(attributes.set("privileges").map((privilege) => keyword(privilege, known)));
}

/** Puts what is granted, unless it is what was wanted: ALL is then kept as ALL. */
export async function putPrivileges(server: Server, attributes: Attributes, granted: readonly string[]): Promise<boolean> {
    const wanted = attributes.set("privileges");
    const same = sameSet(granted, wanted) || (wanted.includes("ALL") && sameSet(granted, await allowedFor(server, attributes.text("objectType"))));
    if (!same) {
        attributes.put("privileges", [...granted]);
    }
    return same;
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
    const members = new Set(a);
    return members.size === new Set(b).size && b.every((member) => members.has(member));
}

/** Whether the database, the role and the schema that a grant joins are all there. */
export async function partiesExist(server: Server, attributes: Attributes): Promise<boolean> {
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
