import { isDeepStrictEqual } from "node:util";

import { operationsOf } from "./operations";
import type { Operation } from "./operations";
import { typeOf } from "./resource";
import type { Resource } from "./resource";
import { kindOf, readState } from "./state";
import type { Json } from "./state";
import { isValues } from "./value";
import type { Value, Values } from "./value";
import { UnreadableResources } from "./unreadable";
import { isRecord } from "../../toolkit/record";

/** A preview's content: the resources after it and before it, and what it does to those that exist. */
export interface Previewed {
    readonly after: readonly Resource[];
    readonly before: readonly Resource[];
    readonly operations: readonly Operation[];
}

/** Operations after which the resource does not exist or is unknown. */
const WITHOUT_NEW_STATE = new Set([
    "delete",
    "delete-replaced",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
    "refresh",
]);
/** Operations that the engine shows as many times as it counts them (pulumi: pkg/backend/display/json.go, with --show-sames). */
const COUNTED = ["same", "create", "update", "delete"];

/**
 * Reads the output of `pulumi preview --json --show-sames`. A preview that failed or omits resources would produce a
 * comparison that looks harmless, so it is rejected.
 *
 * @throws {@link UnreadableResources}
 */
export function readPreview(digest: Json): Previewed {
    const steps: readonly unknown[] = Array.isArray(digest["steps"]) ? digest["steps"] : [];
    requireComplete(digest, steps);
    const after = new Map<string, Resource>();
    const before = new Map<string, Resource>();
    steps.forEach((entry, index) => {
        const step = isRecord(entry) ? entry : {};
        const op = String(step["op"]);
        const [oldState, newState] = [step["oldState"], step["newState"]].map((state) =>
            isRecord(state) ? readState(state) : undefined,
        );
        if ((newState === undefined && !WITHOUT_NEW_STATE.has(op)) || (oldState === undefined && op === "delete")) {
            const which = `steps[${index}] is ${isRecord(entry) ? `${op} ${JSON.stringify(step["urn"])}` : kindOf(entry)}`;
            throw new UnreadableResources(`${which} without the resource's state, so the preview is not complete`);
        }
        if (oldState !== undefined) {
            before.set(oldState.urn, oldState);
        }
        if (op === "delete" || op === "discard") {
            after.delete(oldState?.urn ?? "");
        } else if (newState !== undefined && op !== "delete-replaced" && op !== "discard-replaced") {
            after.set(
                newState.urn,
                op === "create" || op.includes("replace")
                    ? created(newState, isRecord(step["foreseen"]) ? step["foreseen"] : undefined)
                    : updated(newState, oldState),
            );
        }
    });
    return { after: inOrder(after), before: inOrder(before), operations: operationsOf(steps.filter(isRecord)) };
}

function requireComplete({ changeSummary, diagnostics }: Json, steps: readonly unknown[]): void {
    const failed = (Array.isArray(diagnostics) ? diagnostics : []).find(
        (one) => isRecord(one) && one["severity"] === "error",
    ) as Json | undefined;
    if (failed !== undefined) {
        throw new UnreadableResources(`the preview failed, so it is not complete: ${String(failed["message"]).trim()}`);
    }
    if (!isRecord(changeSummary)) {
        throw new UnreadableResources(
            "the preview has no changeSummary, which pulumi writes when it is done, so it is not complete",
        );
    }
    for (const op of COUNTED) {
        const counted = Number(changeSummary[op] ?? 0);
        const shown = steps.filter((step) => isRecord(step) && step["op"] === op).length;
        if (!(shown >= counted)) {
            throw new UnreadableResources(
                `the preview shows ${shown} of the ${counted} resources that it counts as ${op}; make it with pulumi preview --json --show-sames`,
            );
        }
    }
}

/** The engine lists steps as they become ready; the same resources must produce the same report. */
function inOrder(byUrn: ReadonlyMap<string, Resource>): readonly Resource[] {
    return [...byUrn.values()].sort((one, other) => (one.urn < other.urn ? -1 : 1));
}

/**
 * A resource to be created has no id yet, and its outputs are not those of the replaced resource, unless the preview
 * foresees both, as the sandbox's own does.
 */
function created(state: Resource, foreseen: Json | undefined): Resource {
    const answered = foreseen && readState({ type: typeOf(state), urn: state.urn, ...foreseen });
    if (answered !== undefined) {
        return { ...state, id: answered.id, outputs: { ...state.inputs, ...answered.outputs } };
    }
    return { ...state, id: undefined, outputs: { ...state.outputs, ...state.inputs } };
}

/** A preview has only the new inputs; the last outputs still apply unless an input overrides or removes them. */
function updated(state: Resource, old: Resource | undefined): Resource {
    const last = { ...old?.outputs, ...state.outputs };
    return { ...state, id: state.id ?? old?.id, outputs: withInputs(last, old?.inputs ?? {}, state.inputs) };
}

/** An object's outputs with new inputs, which are objects again: what the provider computed inside them still applies. */
function withInputs(outputs: Values, old: Values, inputs: Values): Values {
    const computed = Object.entries(outputs).filter(([name]) => !(name in old));
    const given = Object.entries(inputs).map(([name, value]): [string, Value] => {
        return [name, withInput(outputs[name], old[name], value)];
    });
    return Object.fromEntries([...computed, ...given]);
}

function withInput(output: Value | undefined, old: Value | undefined, input: Value): Value {
    if (isValues(output) && isValues(input)) {
        return withInputs(output, isValues(old) ? old : input, input);
    }
    // A list's items have no names: only as long as all are the same, the computed parts belong to the items at these places.
    const [outputs, before] = [Array.isArray(output) ? output : [], Array.isArray(old) ? old : []];
    if (Array.isArray(input) && outputs.length === input.length && isDeepStrictEqual(before, input)) {
        return input.map((item, index) => withInput(outputs[index], before[index], item));
    }
    return input;
}
