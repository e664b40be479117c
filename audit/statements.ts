import { quoteIdentifier } from "../bootstrap";
import type { Kind, Privilege } from "../access/postgres/world";
import { PUBLIC } from "../access/postgres/world";

/** An object as a statement names it. */
export interface Target {
    readonly kind: Kind;
    readonly database: string;
    readonly schema?: string | undefined;
    readonly name: string;
    /** Of a column, whose `name` begins with its table's. */
    readonly column?: string | undefined;
}

const WORDS: Readonly<Record<Kind, string>> = {
    database: "DATABASE",
    schema: "SCHEMA",
    table: "TABLE",
    column: "TABLE",
    sequence: "SEQUENCE",
    function: "FUNCTION",
    type: "TYPE",
};

/** What an access list is about, in words: `table shop.orders`. */
export function describe({ kind, schema, name }: Target): string {
    return `${kind} ${schema === undefined ? name : `${schema}.${name}`}`;
}

export function grantee(name: string): string {
    return name === PUBLIC ? "PUBLIC" : quoteIdentifier(name);
}

/** `GRANT`'s and `REVOKE`'s middle: `SELECT ("city") ON TABLE "shop"."customers"`. */
export function privilegesOn(privileges: readonly Privilege[], target: Target): string {
    const { kind, schema = "", name, column: own } = target;
    if (kind !== "column" || own === undefined) {
        return `${privileges.join(", ")} ON ${WORDS[kind]} ${qualified(target)}`;
    }
    const [table, column] = [name.slice(0, -own.length - 1), quoteIdentifier(own)];
    return `${privileges.map((privilege) => `${privilege} (${column})`).join(", ")} ON TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

/** A function keeps its argument types, which are no names. */
export function qualified({ kind, schema, name }: Target): string {
    const at = kind === "function" ? name.indexOf("(") : name.length;
    const quoted = `${quoteIdentifier(name.slice(0, at))}${name.slice(at)}`;
    return schema === undefined ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}

export function alterOwner(target: Target, owner: string, relation = WORDS[target.kind]): string {
    return `ALTER ${relation} ${qualified(target)} OWNER TO ${quoteIdentifier(owner)}`;
}

/** `ALTER DEFAULT PRIVILEGES` up to what is granted or revoked. */
export function defaultsOf({ owner, schema }: { readonly owner: string; readonly schema?: string | undefined }): string {
    const place = schema === undefined ? "" : ` IN SCHEMA ${quoteIdentifier(schema)}`;
    return `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)}${place}`;
}
