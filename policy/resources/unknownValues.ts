import { UNKNOWN } from "../iam";

/** No resource argument nests deeper; deeper values are cut off so that reading them cannot overflow the call stack. */
const maxDepth = 60;

/**
 * Copies a value that the SDK passes to a rule, with {@link UNKNOWN} in place of each part that is not known yet:
 * reading such a part throws in the SDK, which would end the rule and hide every other finding.
 */
export function replaceUnknowns(value: unknown, depth = 0): unknown {
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
    return replaceUnknowns(field, depth + 1);
}

/** True for a value that is not known yet. */
export function isUnknown(value: unknown): boolean {
    return value === UNKNOWN;
}

/** A list's items, or none for any other value. A list that is not known yet counts as one unknown item. */
export function items(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : isUnknown(value) ? [UNKNOWN] : [];
}

/** The named field of an object; undefined for any other value, unknown if the object is unknown. */
export function field(value: unknown, name: string): unknown {
    if (isUnknown(value)) {
        return UNKNOWN;
    }
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Record<string, unknown>)[name]
        : undefined;
}
