import { identifier, join, literal, operatorName, sql, type Sql } from "../../toolkit/sql";

/** A row of the queries beside this file. */
export interface CatalogRow {
    readonly kind: string;
    readonly schema: string | null;
    readonly name: string;
    readonly args: unknown;
}

/** What `ALTER … OWNER TO` names a kind, where that is more than its own name; others are what GRANT names, too. */
const KEYWORDS: Readonly<Record<string, Sql>> = {
    schema: sql`SCHEMA`,
    table: sql`TABLE`,
    sequence: sql`SEQUENCE`,
    type: sql`TYPE`,
    collation: sql`COLLATION`,
    conversion: sql`CONVERSION`,
    "statistics object": sql`STATISTICS`,
    "text search configuration": sql`TEXT SEARCH CONFIGURATION`,
    "text search dictionary": sql`TEXT SEARCH DICTIONARY`,
    "foreign-data wrapper": sql`FOREIGN DATA WRAPPER`,
    language: sql`LANGUAGE`,
    publication: sql`PUBLICATION`,
    tablespace: sql`TABLESPACE`,
};

/** An object as `ALTER` and `GRANT … ON` name it. `undefined` for what these statements do not know, or cannot name safely. */
export function targetOf({ kind, schema, name, args }: CatalogRow): { readonly alter?: Sql; readonly grant?: Sql } {
    const place = schema === null ? identifier(name) : identifier(schema, name);
    switch (kind) {
        case "function": {
            const routine = sql`ROUTINE ${place}(${join((args as TypeName[]).map((type) => sql`IN ${identifier(...type)}`))})`;
            return { alter: routine, grant: routine };
        }
        case "column":
            return { grant: sql`TABLE ${place}` };
        case "operator": {
            const operands = (args as readonly (TypeName | null)[]).map((type) =>
                type === null ? sql`NONE` : identifier(...type),
            );
            return { alter: sql`OPERATOR ${identifier(schema ?? "")}.${operatorName(name)} (${join(operands)})` };
        }
        case "operator class":
            return { alter: sql`OPERATOR CLASS ${place} USING ${identifier(String(args))}` };
        case "operator family":
            return { alter: sql`OPERATOR FAMILY ${place} USING ${identifier(String(args))}` };
        case "foreign server":
            return { alter: sql`SERVER ${place}`, grant: sql`FOREIGN SERVER ${place}` };
        case "large object": {
            const object = sql`LARGE OBJECT ${literal(Number(name))}`;
            return { alter: object, grant: object };
        }
        case "parameter":
            // An extension's parameter is qualified by a prefix: https://www.postgresql.org/docs/current/runtime-config-custom.html
            return {
                grant: sql`PARAMETER ${join(
                    name.split(".").map((part) => identifier(part)),
                    sql`.`,
                )}`,
            };
        default: {
            const word = KEYWORDS[kind];
            return word === undefined ? {} : { alter: sql`${word} ${place}`, grant: sql`${word} ${place}` };
        }
    }
}

type TypeName = readonly [schema: string, type: string];
