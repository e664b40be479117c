import { argumentTypes, identifier, join, literal, sql, type Sql } from "../../../toolkit/sql";
import { ProviderError } from "../protocol/types";

/**
 * A name, quoted.
 *
 * @throws ProviderError for a name that the server would change: the official provider sends it regardless
 */
export function named(name: string): Sql {
    return withProviderError(() => identifier(name));
}

/**
 * A string as a constant. Backslashes are doubled as in the official provider's pqQuoteLiteral; a server with
 * standard_conforming_strings reads two.
 */
export function constant(text: string): Sql {
    return withProviderError(() => literal(text.replaceAll("\\", "\\\\")));
}

/** `name`, or `name(types)` with only the name in quotes: functions can be overloaded. */
function objectNamed(object: string): Sql {
    const at = object.indexOf("(");
    return at === -1
        ? named(object)
        : sql`${named(object.slice(0, at))}${withProviderError(() => argumentTypes(object.slice(at)))}`;
}

/** Objects of one schema, as GRANT lists them. */
export function objectsIn(schema: string, objects: readonly string[]): Sql {
    return listed(objects.map((object) => sql`${named(schema)}.${objectNamed(object)}`));
}

/** As the official provider joins lists: without a space. */
export function listed(parts: readonly Sql[]): Sql {
    return join(parts, sql`,`);
}

function withProviderError(make: () => Sql): Sql {
    try {
        return make();
    } catch (error) {
        throw new ProviderError(error instanceof Error ? error.message : String(error));
    }
}
