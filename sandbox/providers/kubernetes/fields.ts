import { isProps, sameValue, type Props, type Value } from "../../cloud/props";
import { mapOf } from "./validation/field";

/** The path of a field, by names. */
export type Path = readonly string[];

/** What identifies an object, which nobody owns. */
const IDENTITY = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

/** The fields of an applied configuration; lists are one field each. */
export function fieldsOf(applied: Props): readonly Path[] {
    return paths(applied, []).filter((path) => !IDENTITY.includes(path.join(".")));
}

function paths(value: Props, at: Path): Path[] {
    return Object.entries(value).flatMap(([key, each]) => (isProps(each) ? paths(each, [...at, key]) : [[...at, key]]));
}

export function valueAt(object: Props, path: Path): Value | undefined {
    return path.reduce<Value | undefined>((value, key) => mapOf(value)[key], object);
}

export function sameAt(one: Props, other: Props, path: Path): boolean {
    return sameValue(valueAt(one, path), valueAt(other, path));
}

/** The object with a field, where its siblings stay. */
export function withField(object: Props, [key = "", ...rest]: Path, value: Value): Props {
    return { ...object, [key]: rest.length === 0 ? value : withField(mapOf(object[key]), rest, value) };
}

/** The object without a field, and without maps that are empty then. */
export function withoutField(object: Props, [key = "", ...rest]: Path): Props {
    const { [key]: value, ...others } = object;
    if (rest.length === 0 || !isProps(value)) {
        return others;
    }
    const left = withoutField(value, rest);
    return Object.keys(left).length === 0 ? others : { ...object, [key]: left };
}

/** As `managedFields` names them: `{"f:metadata": {"f:labels": {"f:team": {}}}}`. */
export function fieldsV1(fields: readonly Path[]): Props {
    return fields.reduce<Props>(
        (all, path) =>
            withField(
                all,
                path.map((key) => `f:${key}`),
                {},
            ),
        {},
    );
}

export function pathsIn(fields: Props): readonly Path[] {
    return Object.entries(fields).flatMap(([key, value]): Path[] => {
        const within = pathsIn(mapOf(value));
        const name = key.replace(/^f:/, "");
        return within.length === 0 ? [[name]] : within.map((path) => [name, ...path]);
    });
}
