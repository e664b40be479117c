import { translationOf } from "./native";
import type { Resource } from "./resource";
import type { Values } from "./value";
import { decode, decodeAll, text } from "./value";
import { isRecord } from "../../toolkit/record";

/** An object of parsed JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A resource in the engine's state or preview format; undefined for an entry without a type and a name or urn. */
export function readState(state: Json): Resource | undefined {
    const type = text(decode(state["type"])) ?? "";
    const urn = text(decode(state["urn"])) ?? `urn:pulumi:list::list::${type}::${String(state["name"] ?? state["id"])}`;
    if (type === "" || (state["urn"] === undefined && state["name"] === undefined && state["id"] === undefined)) {
        return undefined;
    }
    const [inputs, outputs] = [values(state["inputs"]), values(state["outputs"] ?? state["state"])];
    const supplied = isRecord(state["propertyDependencies"]) ? suppliers(state["propertyDependencies"]) : {};
    const translation = translationOf(type, inputs);
    return {
        urn,
        type: translation?.type ?? type,
        declared: translation === undefined ? undefined : type,
        name: text(decode(state["name"])) ?? urn.slice(urn.lastIndexOf("::") + 2),
        component: state["custom"] === false,
        id: text(decode(state["id"])) || undefined,
        inputs: translation?.values(inputs) ?? inputs,
        outputs: translation?.values(outputs) ?? outputs,
        provider: typeof state["provider"] === "string" ? urnOfReference(state["provider"]) : undefined,
        parent: typeof state["parent"] === "string" ? state["parent"] : undefined,
        suppliers: translation?.suppliers(supplied) ?? supplied,
        dependencies: strings(state["dependencies"]),
    };
}

/** A provider reference is `urn::id`. */
function urnOfReference(reference: string): string {
    return reference.slice(0, reference.lastIndexOf("::"));
}

function values(raw: unknown): Values {
    return isRecord(raw) ? decodeAll(raw) : {};
}

function suppliers(raw: Json): Record<string, readonly string[]> {
    return Object.fromEntries(Object.entries(raw).map(([name, urns]) => [name, strings(urns)]));
}

function strings(raw: unknown): readonly string[] {
    return Array.isArray(raw) ? raw.filter((entry) => typeof entry === "string") : [];
}

/** For messages. */
export function kindOf(value: unknown): string {
    return value === null
        ? "null"
        : Array.isArray(value)
          ? "a list"
          : typeof value === "object"
            ? "an object"
            : `a ${typeof value}`;
}
