import { quoteIdentifier } from "../../../bootstrap/statements";

export { quoteIdentifier };

/**
 * A text between single quotes. Backslashes are doubled as the official provider doubles them (its pqQuoteLiteral),
 * which a server with standard_conforming_strings takes for two.
 */
export function quoteLiteral(text: string): string {
    return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** `name`, or `name(types)` with the name alone in quotes: functions may be told apart by their arguments. */
export function quoteObject(object: string): string {
    const [name = "", types] = object.split("(");
    return types === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)}(${types}`;
}

/** Objects of one schema, as GRANT lists them. */
export function quoteObjects(schema: string, objects: readonly string[]): string {
    return objects.map((object) => `${quoteIdentifier(schema)}.${quoteObject(object)}`).join(",");
}
