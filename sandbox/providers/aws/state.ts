import type { CloudObject, JsonProps } from "../../cloud/store";
import type { Props, Value } from "../../cloud/props";
import type { Difference } from "../protocol/types";
import { UNKNOWN, isUnknown } from "../../cloud/props";
import { namingOf } from "./check";
import type { Cloud } from "../../cloud/aws/cloud";
import type { Declaration, Self } from "./declaring/declaration";
import { looksRandom } from "./declaring/naming";
import { schemaOf } from "./declaring/schema";
import { given, same, text } from "../../cloud/aws/values";
import { isProps } from "../../cloud/props";

/** The changes between two sets of arguments, and which of them require a new resource. */
export function difference(
    declaration: Declaration,
    state: Props,
    olds: Props,
    news: Props,
    cloud: Cloud,
    waiting: readonly string[] = [],
): Difference {
    const { outputs } = schemaOf(declaration.type);
    const open = [...(declaration.settled ?? []), ...waiting];
    const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((name) => {
        const forgotten = !given(news, name) && outputs.get(name)?.always === true;
        const changed = !same(olds[name], news[name]) || (open.includes(name) && given(news, name));
        return !forgotten && changed && !same(state[name], news[name]);
    });
    const replace = [...(declaration.replace ?? []), ...(declaration.replaceWith?.(news) ?? []), "region"]
        .filter((path) => changed.includes(topOf(path)) && !same(pick(olds, path), pick(news, path)))
        .map(topOf);
    if (outputs.has("tagsAll") && !changed.includes("tags") && !same(state["tagsAll"], tagsAll(news, cloud))) {
        changed.push("tagsAll");
    }
    const name = namingOf(declaration)?.property;
    const nameStays =
        name !== undefined && given(news, name) && !looksRandom(news[name]) && same(olds[name], news[name]);
    return {
        changed,
        replace: [...new Set(replace)],
        deleteBeforeReplace: replace.length > 0 && (declaration.deleteBeforeReplace === true || nameStays),
    };
}

/** The outputs in a preview: the arguments, what is kept from the last state, and unknowns for the rest. */
export function planned(declaration: Declaration, inputs: Props, cloud: Cloud, previous?: Props): Props {
    const { outputs, inputs: fields } = schemaOf(declaration.type);
    const open = [...outputs].filter(
        ([name, output]) => output.always && !given(inputs, name) && previous?.[name] === undefined,
    );
    const stays = Object.entries(previous ?? {}).filter(
        ([name]) => !fields.has(name) || outputs.get(name)?.always === true,
    );
    const state: Props = {
        ...Object.fromEntries(open.map(([name]) => [name, UNKNOWN])),
        ...Object.fromEntries(stays),
        ...inputs,
    };
    if (previous !== undefined && declaration.renewed !== undefined) {
        const changed = [...fields.keys()].filter(
            (name) =>
                (given(inputs, name) || outputs.get(name)?.always !== true) && !same(previous[name], inputs[name]),
        );
        for (const name of declaration.renewed(changed, inputs)) {
            state[name] = UNKNOWN;
        }
    }
    for (const path of declaration.computedPaths ?? []) {
        const name = topOf(path);
        const parent = state[name];
        if (isProps(parent)) {
            const inner = path.slice(name.length + 1);
            state[name] = { [inner]: pick(previous ?? {}, path) ?? UNKNOWN, ...parent };
        }
    }
    return { ...state, ...everywhere(declaration, inputs, cloud) };
}

/** The outputs of an existing resource. */
export function stateOf(declaration: Declaration, self: Self): JsonProps {
    const { outputs } = schemaOf(declaration.type);
    const always = [...outputs].filter(([, output]) => output.always && output.empty !== undefined);
    const empty = Object.fromEntries(always.map(([name, output]) => [name, output.empty as Value]));
    const inputs = { ...declaration.serverDefaults?.(self), ...self.inputs };
    const state = {
        ...empty,
        ...inputs,
        ...declaration.outputs?.({ ...self, inputs }),
        ...everywhere(declaration, inputs, self.cloud),
    };
    return json(state);
}

/** A resource as its declaration's functions receive it; values in its last outputs are kept. */
export function selfOf(
    id: string,
    inputs: Props,
    cloud: Cloud,
    previous: Props,
    { known, held = [] }: Partial<Pick<Self, "known" | "held">> = {},
): Self {
    const made = new Map<string, Value>(Object.entries(previous).filter(([, value]) => value !== ""));
    return {
        id,
        inputs,
        cloud,
        known,
        held,
        keep(output, make) {
            if (!made.has(output)) {
                made.set(output, make());
            }
            return made.get(output) as ReturnType<typeof make>;
        },
    };
}

/** Creates the objects that AWS creates implicitly. */
export function createImplicitObjects(declaration: Declaration, self: Self): void {
    for (const companion of declaration.implicitObjects?.(self) ?? []) {
        self.cloud.store.add({ ...companion, ...self.cloud.home(companion.type) });
    }
}

/** The arguments, completed with what AWS chose earlier. */
export function effective(declaration: Declaration, inputs: Props, previous: Props): Props {
    const { outputs, inputs: fields } = schemaOf(declaration.type);
    const kept = Object.entries(previous).filter(
        ([name, value]) => fields.has(name) && outputs.get(name)?.always === true && value !== "",
    );
    return { ...Object.fromEntries(kept), ...inputs };
}

/** The inputs that would produce the current state: they differ from the program's only after drift. */
export function inputsFrom({ rewritten = [] }: Declaration, { inputs, state }: CloudObject): JsonProps {
    return json(
        Object.fromEntries(
            Object.entries(inputs).map(([name, value]) => [
                name,
                rewritten.includes(name) ? value : project(value, state[name]),
            ]),
        ),
    );
}

function project(shape: Value, value: Value | undefined): Value {
    if (!isProps(shape) || !isProps(value)) {
        return value ?? null;
    }
    return Object.fromEntries(Object.entries(shape).map(([name, inner]) => [name, project(inner, value[name])]));
}

/** Plain JSON of known values. */
export function json(props: Props): JsonProps {
    if (isUnknown(props)) {
        throw new Error("a value that must be known is unknown");
    }
    return JSON.parse(JSON.stringify(props)) as JsonProps;
}

/** Outputs that all types share. */
function everywhere(declaration: Declaration, inputs: Props, cloud: Cloud): Props {
    const { outputs } = schemaOf(declaration.type);
    return {
        ...(outputs.has("region") ? { region: text(inputs, "region") ?? cloud.region } : {}),
        ...(outputs.has("tagsAll") ? { tagsAll: tagsAll(inputs, cloud) } : {}),
    };
}

/** The resource's tags merged over the provider's. */
function tagsAll({ tags }: Props, cloud: Cloud): Value {
    return isUnknown(tags) ? UNKNOWN : { ...cloud.defaultTags, ...(isProps(tags) ? tags : {}) };
}

function topOf(path: string): string {
    return path.split(".")[0] ?? path;
}

function pick(props: Props, path: string): Value | undefined {
    let value: Value | undefined = props;
    for (const name of path.split(".")) {
        value = isProps(value) ? value[name] : value === UNKNOWN ? UNKNOWN : undefined;
    }
    return value;
}
