import { PUBLIC } from "../access/postgres/serverState";
import { defaultsOf, describe, grantee, privilegeList, privilegesOn } from "../drift/statements";
import type { Facts } from "../drift/index";
import { groupedBy } from "../toolkit/grouped";
import { sql, type Sql } from "../toolkit/sql";
import type { AdoptFacts, Unexpressed } from "./facts";
import { groupGrants } from "./groupGrants";
import type { Stated } from "./stated";
import { attributesLeft, membershipsLeft } from "./roleRights";

/** Kinds whose plain grants are listed together. */
const SIMPLE = ["table", "sequence", "function", "schema", "database"];

const PLURALS: Readonly<Record<string, Sql>> = {
    table: sql`TABLES`,
    sequence: sql`SEQUENCES`,
    function: sql`FUNCTIONS`,
    type: sql`TYPES`,
    schema: sql`SCHEMAS`,
};

/**
 * All of it, for the adopted database and the server's roles.
 *
 * @param acting the roles that tenants act as
 * @param stated what profiles state
 */
export function unexpressed(
    { database, server }: AdoptFacts,
    acting: ReadonlySet<string>,
    stated: Stated,
): readonly Unexpressed[] {
    const { objects } = server;
    return [
        ...sorted(attributesLeft(server)),
        ...sorted(membershipsLeft(server, stated)),
        ...sorted(grantsIn(server, database)),
        ...sorted(
            groupGrants(
                objects.filter((one) => one.database === database && SIMPLE.includes(one.kind)),
                acting,
                stated,
            ),
        ),
        ...sorted(defaultsLeft(server, database, stated)),
    ];
}

function sorted(some: readonly Unexpressed[]): Unexpressed[] {
    return [...some].sort((one, other) => (one.what < other.what ? -1 : 1));
}

function defaultsLeft({ defaults }: Facts, database: string, stated: Stated): Unexpressed[] {
    return defaults
        .filter((one) => one.database === database)
        .flatMap(({ owner, schema, kind, entries }) => {
            const objects = PLURALS[kind] ?? sql`TABLES`;
            const others = entries.filter(
                (one) => one.grantee !== owner && !stated.hasDefaults({ owner, schema, kind }, one.grantee),
            );
            const groups = [...groupedBy(others, (one) => JSON.stringify([one.grantee, one.grantable])).values()];
            return groups.map((group): Unexpressed => {
                const [first] = group;
                const to = first?.grantee ?? PUBLIC;
                const option = first?.grantable === true ? sql` WITH GRANT OPTION` : sql``;
                const privileges = group.map(({ privilege }) => privilege);
                return {
                    what: `${named(to)} gets ${privileges.join(", ")} on every ${kind} to come of ${owner}${schema === undefined ? "" : ` in schema ${schema}`}`,
                    sql: sql`${defaultsOf({ owner, schema })} GRANT ${privilegeList(privileges)} ON ${objects} TO ${grantee(to)}${option}`,
                    why: "default privileges that no profile states: for a login, for all schemas, or not the same as on the objects that exist",
                };
            });
        });
}

/** Grants on objects, of one grantee and one grantor each, of the kinds that no profile could state. */
function grantsIn({ objects, others }: Facts, database: string): Unexpressed[] {
    const columns = new Map<string, Set<string>>();
    const here = objects.filter((object) => object.database === database);
    for (const { kind, items, name, column } of here) {
        if (kind === "column") {
            for (const item of items) {
                const key = JSON.stringify([item.grantee, item.privilege]);
                columns.set(key, (columns.get(key) ?? new Set()).add(name.slice(0, -(column ?? "").length - 1)));
            }
        }
    }
    const listed = [
        ...here,
        ...others.outside.flatMap(({ grant, ...object }) =>
            grant === undefined || object.database !== database ? [] : [{ ...object, on: grant }],
        ),
    ];
    return listed.flatMap((object) => {
        const held = object.items.filter((item) => item.grantee !== object.owner);
        const groups = groupedBy(held, ({ grantee: to, grantor, grantable }) =>
            JSON.stringify([to, grantor, grantable]),
        );
        return [...groups.values()].flatMap((group): Unexpressed[] => {
            const [first] = group;
            const why = first && reason(object, first, columns);
            if (first === undefined || why === undefined) {
                return [];
            }
            const privileges = group.map(({ privilege }) => privilege);
            const option = first.grantable ? sql` WITH GRANT OPTION` : sql``;
            return [
                {
                    what: `${named(first.grantee)} has ${privileges.join(", ")} on ${describe(object)}${first.grantable ? " with the grant option" : ""}`,
                    sql: sql`GRANT ${privilegesOn(privileges, object)} TO ${grantee(first.grantee)}${option}`,
                    why,
                },
            ];
        });
    });
}

function reason(
    { kind, owner }: { readonly kind: string; readonly owner: string },
    item: {
        readonly grantee: string;
        readonly grantor: string;
        readonly privilege: string;
        readonly grantable: boolean;
    },
    columns: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
    if (item.grantable) {
        return "the config grants nothing with the grant option";
    }
    if (item.grantor !== owner) {
        return `granted by ${item.grantor}, not by the owner ${owner}: the provider would not revoke it`;
    }
    if (item.grantee === PUBLIC && SIMPLE.includes(kind) && kind !== "database" && kind !== "schema") {
        return undefined;
    }
    if (item.grantee === PUBLIC) {
        return kind === "database" || kind === "schema"
            ? "a right of PUBLIC, which access.publicRights: keep leaves as it is"
            : "a right of PUBLIC, which the config never grants";
    }
    if (kind === "column") {
        const tables = columns.get(JSON.stringify([item.grantee, item.privilege]))?.size ?? 0;
        return tables > 1
            ? `a grant on columns of ${tables} tables; a profile's grant names the columns of one`
            : "a grant on columns of a table that the config does not manage";
    }
    return SIMPLE.includes(kind) ? undefined : `a right on a ${kind}, which the config does not grant`;
}

function named(to: string): string {
    return to === PUBLIC ? "PUBLIC" : to;
}
