import type { Props, Value } from "../props";
import { UNKNOWN } from "../props";
import { isProps } from "../props";

/** A value and its path: `ingress[0].fromPort`. */
export interface Found {
    readonly path: string;
    readonly value: Value;
}

/** The known values at a path such as `ingress.fromPort`; a list in the path means each of its members. */
export function valuesAt(props: Props, path: string): Found[] {
    let found: Found[] = [{ path: "", value: props }];
    for (const name of path.split(".")) {
        found = found.flatMap(({ path: at, value }) => {
            const child = isProps(value) ? value[name] : undefined;
            return child === undefined ? [] : members({ path: at === "" ? name : `${at}.${name}`, value: child });
        });
    }
    return found.filter(({ value }) => value !== UNKNOWN && value !== null);
}

function members({ path, value }: Found): Found[] {
    return Array.isArray(value)
        ? value.flatMap((each, i) => members({ path: `${path}[${i}]`, value: each }))
        : [{ path, value }];
}

/** A JSON value other than a list or an object. */
export type Scalar = string | number | boolean;

/** The known strings, numbers and booleans at a path. */
export function scalarsAt(props: Props, path: string): { path: string; value: Scalar }[] {
    return valuesAt(props, path).flatMap(({ path: at, value }) => (isScalar(value) ? [{ path: at, value }] : []));
}

function isScalar(value: Value): value is Scalar {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The string at a path; undefined if it is absent or unknown. */
export function text(props: Props, path: string): string | undefined {
    return texts(props, path)[0];
}

/** The string at a path that requires one; empty if it is absent. */
export function must(props: Props, path: string): string {
    return text(props, path) ?? "";
}

/** The known strings at a path. */
export function texts(props: Props, path: string): string[] {
    return valuesAt(props, path)
        .map(({ value }) => value)
        .filter((value) => typeof value === "string");
}

/** The number at a path; undefined if it is absent or unknown. */
export function number(props: Props, path: string): number | undefined {
    const value = valuesAt(props, path)[0]?.value;
    return typeof value === "number" ? value : undefined;
}

/** True only if the program or a default sets it. */
export function flag(props: Props, path: string): boolean {
    return valuesAt(props, path)[0]?.value === true;
}

/** The objects of a list at a path, or the single object there. */
export function records(props: Props, path: string): Props[] {
    return valuesAt(props, path)
        .map(({ value }) => value)
        .filter(isProps);
}

/** True if the program gives the property, known or unknown. */
export function given(props: Props, property: string): boolean {
    return props[property] !== undefined && props[property] !== null;
}

/**
 * True if two values mean the same: most lists of AWS are sets, so order does not count, and neither does the
 * formatting of a JSON document.
 */
export function same(a: Value | undefined, b: Value | undefined): boolean {
    return canonical(a) === canonical(b);
}

function canonical(value: Value | undefined): string {
    if (value === undefined || value === null) {
        return "";
    }
    if (value === UNKNOWN) {
        return "?";
    }
    if (Array.isArray(value)) {
        return `[${value.map(canonical).sort().join()}]`;
    }
    if (isProps(value)) {
        const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
        return `{${entries
            .map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`)
            .sort()
            .join()}}`;
    }
    const document = typeof value === "string" && /^\s*[{[]/.test(value) ? parsed(value) : undefined;
    return document === undefined ? JSON.stringify(value) : `json ${canonical(document)}`;
}

/** The document in a string; undefined if it is not valid JSON. */
export function parsed(document: string): Value | undefined {
    try {
        return JSON.parse(document) as Value;
    } catch {
        return undefined;
    }
}
