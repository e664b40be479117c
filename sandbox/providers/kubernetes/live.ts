import { mapOf } from "./validation/field";
import { sameValue } from "../../cloud/props";
import type { ApiKind } from "./kinds/kind";
import type { Props, Value } from "../../cloud/props";
import { isProps } from "../../cloud/props";

/**
 * The part of a live object that the program manages: the API server sets many other fields, and only managed fields
 * can drift.
 */
export function pruned(live: Value | undefined, asked: Value | undefined): Value | undefined {
    if (isProps(live) && isProps(asked)) {
        const entries = Object.keys(asked).map((key): [string, Value | undefined] => [
            key,
            pruned(live[key], asked[key]),
        ]);
        return Object.fromEntries(entries.filter((entry): entry is [string, Value] => entry[1] !== undefined));
    }
    if (Array.isArray(live) && Array.isArray(asked)) {
        return live.map((item, index) => pruned(item, asked[index]) ?? item);
    }
    return live;
}

/** Merges `asked` into a live object, and removes fields that only `before` had. */
export function applied(live: Props, before: Props, asked: Props): Props {
    const kept = Object.entries(live).filter(([key]) => key in asked || !(key in before));
    const laid = Object.entries(asked).map(([key, value]): [string, Value] => {
        const old = live[key];
        return [key, isProps(old) && isProps(value) ? applied(old, mapOf(before[key]), value) : value];
    });
    return Object.fromEntries([...kept, ...laid]);
}

/** A Secret's `stringData` as `data`, the only form in which it is returned. */
export function encoded(object: Props): Props {
    const { stringData, ...rest } = object;
    if (object["kind"] !== "Secret" || !isProps(stringData)) {
        return object;
    }
    const texts = Object.entries(stringData).map(([key, value]): [string, Value] => [
        key,
        typeof value === "string" ? Buffer.from(value).toString("base64") : value,
    ]);
    return { ...rest, data: { ...mapOf(rest["data"]), ...Object.fromEntries(texts) } };
}

/** The immutable paths that differ, as distinct top-level names. */
export function replacing(kind: ApiKind, before: Props, after: Props, mutableData: boolean): string[] {
    const data = ["data", "binaryData", "stringData"];
    const fixed = (kind.forceNew ?? []).filter((path) => !mutableData || !data.includes(path));
    const paths = ["metadata.name", "metadata.namespace", ...fixed].filter((path) =>
        differs(path.split("."), before, after),
    );
    return [...new Set(paths.map((path) => path.split(".")[0] ?? path))];
}

function differs(path: readonly string[], before: Value | undefined, after: Value | undefined): boolean {
    const [head = "", ...rest] = path;
    if (head === "") {
        return !sameValue(before, after);
    }
    const list = /^(.*)\[\*\]$/.exec(head)?.[1];
    if (list === undefined) {
        return differs(rest, mapOf(before)[head], mapOf(after)[head]);
    }
    const old = mapOf(before)[list];
    const young = mapOf(after)[list];
    if (!Array.isArray(old) || !Array.isArray(young)) {
        return old !== undefined || young !== undefined;
    }
    return old.length !== young.length || old.some((item, index) => differs(rest, item, young[index]));
}

/** The object without some of its keys. */
export function without(object: Props, keys: readonly string[]): Props {
    return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The inputs of an imported object: everything that the server did not add. */
export function importable(live: Props): Props {
    const added = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];
    return { ...without(live, ["status"]), metadata: without(mapOf(live["metadata"]), added) };
}
