import type { Server } from "../databases/servers";
import { keyOf } from "../postgres/serverState";
import type { ObjectKind, PgObject } from "../postgres/serverState";

/** Data, or a container of data: a column of the matrix. */
export interface Datum {
    /** Unique, and stable across versions of a stack. */
    readonly key: string;
    readonly kind: ObjectKind | "server";
    readonly server: string;
    readonly database?: string;
    readonly schema?: string;
    /** Human-readable, without server and database: `shop.orders`, `schema shop`, `shop: tables to come of shop_owner`. */
    readonly label: string;
    /** The key of the datum that stood for this one before it existed: the same owner's future objects. */
    readonly foreseen?: string;
    /** The table or column for assertions to match: `orders`, `orders.total`. */
    readonly name?: string;
}

const PLURALS: Partial<Record<ObjectKind, string>> = { table: "tables", sequence: "sequences", function: "functions" };

export function datumOf(server: Server, object: PgObject): Datum {
    const { kind, database } = object;
    const schema = kind === "schema" ? object.name : object.schema;
    const place = { key: `${server.key}/${keyOf(object)}`, kind, server: server.key, database, schema };
    if (kind === "database") {
        return { ...place, label: `database ${object.name}` };
    }
    if (kind === "schema") {
        return { ...place, label: `schema ${object.name}` };
    }
    const name = object.name === "*" ? undefined : object.name;
    const many = `${object.future === true ? `${PLURALS[kind] ?? kind} to come of ${object.owner}` : `all ${PLURALS[kind] ?? kind}`}`;
    const foreseen =
        object.future === true || kind === "column"
            ? undefined
            : `${server.key}/${keyOf({ ...object, name: "*", future: true })}`;
    return { ...place, name, foreseen, label: name === undefined ? `${schema}: ${many}` : `${schema}.${name}` };
}

/** The server as a whole, which administrators reach, and whose data a login may reach of which nothing is known. */
export function serverDatum(key: string): Datum {
    return { key, kind: "server", server: key, label: `all of ${key}` };
}
