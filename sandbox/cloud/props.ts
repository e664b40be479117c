import { isRecord } from "../../toolkit/record";

/** Stands for a value that is unknown to the engine (in a preview). Compare by identity, or call {@link isUnknown}. */
export const UNKNOWN = Symbol.for("keyless:unknown");

export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | { [key: string]: Value };

/**
 * Property values by name, keys sorted. Secrets arrive unwrapped: the engine marks outputs as secret if they have the
 * name of a secret input. A null property counts as absent and does not arrive.
 */
export type Props = Record<string, Value>;

/** True if the value itself, or anything inside it, is unknown. */
export function isUnknown(value: Value | undefined): boolean {
    if (value === UNKNOWN) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.some(isUnknown);
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

/** Deep equality; {@link UNKNOWN} equals only itself. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
    if (Array.isArray(a) && Array.isArray(b)) {
        return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
    }
    if (isProps(a) && isProps(b)) {
        return changedKeys(a, b).length === 0;
    }
    return a === b;
}

/** The top-level properties that differ, in alphabetical order; an absent one differs from a present one. */
export function changedKeys(a: Props, b: Props): string[] {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.filter((key) => !sameValue(a[key], b[key])).sort();
}

/** Whether a value is an object with named properties. */
export function isProps(value: Value | undefined): value is Props {
    return isRecord(value);
}
