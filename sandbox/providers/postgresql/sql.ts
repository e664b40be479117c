import { argumentTypes, identifier, join, literal, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";

/**
 * A name, quoted.
 *
 * @throws ProviderError for one that the server would take for another: the official provider sends it all the same
 */
export function named(name: string): Sql {
    return told(() => identifier(name));
}

/**
 * A text as a constant. Backslashes are doubled as the official provider doubles them (its pqQuoteLiteral), which a server
 * with standard_conforming_strings takes for two.
 */
export function constant(text: string): Sql {
    return told(() => literal(text.replaceAll("\\", "\\\\")));
}

/** `name`, or `name(types)` with the name alone in quotes: functions may be told apart by their arguments. */
function objectNamed(object: string): Sql {
    const at = object.indexOf("(");
    return at === -1 ? named(object) : sql`${named(object.slice(0, at))}${told(() => argumentTypes(object.slice(at)))}`;
}

/** Objects of one schema, as GRANT lists them. */
export function objectsIn(schema: string, objects: readonly string[]): Sql {
    return listed(objects.map((object) => sql`${named(schema)}.${objectNamed(object)}`));
}

/** As the official provider lists things: without a blank. */
export function listed(parts: readonly Sql[]): Sql {
    return join(parts, sql`,`);
}

function told(make: () => Sql): Sql {
    try {
        return make();
    } catch (error) {
        throw new ProviderError(error instanceof Error ? error.message : String(error));
    }
}
