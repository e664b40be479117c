import { clip } from "./pattern";

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value or a list, as a list: IAM accepts both almost everywhere. */
export function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The kind of a value, for a message. */
export function nameOf(value: unknown): string {
    if (value === null || value === undefined) {
        return "null";
    }
    if (Array.isArray(value)) {
        return "a list";
    }
    return typeof value === "object" ? "an object" : typeof value === "string" ? "a string" : `a ${typeof value}`;
}

/** A value for a message: a string as written, any other value by its kind. */
export function shown(value: unknown): string {
    return typeof value === "string" ? JSON.stringify(clip(value)) : nameOf(value);
}
