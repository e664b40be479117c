import type { Attributes } from "./fields";
import { quoteIdentifier, quoteObjects } from "./sql";

/** `GRANT … ON … TO …` for what the grant declares. */
export function grantStatement(attributes: Attributes): string {
    const privileges = attributes.set("privileges").join(",");
    const columns = attributes.text("objectType") === "column" ? ` (${columnsOf(attributes)})` : "";
    const option = attributes.flag("withGrantOption") ? " WITH GRANT OPTION" : "";
    return `GRANT ${privileges}${columns} ON ${targetOf(attributes)} TO ${quoteIdentifier(attributes.text("role"))}${option}`;
}

/**
 * Takes everything away first, or else a grant could not shrink. From named objects only the declared privileges are
 * taken, which leaves grants on their columns alone.
 */
export function revokeStatement(attributes: Attributes): string {
    const objectType = attributes.text("objectType");
    const privileges = attributes.set("privileges").join(",");
    const from = `FROM ${quoteIdentifier(attributes.text("role"))}`;
    if (objectType === "column") {
        const nothing = privileges === "" || attributes.set("columns").length === 0;
        return nothing ? "SELECT NULL" : `REVOKE ${privileges} (${columnsOf(attributes)}) ON ${targetOf(attributes)} ${from}`;
    }
    const named = inSchema.includes(objectType) && attributes.set("objects").length > 0 && privileges !== "";
    return `REVOKE ${named ? privileges : "ALL PRIVILEGES"} ON ${targetOf(attributes)} ${from}`;
}

const inSchema = ["table", "sequence", "function", "procedure", "routine"];

function targetOf(attributes: Attributes): string {
    const objectType = attributes.text("objectType");
    const objects = attributes.set("objects");
    const schema = attributes.text("schema");
    switch (objectType) {
        case "database":
            return `DATABASE ${quoteIdentifier(attributes.text("database"))}`;
        case "schema":
            return `SCHEMA ${quoteIdentifier(schema)}`;
        case "foreign_data_wrapper":
            return `FOREIGN DATA WRAPPER ${quoteIdentifier(objects[0] ?? "")}`;
        case "foreign_server":
            return `FOREIGN SERVER ${quoteIdentifier(objects[0] ?? "")}`;
        case "column":
            return `TABLE ${quoteObjects(schema, objects)}`;
        default:
            return objects.length > 0
                ? `${objectType.toUpperCase()} ${quoteObjects(schema, objects)}`
                : `ALL ${objectType.toUpperCase()}S IN SCHEMA ${quoteIdentifier(schema)}`;
    }
}

function columnsOf(attributes: Attributes): string {
    return attributes.set("columns").map(quoteIdentifier).join(",");
}
