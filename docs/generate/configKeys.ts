import { z } from "zod";
import { settingsSchema } from "../../config/settings";

type Scalar = string | number | boolean;

/** A key of a stack's config, as JSON Schema with what config/fields.ts adds. */
export interface Key {
    readonly type?: string;
    readonly description?: string;
    readonly default?: Scalar | readonly Scalar[];
    readonly examples?: readonly Scalar[];
    readonly enum?: readonly Scalar[];
    readonly properties?: Readonly<Record<string, Key>>;
    readonly required?: readonly string[];
    readonly items?: Key;
    readonly anyOf?: readonly Key[];
    readonly unit?: string;
    readonly allowed?: string;
    readonly absent?: string;
    readonly more?: string;
    readonly [keyword: string]: unknown;
}

/** Everything that a stack's config may say. */
export const configKeys = z.toJSONSchema(settingsSchema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
        const { default: value } = jsonSchema;
        if (Array.isArray(value) ? value.length === 0 : typeof value === "object") {
            delete jsonSchema.default;
            jsonSchema["absent"] ??= Array.isArray(value) ? "none" : "the defaults of its keys";
        }
    },
}) as Key;

/** What a key says about itself in one sentence: its description, and what a number counts. */
export function sentence({ description = "", unit }: Key): string {
    return unit === undefined ? description : `${description} (${unit})`;
}

/** What holds without the key; undefined where nothing does. */
export function fallback({ default: value, absent }: Key): string | undefined {
    return value === undefined ? absent : `\`${Array.isArray(value) ? value.join(", ") : value}\``;
}
