import { visible } from "../../../toolkit/visible";
import type { GroupObject } from "./catalog";
import type { Atom } from "./rights";

const SINGULAR = { tables: "table", sequences: "sequence", functions: "function", schemas: "schema" } as const;

/** `SELECT on all tables of orders in schema shop`. */
export function describeAtom({ on, schema, object, column, owner, privilege }: Atom): string {
    const place =
        on === "schemas"
            ? `schema ${visible(schema)}`
            : object === undefined
              ? `all ${on} of ${visible(owner)} in schema ${visible(schema)}`
              : `${SINGULAR[on]} ${visible(schema)}.${visible(object)}`;
    const what = column === undefined ? place : `column ${visible(column)} of ${place}`;
    return privilege === "" ? what : `${privilege} on ${what}`;
}

/** Any more are only counted. */
const MOST = 10;

/** `table shop.orders, table shop.lines`. */
export function describePlaces(objects: readonly GroupObject[]): string {
    const names = objects.map(({ on, schema, name }) =>
        on === "schemas" ? `schema ${visible(name)}` : `${SINGULAR[on]} ${visible(schema)}.${visible(name)}`,
    );
    return [...names.slice(0, MOST), ...(names.length > MOST ? [`${names.length - MOST} more`] : [])].join(", ");
}
