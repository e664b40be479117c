import { UNKNOWN } from "./iam";

/** Deeper values are no argument of any resource, and are cut off so that reading them can't exhaust the stack. */
const maxDepth = 60;

/**
 * A copy of a value that the SDK hands to a rule, with {@link UNKNOWN} in place of each part that is not known yet:
 * reading such a part throws in the SDK, and what it throws would end the rule and hide every other finding.
 */
export function plain(value: unknown, depth = 0): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (depth > maxDepth) {
        return undefined;
    }
    if (Array.isArray(value)) {
        return Array.from({ length: value.length }, (_, index) => plainField(value, index, depth));
    }
    return Object.fromEntries(Object.keys(value).map((key) => [key, plainField(value, key, depth)]));
}

function plainField(holder: object, key: string | number, depth: number): unknown {
    let field: unknown;
    try {
        field = Reflect.get(holder, key);
    } catch {
        return UNKNOWN;
    }
    return plain(field, depth + 1);
}

/** True for a value that is not known yet. */
export function isUnknown(value: unknown): boolean {
    return value === UNKNOWN;
}

/** A list's items; for anything else none. A list that is not known yet counts as one item that is not known. */
export function items(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : isUnknown(value) ? [UNKNOWN] : [];
}

/** The named field of a value that is an object; undefined for anything else, unknown where the object is. */
export function field(value: unknown, name: string): unknown {
    if (isUnknown(value)) {
        return UNKNOWN;
    }
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>)[name] : undefined;
}
