import { keyword, sql, type Sql } from "../../../toolkit/sql";
import type { Attributes } from "./fields";
import { privilegeWords } from "./privileges";
import { listed, named, objectsIn } from "./sql";

/** The `GRANT … ON … TO …` of the declaration. */
export function grantStatement(attributes: Attributes): Sql {
    const columns = attributes.text("objectType") === "column" ? sql` (${columnsOf(attributes)})` : sql``;
    const option = attributes.flag("withGrantOption") ? sql` WITH GRANT OPTION` : sql``;
    return sql`GRANT ${privilegeWords(attributes)}${columns} ON ${targetOf(attributes)} TO ${named(attributes.text("role"))}${option}`;
}

/**
 * Revokes everything first, or a grant could not shrink. From named objects it revokes only the declared privileges,
 * which keeps grants on their columns.
 */
export function revokeStatement(attributes: Attributes): Sql {
    const objectType = attributes.text("objectType");
    const some = attributes.set("privileges").length > 0;
    const from = sql`FROM ${named(attributes.text("role"))}`;
    if (objectType === "column") {
        const nothing = !some || attributes.set("columns").length === 0;
        return nothing
            ? sql`SELECT NULL`
            : sql`REVOKE ${privilegeWords(attributes)} (${columnsOf(attributes)}) ON ${targetOf(attributes)} ${from}`;
    }
    const these = inSchema.includes(objectType) && attributes.set("objects").length > 0 && some;
    return sql`REVOKE ${these ? privilegeWords(attributes) : sql`ALL PRIVILEGES`} ON ${targetOf(attributes)} ${from}`;
}

const inSchema = ["table", "sequence", "function", "procedure", "routine"];

function targetOf(attributes: Attributes): Sql {
    const objectType = attributes.text("objectType");
    const objects = attributes.set("objects");
    const schema = attributes.text("schema");
    switch (objectType) {
        case "database":
            return sql`DATABASE ${named(attributes.text("database"))}`;
        case "schema":
            return sql`SCHEMA ${named(schema)}`;
        case "foreign_data_wrapper":
            return sql`FOREIGN DATA WRAPPER ${named(objects[0] ?? "")}`;
        case "foreign_server":
            return sql`FOREIGN SERVER ${named(objects[0] ?? "")}`;
        case "column":
            return sql`TABLE ${objectsIn(schema, objects)}`;
        default:
            return objects.length > 0
                ? sql`${wordOf(objectType, "")} ${objectsIn(schema, objects)}`
                : sql`ALL ${wordOf(objectType, "S")} IN SCHEMA ${named(schema)}`;
    }
}

function wordOf(objectType: string, plural: "" | "S"): Sql {
    return keyword(
        `${objectType.toUpperCase()}${plural}`,
        inSchema.map((type) => `${type.toUpperCase()}${plural}`),
    );
}

function columnsOf(attributes: Attributes): Sql {
    return listed(attributes.set("columns").map(named));
}
