import { isRecord } from "../../toolkit/record";
import type { Resource } from "./resource";
import { readState } from "./state";
import type { Json } from "./state";

/** What a change does to one resource that exists. */
export interface Operation {
    readonly operation: "deleted" | "replaced" | "updated";
    /** The resource as it is before. */
    readonly resource: Resource;
    /** The properties that change, at most two levels deep (`spec.template`); for a replacement, those that cause it. */
    readonly properties: readonly string[];
}

/**
 * What a preview's steps do to the resources that exist. A replacement is the step `replace`, with
 * `--show-replacement-steps` also `create-replacement` and `delete-replaced`; its causes are `replaceReasons`, all
 * changed properties `detailedDiff` (pulumi: pkg/display/json.go).
 */
export function operationsOf(steps: readonly Json[]): readonly Operation[] {
    const byUrn = new Map<string, Json[]>();
    for (const step of steps) {
        const urn = String(step["urn"]);
        byUrn.set(urn, [...(byUrn.get(urn) ?? []), step]);
    }
    return [...byUrn.values()].flatMap((own) => operationOf(own) ?? []);
}

function operationOf(steps: readonly Json[]): Operation | undefined {
    const done = whatIsDone(steps);
    const oldState = steps.map((step) => step["oldState"]).find(isRecord);
    // A retained resource stays as it is; only Pulumi no longer manages it.
    if (done === undefined || oldState === undefined || oldState["retainOnDelete"] === true) {
        return undefined;
    }
    const resource = readState(oldState);
    return resource && { ...done, resource };
}

function whatIsDone(steps: readonly Json[]): Omit<Operation, "resource"> | undefined {
    const ops = steps.map((step) => String(step["op"]));
    if (ops.some((op) => op.includes("replace"))) {
        return { operation: "replaced", properties: [...new Set(steps.flatMap(causesOf))].sort() };
    }
    if (ops.includes("delete")) {
        return { operation: "deleted", properties: [] };
    }
    return ops.includes("update")
        ? { operation: "updated", properties: [...new Set(steps.flatMap(changesOf))].sort() }
        : undefined;
}

/** Whether a changed property is the one at a path, or below it. */
export function isWithin(property: string, path: string): boolean {
    return property === path || property.startsWith(`${path}.`);
}

/** The properties that require the replacement. */
function causesOf(step: Json): readonly string[] {
    const reasons = step["replaceReasons"];
    return Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === "string").map(shortened) : [];
}

function changesOf(step: Json): readonly string[] {
    const detailed = isRecord(step["detailedDiff"]) ? Object.keys(step["detailedDiff"]) : [];
    const reasons: readonly unknown[] = Array.isArray(step["diffReasons"]) ? step["diffReasons"] : [];
    return [...detailed, ...reasons].filter((reason) => typeof reason === "string").map(shortened);
}

/** `spec.template` of `spec.template.spec.containers[0].image`. */
function shortened(path: string): string {
    return path.replace(/\[.*$/s, "").split(".").slice(0, 2).join(".");
}
