import type { Props, Value } from "./types";
import { isRecord } from "../../../toolkit/record";

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
