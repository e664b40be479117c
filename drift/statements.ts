import type { ObjectFacts } from "../access/catalog/facts";
import { PRIVILEGES, PUBLIC } from "../access/postgres/serverState";
import { identifier, join, keyword, sql, type Sql } from "../toolkit/sql";

/** An object, as statements name it. */
export interface NamedObject {
    readonly kind: string;
    readonly database: string;
    readonly schema?: string | undefined;
    readonly name: string;
    /** For a column, its table. */
    readonly on: Sql;
    readonly column?: string | undefined;
}

/** Describes an access list's object: `table shop.orders`. */
export function describe({ kind, schema, name }: Pick<NamedObject, "kind" | "schema" | "name">): string {
    return `${kind} ${schema === undefined ? name : `${schema}.${name}`}`;
}

export function grantee(name: string): Sql {
    return name === PUBLIC ? sql`PUBLIC` : identifier(name);
}

/** Those of parameters are no other object's. */
const KEYWORDS = [...PRIVILEGES, "SET", "ALTER SYSTEM"];

/** `SELECT, INSERT`. */
export function privilegeList(privileges: readonly string[]): Sql {
    return join(privileges.map((privilege) => keyword(privilege, KEYWORDS)));
}

/** The middle of `GRANT` and `REVOKE`: `SELECT ("city") ON TABLE "shop"."customers"`. */
export function privilegesOn(privileges: readonly string[], { on, column }: Pick<NamedObject, "on" | "column">): Sql {
    if (column === undefined) {
        return sql`${privilegeList(privileges)} ON ${on}`;
    }
    return sql`${join(privileges.map((privilege) => sql`${privilegeList([privilege])} (${identifier(column)})`))} ON ${on}`;
}

export function alterOwner({ on }: Pick<NamedObject, "on">, owner: string): Sql {
    return sql`ALTER ${on} OWNER TO ${identifier(owner)}`;
}

/** `ALTER DEFAULT PRIVILEGES` up to `GRANT` or `REVOKE`. */
export function defaultsOf({ owner, schema }: { readonly owner: string; readonly schema?: string | undefined }): Sql {
    const place = schema === undefined ? sql`` : sql` IN SCHEMA ${identifier(schema)}`;
    return sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)}${place}`;
}

/** An object, as `GRANT` and `ALTER` name it; for a column, its table. */
export function inStatements({ kind, schema, on, types }: ObjectFacts): Sql {
    if (schema === undefined) {
        return kind === "database" ? sql`DATABASE ${identifier(on)}` : sql`SCHEMA ${identifier(on)}`;
    }
    const place = identifier(schema, on);
    if (types !== undefined) {
        // ROUTINE is a function, a procedure or an aggregate. IN means that the list omits output arguments, which is allowed:
        // https://www.postgresql.org/docs/current/sql-grant.html, https://www.postgresql.org/docs/current/sql-alterprocedure.html
        return sql`ROUTINE ${place}(${join(types.map((type) => sql`IN ${identifier(...type)}`))})`;
    }
    return kind === "sequence" ? sql`SEQUENCE ${place}` : sql`TABLE ${place}`;
}
