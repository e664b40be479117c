import { PUBLIC } from "../access/postgres/serverState";
import { describe, grantee as nameOf, privilegeList, privilegesOn } from "../drift/statements";
import type { Facts } from "../drift/index";
import { groupedBy } from "../toolkit/grouped";
import { identifier, sql, type Sql } from "../toolkit/sql";
import type { Unexpressed } from "./facts";
import type { Stated } from "./stated";

type Listed = Facts["objects"][number];

const ALL: Readonly<Record<string, Sql>> = {
    table: sql`ALL TABLES`,
    sequence: sql`ALL SEQUENCES`,
    function: sql`ALL ROUTINES`,
};

const WHY =
    "no profile states it: a profile takes over a group, with all that it holds by plain grants of a role that a tenant acts as";

const PUBLICS = "a right of PUBLIC, which the config never grants";

/**
 * Plain grants of owners to PUBLIC and to others than the tenants' roles, such as groups; those on all objects of a kind in a schema together.
 *
 * @param acting the roles that tenants act as: what they hold, the new logins hold
 * @param stated what profiles state
 */
export function groupGrants(
    objects: readonly Listed[],
    acting: ReadonlySet<string>,
    stated: Stated,
): readonly Unexpressed[] {
    const held = objects.flatMap((object) => {
        const items = object.items.filter(
            ({ grantee, grantor, grantable }) =>
                grantee !== object.owner &&
                (grantee !== PUBLIC || object.kind in ALL) &&
                grantor === object.owner &&
                !grantable &&
                !acting.has(grantee) &&
                !stated.hasGrant(object, grantee),
        );
        return [...groupedBy(items, ({ grantee }) => grantee)].map(([grantee, some]) => ({
            object,
            grantee,
            privileges: some.map(({ privilege }) => privilege).sort(),
        }));
    });
    const counts = groupedBy(objects, placeOf);
    const groups = groupedBy(held, ({ object, grantee, privileges }) =>
        JSON.stringify([placeOf(object), grantee, privileges]),
    );
    return [...groups.values()].flatMap((group): Unexpressed[] => {
        const [first] = group;
        if (first === undefined) {
            return [];
        }
        const { object, grantee, privileges } = first;
        const { kind, schema } = object;
        const all = ALL[kind];
        const name = grantee === PUBLIC ? "PUBLIC" : grantee;
        const why = grantee === PUBLIC ? PUBLICS : WHY;
        if (
            all !== undefined &&
            schema !== undefined &&
            group.length > 1 &&
            group.length === counts.get(placeOf(object))?.length
        ) {
            return [
                {
                    what: `${name} has ${privileges.join(", ")} on all ${group.length} ${kind}s of schema ${schema}`,
                    sql: sql`GRANT ${privilegeList(privileges)} ON ${all} IN SCHEMA ${identifier(schema)} TO ${nameOf(grantee)}`,
                    why,
                },
            ];
        }
        return group.map((one) => ({
            what: `${name} has ${privileges.join(", ")} on ${describe(one.object)}`,
            sql: sql`GRANT ${privilegesOn(privileges, one.object)} TO ${nameOf(grantee)}`,
            why,
        }));
    });
}

function placeOf({ kind, schema }: Listed): string {
    return JSON.stringify([kind, schema]);
}
