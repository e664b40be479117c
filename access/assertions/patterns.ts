const expressions = new Map<string, RegExp>();

/** Whether a pattern matches a name; `*` stands for any text. */
export function matches(pattern: string, text: string): boolean {
    const known =
        expressions.get(pattern) ??
        new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
    expressions.set(pattern, known);
    return known.test(text);
}

/** Whether a pattern matches all that another one does: no name contains `*`, so only a `*` matches the other's. */
export function includes(outer: string, inner: string): boolean {
    return matches(outer, inner.replaceAll("*", "\0"));
}

/** What DATA means: `place/schema.name`, where both may be empty; the name is a table's or, after a dot, a column's. */
export interface DataPattern {
    readonly place: string;
    readonly schema: string;
    readonly name: string;
    /** The table in the name. */
    readonly table: string;
}

export function dataPattern(text: string): DataPattern {
    const slash = text.lastIndexOf("/");
    const [schema = "", table = "", ...column] = text.slice(slash + 1).split(".");
    return { place: text.slice(0, Math.max(slash, 0)), schema, name: [table, ...column].join("."), table };
}

/** Whether the name matches a table or column: itself, the column's table, or a column of the table. */
export function meansName({ name, table }: DataPattern, found: string): boolean {
    const parts = found.split(".");
    const prefixes = parts.map((_, index) => parts.slice(0, index + 1).join("."));
    return name === "" || prefixes.some((prefix) => matches(name, prefix)) || (name !== table && matches(table, found));
}

/** Whether DATA matches everything that another DATA does. */
export function includesData(outer: string, inner: string): boolean {
    const [whole, part] = [dataPattern(outer), dataPattern(inner)];
    const columns = whole.name !== whole.table && includes(whole.name, part.name) && includes(whole.table, part.table);
    const named = part.name !== "" && (includes(whole.name, part.table) || columns);
    return (
        (whole.place === "" || includes(whole.place, part.place)) &&
        includes(whole.schema, part.schema) &&
        (whole.name === "" || named)
    );
}
