import type { Props, Value } from "../../../cloud/props";
import type { Failure } from "../../protocol/types";
import { UNKNOWN, isUnknown } from "../../../cloud/props";
import type { Fields, PropertyType } from "./schema";
import { isProps } from "../../../cloud/props";

/** The errors that the SDK's types report at compile time: unknown names, missing ones, wrong types. */
export function shapeFailures(props: Props, fields: Fields, path = ""): Failure[] {
    const missing = [...fields]
        .filter(([name, field]) => field.required && (props[name] === undefined || props[name] === null))
        .map(([name]) => ({
            property: path + name,
            reason: `Missing required argument. The argument "${name}" is required, but no definition was found`,
        }));
    const wrong = Object.entries(props).flatMap(([name, value]) => {
        const field = fields.get(name);
        return field === undefined
            ? [
                  {
                      property: path + name,
                      reason: `Invalid or unknown key; allowed are ${[...fields.keys()].sort().join(", ")}`,
                  },
              ]
            : typeFailures(value, field.type, path + name);
    });
    return [...missing, ...wrong];
}

function typeFailures(value: Value, type: PropertyType, path: string): Failure[] {
    if (value === UNKNOWN || value === null || type.kind === "any") {
        return [];
    }
    const given = kindOf(value);
    switch (type.kind) {
        case "array":
            return Array.isArray(value)
                ? value.flatMap((each, i) => typeFailures(each, type.of, `${path}[${i}]`))
                : [mismatch(path, "array", given)];
        case "map":
            return isProps(value)
                ? Object.entries(value).flatMap(([key, each]) => typeFailures(each, type.of, `${path}.${key}`))
                : [mismatch(path, "map", given)];
        case "object":
            return isProps(value) ? shapeFailures(value, type.fields(), `${path}.`) : [mismatch(path, "object", given)];
        case "document":
            return given === "string" || given === "object" ? [] : [mismatch(path, "JSON document", given)];
        default:
            return given === type.kind ? [] : [mismatch(path, type.kind, given)];
    }
}

/** The arguments as sent to the service: without nulls, and with document objects serialized as JSON. */
export function normalised(props: Props, fields: Fields): Props {
    const present = Object.entries(props).filter(([, value]) => value !== null);
    return Object.fromEntries(
        present.map(([name, value]) => [name, fields.get(name)?.type.kind === "document" ? asText(value) : value]),
    );
}

function asText(document: Value): Value {
    if (!isProps(document)) {
        return document;
    }
    return isUnknown(document) ? UNKNOWN : JSON.stringify(document);
}

function kindOf(value: Value): string {
    return Array.isArray(value) ? "array" : typeof value;
}

function mismatch(property: string, wanted: string, given: string): Failure {
    return { property, reason: `expected ${wanted} type, got ${given} type` };
}
