import { groupedBy } from "../../toolkit/grouped";
import { quoted, shown, type Shown } from "../../toolkit/shown";
import { PUBLIC } from "../postgres/serverState";
import type { FromElsewhere, RightFromElsewhere } from "./fromElsewhere";

/** Objects of one kind with the same rights; the JSON names all. */
const NAMED = 5;

/** Others' logins and their rights, PUBLIC's, and what the stack's logins have from others. */
export function elsewhereLines({ logins, rights }: FromElsewhere): Shown[] {
    if (logins.length + rights.length === 0) {
        return [];
    }
    const held = groupedBy(rights, ({ server, who }) => JSON.stringify([server, who]));
    const named = new Set(logins.map(({ server, login }) => JSON.stringify([server, login])));
    const others = [...held].filter(([key]) => !named.has(key)).map(([, of]) => of);
    return [
        shown``,
        shown`from elsewhere (on existing servers; no resource declares it, and it is no difference):`,
        ...logins.flatMap(({ server, login, attributes, memberOf, chain }) => [
            shown`  login ${login} on ${server}: ${quoted(chain)}`,
            ...(attributes.length === 0 ? [] : [shown`    has ${attributes.join(", ")}`]),
            ...(memberOf.length === 0 ? [] : [shown`    is a member of ${memberOf.join(", ")}`]),
            ...rightLines(held.get(JSON.stringify([server, login])) ?? []),
        ]),
        ...others.flatMap((of) => {
            const [{ server, who, declared } = { server: "", who: "", declared: false }] = of;
            const name =
                who === PUBLIC
                    ? shown`PUBLIC, every login,`
                    : declared
                      ? shown`${who}, this stack's,`
                      : shown`role ${who}`;
            return [shown`  ${name} on ${server}:`, ...rightLines(of)];
        }),
    ];
}

/** `SELECT, INSERT on 7 tables: a, b and 5 more, through readers`. */
function rightLines(rights: readonly RightFromElsewhere[]): Shown[] {
    const byObject = groupedBy(rights, ({ on, through }) => JSON.stringify([on, through]));
    const objects = [...byObject.values()].flatMap((of) => {
        const [first] = of;
        return first === undefined ? [] : [{ ...first, privileges: of.map(({ privilege }) => privilege).join(", ") }];
    });
    // The kind, the database and the schema: what comes before the last dot.
    const alike = groupedBy(objects, ({ on, privileges, through }) =>
        JSON.stringify([privileges, through, on.split(" ")[0], on.split(".")[0]]),
    );
    return [...alike.values()].flatMap((of) => {
        const [first] = of;
        if (first === undefined) {
            return [];
        }
        const more = of.length > NAMED ? shown` and ${of.length - NAMED} more` : shown``;
        const names = of.slice(0, NAMED).map(({ on }) => on);
        const through = first.who === PUBLIC ? shown`` : shown`, through ${first.through}`;
        return [shown`    ${first.privileges} on ${names.join(", ")}${more}${through}`];
    });
}
