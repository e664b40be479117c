import { configKeys, fallback, sentence, type Key } from "./configKeys";

/**
 * The schema that editors use to complete and check `Pulumi.<stack>.yaml`. It describes single keys; the program checks
 * constraints between keys.
 */
export function jsonSchema(): string {
    const { properties = {} } = configKeys;
    const known = Object.keys(properties).join("|");
    const schema = {
        $schema: "http://json-schema.org/draft-07/schema#",
        $comment: "Written by `npm run reference`.",
        title: "A stack of Keyless",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: {
                    "aws:region": {
                        type: "string",
                        description: "The region of the stack",
                        examples: ["eu-central-1"],
                    },
                    ...allForEditors(properties, "keyless:"),
                },
                patternProperties: { [`^keyless:(?!(${known})$)`]: { not: {}, errorMessage: "unknown key" } },
            },
        },
    };
    return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Keywords that the reference adds to JSON Schema; the description states them in words. */
const own = new Set(["unit", "allowed", "absent", "more"]);

/** A key in words that editors show: VS Code and others know `patternErrorMessage` beside the standard. */
function forEditors(key: Key): Key {
    const { allowed, properties, items, anyOf, pattern } = key;
    return {
        ...Object.fromEntries(Object.entries(key).filter(([keyword]) => !own.has(keyword))),
        ...(key.description === undefined ? {} : { description: description(key) }),
        ...(pattern === undefined ? {} : { pattern, patternErrorMessage: `must be ${allowed}` }),
        ...(properties === undefined ? {} : { properties: allForEditors(properties) }),
        ...(items === undefined ? {} : { items: forEditors(items) }),
        ...(anyOf === undefined ? {} : { anyOf: anyOf.map(forEditors) }),
    };
}

function allForEditors(keys: Readonly<Record<string, Key>>, prefix = ""): Record<string, Key> {
    return Object.fromEntries(Object.entries(keys).map(([name, key]) => [prefix + name, forEditors(key)]));
}

function description(key: Key): string {
    const { allowed, more } = key;
    const without = fallback(key);
    return [
        `${sentence(key)}.`,
        ...(allowed === undefined || key.enum !== undefined || key.type === "boolean" ? [] : [`Allowed: ${allowed}.`]),
        ...(without === undefined ? [] : [`Default: ${without}.`]),
        ...(more === undefined ? [] : [`More: docs/${more}`]),
    ].join("\n");
}
