import { clip } from "./pattern";

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One value or a list of them, as a list: IAM takes both nearly everywhere. */
export function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** A value's kind in words, for a message. */
export function nameOf(value: unknown): string {
    if (value === null || value === undefined) {
        return "null";
    }
    if (Array.isArray(value)) {
        return "a list";
    }
    return typeof value === "object" ? "an object" : typeof value === "string" ? "a string" : `a ${typeof value}`;
}

/** A value for a message: a text as it is written, anything else by its kind. */
export function shown(value: unknown): string {
    return typeof value === "string" ? JSON.stringify(clip(value)) : nameOf(value);
}
