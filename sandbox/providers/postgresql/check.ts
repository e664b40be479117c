import { randomBytes } from "node:crypto";
import { UNKNOWN } from "../../cloud/props";
import type { Props, Value } from "../../cloud/props";
import type { Checked, Context, Failure } from "../protocol/types";
import { DEFAULTS, isDefaulted } from "./fields";
import type { Field, Fields } from "./fields";

/** Fills in the name and the defaults, and collects all errors. */
export function checkInputs(fields: Fields, news: Props, olds: Props | undefined, context: Context): Checked {
    const inputs: Props = { ...news };
    const defaults: string[] = [];
    const failures: Failure[] = [];
    for (const property of Object.keys(news)) {
        if (fields[property] === undefined && !property.startsWith("__")) {
            failures.push({
                property,
                reason: `is not an argument of ${context.type}; its arguments are ${Object.keys(fields).join(", ")}`,
            });
        }
    }
    if (fields["name"] !== undefined && inputs["name"] === undefined) {
        inputs["name"] = autoname(olds, context);
        defaults.push("name");
    }
    for (const [property, field] of Object.entries(fields)) {
        const value = inputs[property];
        if (value === undefined && field.required === true) {
            failures.push({ property, reason: "is required" });
        } else if (value === undefined && Boolean(field.default)) {
            inputs[property] = field.default ?? null;
            defaults.push(property);
        } else if (value !== undefined && value !== UNKNOWN) {
            failures.push(
                ...relations(field, inputs, property),
                ...wrong(field, value).map((reason) => ({ property, reason })),
            );
        }
    }
    return { inputs: { ...inputs, [DEFAULTS]: defaults.sort() }, failures };
}

/** The bridge of the official provider adds 7 hexadecimal digits, and keeps an existing name. */
function autoname(olds: Props | undefined, { name, randomSeed }: Context): string {
    const old = olds?.["name"];
    if (typeof old === "string" && isDefaulted(olds, "name")) {
        return old;
    }
    const random = randomSeed === undefined || randomSeed.length < 4 ? randomBytes(4) : Buffer.from(randomSeed);
    return `${name}-${random.toString("hex").slice(0, 7)}`;
}

function relations(field: Field, inputs: Props, property: string): Failure[] {
    const conflicts = (field.conflictsWith ?? []).filter((other) => inputs[other] !== undefined);
    const missing = (field.requiredWith ?? []).filter((other) => inputs[other] === undefined);
    return [
        ...conflicts.map((other) => ({ property, reason: `conflicts with ${other}: set one of them` })),
        ...missing.map((other) => ({ property, reason: `requires ${other}` })),
    ];
}

function wrong(field: Field, value: Value): string[] {
    const expected = (what: string): string[] => [`is ${JSON.stringify(value)}; must be ${what}`];
    switch (field.type) {
        case "text":
            if (typeof value !== "string") {
                return expected("a string");
            }
            return field.allowed === undefined || field.allowed.includes(value)
                ? []
                : expected(`one of ${field.allowed.join(", ")}`);
        case "flag":
            return typeof value === "boolean" ? [] : expected("true or false");
        case "integer":
            if (!Number.isInteger(value)) {
                return expected("a whole number");
            }
            return field.least === undefined || Number(value) >= field.least ? [] : expected(`at least ${field.least}`);
        case "set":
        case "list":
            return Array.isArray(value) && value.every((item) => typeof item === "string" || item === UNKNOWN)
                ? []
                : expected("a list of strings");
        case "objects":
            return Array.isArray(value) ? [] : expected("a list of objects");
    }
}
