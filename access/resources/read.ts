import { translationOf } from "./native";
import type { Resource } from "./resource";
import type { Values } from "./value";
import { decode, decodeAll, text } from "./value";

/** What a document says: the resources after it, and before it where the document tells (a preview does). */
export interface Reading {
    readonly after: readonly Resource[];
    readonly before?: readonly Resource[];
}

/** A document that is none of the known kinds, or has entries without a type; the message lists every one. */
export class UnreadableResources extends Error {}

type Json = Readonly<Record<string, unknown>>;

const KINDS =
    "the output of pulumi preview --json --show-sames, of pulumi stack export, a state file, or a list of {type, name, inputs, outputs}";

/**
 * The resources in a parsed document: `pulumi preview --json`, `pulumi stack export`, a state file of the file backend, or
 * a plain list. A preview made without `--show-sames` leaves out what does not change: give those as `base`.
 *
 * @throws {@link UnreadableResources}
 */
export function readResources(document: unknown, base: readonly Resource[] = []): Reading {
    if (Array.isArray(document)) {
        return { after: readList(document, "resources") };
    }
    if (!isObject(document)) {
        throw new UnreadableResources(`no resources in a document that is ${kindOf(document)}; give ${KINDS}`);
    }
    if (Array.isArray(document["steps"])) {
        return readPreview(document["steps"], base);
    }
    const found = [
        dig(document, "deployment", "resources"),
        dig(document, "checkpoint", "latest", "resources"),
        dig(document, "resources"),
    ].find(Array.isArray);
    if (found !== undefined) {
        return { after: readList(found, "resources") };
    }
    if ("deployment" in document || "checkpoint" in document) {
        return { after: [] };
    }
    if ("changeSummary" in document) {
        return readPreview([], base);
    }
    throw new UnreadableResources(
        `no resources in a document with the keys ${Object.keys(document).slice(0, 8).join(", ") || "(none)"}; give ${KINDS}`,
    );
}

/** Several stacks as one: an urn that two of them hold is taken from the last. */
export function together(...lists: readonly (readonly Resource[])[]): readonly Resource[] {
    const byUrn = new Map<string, Resource>();
    for (const resource of lists.flat()) {
        byUrn.set(resource.urn, resource);
    }
    return [...byUrn.values()];
}

function readList(entries: readonly unknown[], where: string): readonly Resource[] {
    const problems: string[] = [];
    const resources: Resource[] = [];
    entries.forEach((entry, index) => {
        const resource = isObject(entry) ? readState(entry) : undefined;
        if (resource === undefined) {
            problems.push(`${where}[${index}] is ${kindOf(entry)} without a type and a name or urn`);
        } else if (!isDeleted(entry)) {
            resources.push(resource);
        }
    });
    if (problems.length > 0) {
        throw new UnreadableResources(`${problems.slice(0, 20).join("; ")}; give ${KINDS}`);
    }
    return resources;
}

/** A state that only waits for its deletion is not there any more. */
function isDeleted(entry: unknown): boolean {
    return isObject(entry) && entry["delete"] === true;
}

function readState(state: Json): Resource | undefined {
    const type = text(decode(state["type"])) ?? "";
    const urn = text(decode(state["urn"])) ?? `urn:pulumi:list::list::${type}::${String(state["name"] ?? state["id"])}`;
    if (type === "" || (state["urn"] === undefined && state["name"] === undefined && state["id"] === undefined)) {
        return undefined;
    }
    const [inputs, outputs] = [values(state["inputs"]), values(state["outputs"] ?? state["state"])];
    const supplied = isObject(state["propertyDependencies"]) ? suppliers(state["propertyDependencies"]) : {};
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

function readPreview(steps: readonly unknown[], base: readonly Resource[]): Reading {
    const after = new Map(base.map((resource) => [resource.urn, resource]));
    const before = new Map(after);
    for (const step of steps.filter(isObject)) {
        const op = String(step["op"]);
        const oldState = isObject(step["oldState"]) ? readState(step["oldState"]) : undefined;
        const newState = isObject(step["newState"]) ? readState(step["newState"]) : undefined;
        if (oldState !== undefined) {
            before.set(oldState.urn, oldState);
        }
        if (op === "delete" || op === "delete-replaced" || op === "discard" || op === "discard-replaced") {
            if (oldState !== undefined && op !== "delete-replaced" && op !== "discard-replaced") {
                after.delete(oldState.urn);
            }
        } else if (newState !== undefined) {
            after.set(newState.urn, op === "create" || op.includes("replace") ? created(newState) : updated(newState, oldState));
        }
    }
    return { after: inOrder(after), before: inOrder(before) };
}

/** The engine lists steps as they become ready; the same resources must give the same report. */
function inOrder(byUrn: ReadonlyMap<string, Resource>): readonly Resource[] {
    return [...byUrn.values()].sort((one, other) => (one.urn < other.urn ? -1 : 1));
}

/** What is to be made has no id yet, and its outputs are not those of the resource that it replaces. */
function created(state: Resource): Resource {
    return { ...state, id: undefined, outputs: { ...state.outputs, ...state.inputs } };
}

/** A preview tells the new inputs only; what the provider answered last time still stands where no input overrides or leaves it. */
function updated(state: Resource, old: Resource | undefined): Resource {
    const outputs = { ...old?.outputs, ...state.outputs };
    for (const name of Object.keys(old?.inputs ?? {})) {
        delete outputs[name];
    }
    return { ...state, id: state.id ?? old?.id, outputs: { ...outputs, ...state.inputs } };
}

function values(raw: unknown): Values {
    return isObject(raw) ? decodeAll(raw) : {};
}

function suppliers(raw: Json): Record<string, readonly string[]> {
    return Object.fromEntries(Object.entries(raw).map(([name, urns]) => [name, strings(urns)]));
}

function strings(raw: unknown): readonly string[] {
    return Array.isArray(raw) ? raw.filter((entry) => typeof entry === "string") : [];
}

function dig(from: Json, ...path: readonly string[]): unknown {
    let here: unknown = from;
    for (const step of path) {
        here = isObject(here) ? here[step] : undefined;
    }
    return here;
}

function isObject(value: unknown): value is Json {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
    return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
